"""What is composed from figures, lists and tables, and what they only tempt to compose.

Each case has what our own words say, or nothing where it is not certain, and what they never say.
Every name is invented.
"""

from __future__ import annotations

import re

import pytest

from assistant.judging.judge import judge
from assistant.reading.finding import Finding
from index import Article
from tests.test_composing import article, asked, hits, stand

COMPARISONS = [
    (
        "Which is longer, the Holm tunnel or the Tarn tunnel?",
        "Holm tunnel. .*6 kilometres; .*4 kilometres; the difference is 2 kilometres",
        "The Holm tunnel is 6 kilometres long. The Tarn tunnel is 4 kilometres long.",
    ),
    (
        "Which is longer, the Holm tunnel or the Tarn tunnel?", "",
        "The Holm tunnel is 6 kilometres long. The Tarn tunnel is 40 kilometres from the capital.",
    ),
    (
        "Which is longer, the Holm tunnel or the Tarn tunnel?", "",
        "The Holm tunnel is 6 kilometres long. The road behind the Tarn tunnel is 9 kilometres "
        "long.",
    ),
    (
        "Did more people die in Varn than in Dorn?", "No. Varn: 4; Dorn: 9; the difference is 5",
        "In Varn 4 people died and 60 were hurt. In Dorn 9 people died and 30 were hurt.",
    ),
    (
        "Did the Reds get more votes than the Blues?", "",
        "The Reds got 31 percent of the votes in Sorn. The Blues got 44 percent in Dorn.",
    ),
    (
        "Did Lund export more steel than Varn?", "",
        "Lund exported 400 tonnes of steel in 2029. Varn exported 500 tonnes of steel in 2021.",
    ),
    (
        "Which is older, Holm abbey or Tarn abbey?", "",
        "Holm abbey was built 900 years ago. Tarn abbey was restored 20 years ago.",
    ),
    (
        "Which is older, Holm abbey or Tarn abbey?",
        "Tarn abbey. Holm abbey: 1730; Tarn abbey: 1690; the difference is 40 years",
        "Holm abbey was founded in 1730. Tarn abbey was founded in 1690.",
    ),
    (
        "Did Pelm pledge more than Orba?",
        "^Pelm: at least 40 million crowns; Orba: up to 50 million crowns.$",
        "Pelm pledged at least 40 million crowns. Orba pledged up to 50 million crowns.",
    ),
    (
        "Which town has more homes, Velm or Dorsk?", "",
        "Velm has 5,000 homes. Dorsk will have 7,000 homes by 2040.",
    ),
    (
        "Does Velm have more homes than Dorsk?", "",
        "Velm does not have 9,000 homes. Dorsk has 7,000 homes.",
    ),
    (
        "Which rose more, the Velm tax or the Dorsk tax?", "",
        "The Velm tax rose by 9 crowns. The Dorsk tax rose 7 crowns more than the Velm tax.",
    ),
    (
        "Who earns more, Ada Roe or Kurt Vale?", "",
        "Ada Roe earns 9,000 crowns a month. Kurt Vale earns 60,000 crowns a year.",
    ),
    (
        "How much more did Sella spend on roads than Marno?",
        "Sella. Sella: 9 million crowns; Marno: 4 million crowns; .* is 5 million crowns",
        "Sella spent 9 million crowns on roads. Marno spent 4 million crowns on roads.",
    ),
    (
        "Which tower is taller, the Brenn tower or the Okto tower?", "",
        "The Brenn tower is 210 metres high. The Okto tower is 180 metres high. The Okto tower is "
        "280 metres high.",
    ),
    (
        "Which of the two has more staff, Brask or Omen?",
        "Omen. Brask: 540; Omen: 1,820; the difference is 1,280.",
        "Brask shares fell 3 percent and Omen shares 9 percent. Brask has 540 staff. Omen has "
        "1,820 and two offices.",
    ),
    (
        "Was turnout in Sorn higher than at the last election?",
        "Yes. 61 percent; last election: 58.5 percent; the difference is 2.5 percentage points.",
        "Turnout in Sorn was 61 percent, against 58.5 percent at the election four years ago.",
    ),
    (
        "Were there fewer fires in Sorn than in 2021?",
        "Yes. 31; 2021: 38; the difference is 7.",
        "In Sorn there were 31 fires, against 38 in 2021.",
    ),
    (
        "Were there fewer fires in Sorn than in 2021?", "",
        "In Sorn there were 31 fires, against 38 in 2019.",
    ),
    (
        "Was turnout in Sorn higher than at the last election?", "",
        "Turnout in Sorn was 61 percent at the election, against 58.5 percent in Dorn.",
    ),
    (
        "Were there more fires in Sorn than last year?", "",
        "There were 31 fires in Sorn. Last year 40 houses were sold in Sorn.",
    ),
    (
        "Was the second trial of the Molk pump shorter than the first?", "Yes: shorter than the",
        "The second trial of the Molk pump was shorter than the first.",
    ),
    (
        "Was the second trial of the Molk pump longer than the first?", "No: shorter than the",
        "The second trial of the Molk pump was shorter than the first.",
    ),
    (
        "Was the first trial of the Molk pump longer than the second?", "",
        "The second trial of the Molk pump was shorter than the first.",
    ),
    (
        "Was the second trial of the Molk pump shorter than the first?", "",
        "The second trial of the Molk pump was not shorter than the first.",
    ),
    (
        "Was the second trial of the Molk pump cheaper than the first?", "",
        "The second trial of the Molk pump was shorter than the first.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "told", "text"), COMPARISONS)
def test_only_values_of_one_measure_are_compared(question: str, told: str, text: str) -> None:
    made = asked(question, article("News of the day", text))
    assert re.search(told or "^$", made.lead)
    assert stand(made)


LISTS = [
    ("Which towns lost power?", "Besk, Orn and Tavel.", "Besk, Orn and Tavel lost power."),
    ("Which towns lost power?", "", "Either Besk or Orn lost power."),
    ("Which towns lost power?", "", "Only one of the towns Besk, Orn and Tavel lost power."),
    ("Which towns lost power?", "", "All towns except Besk and Orn lost power."),
    (
        "Which towns lost power?",
        "Among them: Besk and Orn. The article does not say that these are all.",
        "Besk, Orn and three more towns lost power.",
    ),
    ("Which states signed the Holm treaty?", "", "Pell, Sud and Ner refused to sign the treaty."),
    ("Which states signed the Holm treaty?", "", "Pell, Sud and Ner may sign the Holm treaty."),
    (
        "Which states signed the Holm treaty?",
        "Pell, Sud and Ner. Of Ner, another passage says otherwise: see [2].",
        "Pell, Sud and Ner signed the Holm treaty. Ner refused to sign the Holm treaty, it said.",
    ),
    ("Which cities banned cars?", "Lund and Varn.", "Lund and Varn banned cars. Tarn and Sorn "
     "rejected a ban on cars."),
    ("Which banks passed the test?", "", "Korv, Lind and Aster failed the test of banks."),
    ("Which ministers voted for the tax?", "", "Bo Hale and Ida Rask voted against the tax."),
    ("Which firms sponsored the cup?", "", "The mayor asked Brask and Omen to sponsor the cup."),
    (
        "Which countries sent ships to Harl Bay?", "",
        "Merra, Dovia and Kessel sent ships to Port Ind in 2019. Harl Bay is empty.",
    ),
    (
        "Which countries sent ships to Harl Bay?", "Merra, Dovia and Kessel.",
        "Merra sent 4 ships, Dovia 2 and Kessel 7 to Harl Bay.",
    ),
    (
        "List the stages of the eclipse.", "",
        "The eclipse and its stages can be seen between 10:40 Universal Time and 11:40 Universal "
        "Time, astronomers said.",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "told", "text"), LISTS)
def test_only_those_are_listed_of_whom_it_is_said(question: str, told: str, text: str) -> None:
    made = asked(question, article("News of the day", text))
    assert made.lead == told
    assert stand(made)


@pytest.mark.parametrize(
    ("question", "words", "text"),
    [
        ("Who signed the pact?", "Ada Roe", "Ada Roe declined to sign the pact."),
        ("Who signed the pact?", "Ada Roe", "Ada Roe may sign the pact."),
        ("Who signed the pact?", "Ada Roe", "The king asked Ada Roe to sign the pact."),
        ("Who signed the pact?", "Ada Roe and Bo", "One of Ada Roe and Bo signed the pact."),
    ],
)
def test_those_who_did_not_do_it_do_not_answer(question: str, words: str, text: str) -> None:
    (hit,) = hits(article("The pact", text))
    assert not judge(question, Finding(hit, 0, len(text), words, (), 1.0)).words_ok
    text = f"{words} signed the pact, and Kurt Vale refused to sign."
    (hit,) = hits(article("The pact", text))
    assert judge(question, Finding(hit, 0, len(text), words, (), 1.0)).words_ok


PORTS = (
    "The ports of the Ulm coast and the cargo they handled in 2030:\n\n"
    "| Port | Ferries | Cargo (tonnes) |\n|---|---|---|\n| Lorn | 12 | 400 |\n| Hask | 7 | 910 |\n"
    "| Brell | 9 | 655 |\n| Total | 28 | 1,965 |\n"
)
MUSEUMS = (
    "Visitors to the museums:\n\n| Museum | 2029 | 2030 |\n|---|---|---|\n| Brenn | 41 | 52 |\n"
    "| Okto | 60 | 48 |\n"
)
RACE = (
    "The Molk race:\n\n| Place | Boat | Time |\n|---|---|---|\n| 2 | Brask | 4:09 |\n"
    "| 1 | Omen | 4:01 |\n| 3 | Volt | 10:30 |\n"
)
TABLES = [
    ("Which port handled the most cargo?", "Hask", PORTS),
    ("Which port handled the most cargo?", "Hask", PORTS.replace("Total", "All ports")),
    ("Which port handled the most cargo?", None, PORTS.replace("Total", "Ulm coast")),
    ("Which port handled the most cargo?", None, PORTS.replace("910", "not known")),
    ("How many ferries does Brell have?", "9", PORTS),
    ("How many ferries did Brell have in 2025?", None, PORTS),
    ("How many ferries does Brell have in winter?", None, PORTS),
    ("How many ferries did Brell lose in the Sten storm?", None, f"{PORTS}\nThe Sten storm ended."),
    ("How many visitors did the Brenn museum have in 2030?", "52", MUSEUMS),
    ("How many visitors did the Brenn museum have in 2028?", None, MUSEUMS),
    ("How many visitors did the Brenn museum have?", None, MUSEUMS),
    ("Who came first in the Molk race?", "Omen", RACE),
    ("Which boat was the fastest in the Molk race?", "Omen", RACE),
    ("Who came second in the Molk race?", "Brask", RACE.replace("Place", "Rank")),
    ("Who came first in the Molk race?", None, RACE.replace("| 1 |", "| 9 |")),
    (
        "Who came first in the quiz league?", "Sarn",
        "The quiz league:\n\n| Team | Points |\n|---|---|\n| Molk | 18 |\n| Sarn | 25 |\n",
    ),
    (
        "Which town was the coldest?", "Tarn",
        "The night:\n\n| Town | Degrees |\n|---|---|\n| Lund | 4 |\n| Tarn | -9 |\n",
    ),
    (
        "Which bridge is the oldest?", "Tarn",
        "Bridges:\n\n| Bridge | Built |\n|---|---|\n| Lund | 1910 |\n| Tarn | 1870 |\n",
    ),
    (
        "How much cargo did Hask handle?", "1,910",
        'Ports\n\nPort,Ferries,Cargo\nLorn,12,400\nHask,7,"1,910"\n',
    ),
    (
        "How many members does Ard have?", "3",
        "Members of the clubs:\n\n| Club | Number |\n|---|---|\n| Ard | 3 |\n| Bex | 11 |\n",
    ),
]  # fmt: skip


@pytest.mark.parametrize(("question", "short", "text"), TABLES)
def test_a_table_tells_what_its_headers_say(question: str, short: str | None, text: str) -> None:
    made = asked(question, article("News of the day", text))
    assert made.short == short
    assert stand(made)


def test_two_rows_of_a_table_are_compared() -> None:
    made = asked("Where was more cargo handled, at Lorn or at Brell?", article("Ports", PORTS))
    assert made.lead == "Brell. Brell: 655; Lorn: 400 (Cargo (tonnes))."
    assert len(made.quotes) == 2
    made = asked("Which port has fewer ferries, Lorn or Brell?", article("Ports", PORTS))
    assert made.lead.startswith("Brell. Brell: 9; Lorn: 12")
    assert not asked("Which port has more cranes, Lorn or Brell?", article("Ports", PORTS)).quotes


@pytest.mark.parametrize(
    ("question", "row", "words", "right"),
    [
        ("How many workers does Lorn have?", "| Lorn | 12 | 400 |", "12", None),
        ("How many ferries did Lorn have in 2025?", "| Lorn | 12 | 400 |", "12", None),
        ("How many ferries does Lorn have?", "| Lorn | 12 | 400 |", "400", "12"),
    ],
)
def test_a_cell_that_is_not_asked_for_is_not_set_in_bold(
    question: str, row: str, words: str, right: str | None
) -> None:
    made = asked(question, article("Ports", PORTS), found=row, short=words)
    assert made.short == right
    assert bool(made.quotes) == bool(right)


def test_sources_do_not_differ_with_one_figure_nor_without_a_name() -> None:
    notes = Article(text="The flood at Varn killed 135 people.", title="Notes")
    first = article(
        "Flood at Varn", "The flood at Varn killed 78 people, Ada Roe said.", "2031-05-05"
    )
    later = article(
        "Toll of the flood at Varn", "The flood at Varn killed 135 people, Bo Hale said."
    )
    made = asked(
        "How many people died in the flood at Varn?",
        notes, first, later, found=notes.text, short="135",
    )  # fmt: skip
    assert "135" in made.lead
    assert "78" in made.lead
    assert not re.search(r"135.*135|\(\)", made.lead)
