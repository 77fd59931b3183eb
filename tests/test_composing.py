"""Answers an editor would sign, over articles invented for each kind of question."""

from __future__ import annotations

from datetime import date

import pytest

from assistant.composing.compose import compose
from assistant.composing.composition import Composition, Material, statements
from assistant.composing.question_forms import put_together, take_apart
from assistant.judging.speakers import attribute
from assistant.reading.context_model import shipped_context_model
from assistant.reading.finding import Finding
from assistant.reading.reader import Quote, Reading
from index import Article, Hit, Passage, PublicationDate


def article(title: str, text: str, day: str = "2031-05-06", outlet: str = "The Mole") -> Article:
    return Article(text=text, title=title, publisher=outlet, published=PublicationDate(day))


def hits(*articles: Article) -> tuple[Hit, ...]:
    return tuple(
        Hit(Passage(each.id, 0, len(each.text), each.text), each, score=1.0) for each in articles
    )


def asked(
    question: str, *articles: Article, found: str = "", short: str | None = None
) -> Composition:
    """The composition for a question over articles, of which a reader found a sentence."""
    reading = Reading()
    for each in articles:
        at = each.text.find(found) if found else -1
        if at >= 0:
            reading = Reading((Quote(each, at, at + len(found), found, 0.8),), short=short)
            break
    model = shipped_context_model()
    return compose(Material(question, date(2031, 6, 1), hits(*articles), reading, entails=model))


def stand(composition: Composition) -> bool:
    """Whether every quote stands verbatim at its offsets."""
    return all(
        getattr(each.article, each.field)[each.start : each.end] == each.text
        for each in composition.quotes
    )


FERRY = article(
    "Ferry sinks off Pell island",
    "PELLPORT - The ferry Osprey sank off Pell island on Sunday evening. Nobody drowned, the "
    "harbour "
    "office said. The ferry's owner, Marn Lines, denied that the bow door had been left open. "
    "Seamen's union leader Ida Crewe said the bow door had been left open for an hour. The "
    "captain, Tom Hale, may lose his licence. It is not known why the pumps failed.",
)


@pytest.mark.parametrize(
    ("question", "verdict", "begins"),
    [
        ("Did anyone drown when the Osprey sank?", "no", "No, says the harbour office"),
        ("Did the ferry Osprey sink?", "yes", "Yes"),
        ("Was the bow door left open?", "disputed", "Sources differ"),
        ("Will Tom Hale lose his licence?", "open", "Not certain"),
    ],
)
def test_yes_or_no_is_said_with_the_quote_that_decides(
    question: str, verdict: str, begins: str
) -> None:
    made = asked(question, FERRY)
    assert made.verdict is not None
    assert made.verdict.answer == verdict
    assert made.lead.startswith(begins)
    assert made.quotes
    assert stand(made)


def test_a_question_of_yes_or_no_about_somebody_else_is_not_answered() -> None:
    made = asked("Did the ferry Heron sink?", FERRY)
    assert not made.quotes
    assert made.verdict is None


def test_still_is_answered_by_the_newest_article_and_says_its_day() -> None:
    before = article(
        "Bridge at Tarn closed", "The bridge at Tarn is closed to lorries.", "2031-02-01"
    )
    after = article(
        "Tarn bridge opens", "The bridge at Tarn has reopened to lorries.", "2031-03-01"
    )
    made = asked("Is the bridge at Tarn still closed?", before, after)
    assert made.verdict is not None
    assert made.verdict.answer == "no"
    assert "as of 1 Mar 2031" in made.lead


QUARREL = article(
    "Council quarrels over tram",
    'Mayor Olga Prent said the tram would run by 2033. "It will cost 80 million," she said. '
    'Her rival, Kurt Vale, called the tram "a toy for tourists". He told the council that buses '
    "were cheaper. Prent's spokesman, Ben Ode, said nothing was signed.",
)


def test_what_somebody_said_shows_only_their_words() -> None:
    made = asked("What did Vale say about the tram?", QUARREL)
    assert made.short == "a toy for tourists"
    assert made.speaker == "Kurt Vale"
    assert all("2033" not in each.text and "80 million" not in each.text for each in made.quotes)
    assert stand(made)


def test_a_pronoun_leads_back_to_the_speaker_and_the_quote_shows_who_that_is() -> None:
    said = {each.text: each for each in statements(hits(QUARREL)) if each.said}
    he = said["He told the council that buses were cheaper."]
    assert he.said is not None
    assert he.said.speaker == "Kurt Vale"
    assert QUARREL.text[he.opener :].startswith("Her rival, Kurt Vale")


def test_who_said_it_is_named() -> None:
    made = asked("Who said that buses were cheaper?", QUARREL)
    assert made.speaker == "Kurt Vale"
    assert made.short is not None
    assert made.short in made.quotes[0].text


def test_nobody_speaks_for_another() -> None:
    made = asked("What did Prent say about the tram?", QUARREL)
    assert all("signed" not in each.text for each in made.quotes)
    assert not asked("What did Xaver Quill say about the tram?", QUARREL).quotes


FLOOD_EARLY = article(
    "Flood in Orba kills 14",
    "The flood in Orba killed at least 14 people, the governor said on Monday.",
    "2031-04-07",
)
FLOOD_LATE = article(
    "Orba flood toll rises",
    "The number of people killed by the flood in Orba has risen to 52, the governor said on "
    "Thursday.",
    "2031-04-10",
    "Evening Rook",
)


def test_the_newest_figure_leads_and_the_older_ones_follow_dated() -> None:
    made = asked(
        "How many people did the flood in Orba kill?",
        FLOOD_EARLY,
        FLOOD_LATE,
        found=FLOOD_EARLY.text,
        short="at least 14",
    )
    assert made.short == "52"
    assert [each.value for each in made.versions] == ["52", "at least 14"]
    assert "10 Apr 2031" in made.lead
    assert "Earlier: at least 14 (7 Apr 2031)" in made.lead
    assert stand(made)


def test_sources_that_differ_at_one_time_are_both_told() -> None:
    text = (
        "The union said 900 nurses had joined the march. The clinic owners put the number at 400. "
        "The march took 30 minutes."
    )
    made = asked(
        "How many nurses joined the march?",
        article("Nurses march", text),
        found="The union said 900 nurses had joined the march.",
        short="900",
    )
    assert [each.value for each in made.differs] == ["900", "400"]
    assert made.lead.startswith("Sources differ: 900 (the union")
    assert made.short is None


@pytest.mark.parametrize(
    ("question", "agreed", "begins"),
    [
        ("How many nurses joined the march?", True, "No. Sources differ: 900"),
        ("How many nurses joined the march?", False, "Yes. Sources differ: 900"),
        ("Did the pumps work?", True, "No. Sources differ: yes"),
    ],
)
def test_whether_the_sources_agree_is_said_by_their_versions(
    question: str, agreed: bool, begins: str
) -> None:
    march = article(
        "Nurses march",
        "The union said 900 nurses had joined the march. The owners put the number at 400. "
        "The union said that the pumps had not worked. The owners said the pumps had worked.",
    )
    found = "The union said 900 nurses had joined the march."
    at = march.text.find(found)
    reading = Reading((Quote(march, at, at + len(found), found, 0.8),), short="900")
    material = Material(
        question,
        date(2031, 6, 1),
        hits(march),
        reading,
        asked_if_differ=True,
        asked_if_agreed=agreed,
        entails=shipped_context_model(),
    )
    assert compose(material).lead.startswith(begins)


def test_the_hurt_are_no_version_of_the_dead() -> None:
    made = asked(
        "How many were hurt in the fire at Tarn?",
        article("Fire at Tarn", "The fire at Tarn hurt 31 people.", "2031-05-06"),
        article("Fire at Tarn", "The toll: the fire at Tarn killed nine people.", "2031-05-07"),
        found="The fire at Tarn hurt 31 people.",
        short="31",
    )
    assert not made.versions


def test_what_two_reports_tell_of_one_thing_is_compared() -> None:
    made = asked(
        "What is the difference between the two reports on Orba?",
        FLOOD_EARLY,
        article(
            "Orba flood toll",
            "Three dogs were killed by the flood in Orba. The number of people known to have died "
            "in the flood in Orba has climbed to 52, Governor Ilse Moor said.",
            "2031-04-10",
        ),
    )
    assert [each.value for each in made.differs] == ["at least 14", "52"]


def test_one_amount_written_in_two_ways_is_no_difference() -> None:
    one = article("Dam", "The dam at Vell will cost $1.6 billion, the ministry said.")
    two = article(
        "Dam", "The dam at Vell will cost 1.6bn dollars, the builders said.", outlet="Rook"
    )
    made = asked(
        "How much will the dam at Vell cost?", one, two, found=one.text, short="$1.6 billion"
    )
    assert not made.differs
    assert not made.versions


def test_a_relative_day_carries_its_date() -> None:
    vote = article("Vote", "Parliament in Sorn voted on Tuesday.", "2031-05-08")
    made = asked(
        "When did parliament in Sorn vote?", vote, found="Parliament in Sorn voted on Tuesday.",
        short="Tuesday",
    )  # fmt: skip
    assert "Tuesday (6 May 2031)" in made.lead


def test_how_long_is_computed_from_two_dated_ends() -> None:
    strike = article(
        "Port strike over",
        "The port strike in Lund began on 3 May. The port strike in Lund ended on 9 May.",
        "2031-05-10",
    )
    made = asked("How long did the port strike in Lund last?", strike)
    assert "6 days" in made.lead
    assert "3 May 2031 to 9 May 2031" in made.lead


def test_how_long_a_thing_is_is_no_time() -> None:
    tunnel = article(
        "Holm tunnel opens", "The Holm tunnel, 6 kilometres long, was closed for six weeks."
    )
    made = asked("How long is the Holm tunnel?", tunnel, found=tunnel.text, short="six weeks")
    assert made.short == "6 kilometres"


def test_a_timeline_quotes_the_events_in_their_order() -> None:
    fire = article(
        "Fire at Holm mill",
        "The fire at Holm mill was out by Wednesday morning. It broke out on Tuesday at 9:10 "
        "p.m. The "
        "roof fell in at 11 p.m. on Tuesday.",
        "2031-05-08",
    )
    made = asked("Give me a timeline of the fire at Holm mill", fire)
    assert [each.label for each in made.timeline] == [
        "6 May 2031, 9:10 p.m.",
        "6 May 2031, 11 p.m.",
        "7 May 2031",
    ]
    assert stand(made)


@pytest.mark.parametrize(
    ("question", "text", "members"),
    [
        (
            "Which animals were stolen from the zoo?",
            "Four animals were stolen from the zoo: a lynx, two owls and an otter.",
            ["a lynx", "two owls", "an otter"],
        ),
        (
            "Which countries sent doctors to Orba?",
            "Peru sent 30 doctors, Chile 12 and Cuba a ship.",
            ["Peru", "Chile"],
        ),
        (
            "Which banks advised the zoo?",
            "The banks Otter & Sons and Lund Capital advised the zoo.",
            ["Otter & Sons", "Lund Capital"],
        ),
        (
            "Which halls of the museum were flooded?",
            "The coin room, the library and the great hall of the museum were flooded.",
            ["The coin room", "the library", "the great hall of the museum"],
        ),
    ],
)
def test_a_list_has_all_its_members(question: str, text: str, members: list[str]) -> None:
    made = asked(question, article("News of Orba, the zoo and the museum", text))
    assert made.members is not None
    assert [each.text for each in made.members.members] == members
    assert stand(made)


MEDALS = article(
    "Rowing table",
    "The rowing table after the finals:\n\n| Club | Wins | Losses |\n|---|---|---|\n"
    "| Ard | 3 | 9 |\n| Bex | 11 | 1 |\n",
)


@pytest.mark.parametrize(
    ("question", "short"),
    [
        ("How many losses does Ard have?", "9"),
        ("How many wins does Ard have?", "3"),
        ("Which club has the most wins?", "Bex"),
    ],
)
def test_a_table_is_read_with_its_headers(question: str, short: str) -> None:
    made = asked(question, MEDALS)
    assert made.short == short
    assert short in made.quotes[0].text
    assert stand(made)


def test_a_comparison_gives_both_values() -> None:
    votes = article(
        "Vote in Sorn", "The Reds got 31.5 percent of the votes. The Blues got 44 percent."
    )
    made = asked("Did the Reds get more votes than the Blues?", votes)
    assert made.verdict is not None
    assert made.verdict.answer == "no"
    assert "31.5 percent" in made.lead
    assert "44 percent" in made.lead
    aid = article("Aid", "Pelm pledged 40 million crowns for the dam and Orba 25 million.")
    made = asked("How much more did Pelm pledge than Orba?", aid, MEDALS)
    assert made.lead.startswith("Pelm. Pelm: 40 million crowns; Orba: 25 million")


def test_none_and_what_did_not_happen() -> None:
    crash = article(
        "Tram crash in Vell",
        "Six people were hurt in the tram crash in Vell and none was killed. The minister, Ada "
        "Roe, "
        "did not resign.",
    )
    assert asked("How many people were killed in the tram crash in Vell?", crash).short == "none"
    denied = asked("Why did the minister resign after the tram crash in Vell?", crash)
    assert denied.lead.startswith("That is not so")
    assert "did not resign" in denied.quotes[0].text


def test_one_who_left_a_post_does_not_hold_it() -> None:
    bank = article(
        "Change at Ermine Bank",
        "The head of Ermine Bank, Rolf Udd, resigned on Monday and will be replaced by Nina Foss.",
    )
    made = asked("Who is the head of Ermine Bank?", bank, found=bank.text, short="Rolf Udd")
    assert made.short == "Nina Foss"


def test_teasers_quizzes_and_consent_are_no_evidence() -> None:
    text = (
        "The mill in Dorn burned.\n\nRelated: Ten mills that never burned\n\nQuiz: Which mill "
        "burned? "
        "a) Dorn b) Tarn\n\nWe will use your address only to send our newsletter.\n\nDig deeper"
    )
    told = [each.text for each in statements(hits(article("Mill", text))) if each.field == "text"]
    assert told == ["The mill in Dorn burned."]


def test_two_questions_are_answered_part_by_part_and_what_lacks_is_named() -> None:
    parts = take_apart("Who owns the Osprey and where was she built?")
    assert parts == ("Who owns the Osprey?", "Where was she built?")
    found = Composition((Quote(FERRY, 0, 8, FERRY.text[:8], 0.9),), short="Marn Lines")
    made = put_together(parts, [found, Composition()])
    assert [each.answered for each in made.parts] == [True, False]
    assert "I found nothing on “Where was she built?”" in made.lead
    assert take_apart("Who sits between Peru and Chile?") == ("Who sits between Peru and Chile?",)


def test_another_language_gets_the_passages_and_a_line() -> None:
    made = asked("Combien de personnes sont mortes dans le naufrage ?", FERRY)
    assert not made.quotes
    assert made.nearest
    assert "English only" in made.reason


def test_what_a_mountain_claims_is_no_saying_and_he_is_nobody() -> None:
    first = "He raised the alarm on Sunday."
    text = f"{first} Orlek, at 5,100 metres, has claimed 14 lives since 1990."
    spans = [(0, len(first)), (len(first) + 1, len(text))]
    assert [said for said, _ in attribute(text, spans)] == [None, None]


CRASH = article(
    "Tram accident in Holm",
    "The director of the Holm trams was away. Its deputy director, Ada Roe, spoke on Monday. "
    '"We braked too late," she said. The driver, Bo Hale, broke an arm. He said that he had seen '
    "no light. Captain Ida Rask of the fire brigade said that nobody was trapped. Judge Ulf Orn "
    'replied: "You were told to stop."',
)


@pytest.mark.parametrize(
    ("question", "speaker", "short"),
    [
        ("What did the driver of the tram in Holm say about the light?", "Bo Hale", "no light"),
        ("What did the captain of the tram in Holm say?", None, None),
        ("What did Judge Orn say about the stop?", "Ulf Orn", "You were told to stop."),
        ("How did Ada Roe explain the accident?", "Ada Roe", "We braked too late"),
        ("Who compared the trams to light?", None, None),
    ],
)
def test_a_post_or_a_name_leads_to_the_words(
    question: str, speaker: str | None, short: str | None
) -> None:
    made = asked(question, CRASH)
    assert made.speaker == speaker
    assert (short or "") in (made.short or "")
    assert bool(made.short) == bool(short)
    assert stand(made)


def test_few_words_of_somebody_are_shown_though_none_names_the_topic() -> None:
    made = asked("What did Vale say about the mayor's dog in Holm?", CRASH)
    assert not made.quotes
    made = asked("What did Bo Hale say about the rails?", CRASH)
    assert made.short is None
    assert made.lead.startswith("Bo Hale does not name “the rails”")
    assert "no light" in made.quotes[0].text


AFLOAT = article(
    "Barge adrift on Lake Orn",
    "The barge Molk drifted on Lake Orn with 214 people aboard. Another 11 people are missing.",
    "2031-05-06",
)


def test_a_later_correction_and_a_later_none_take_the_place_of_a_figure() -> None:
    later = article(
        "Molk company puts its list right",
        "The owner of the barge Molk corrected its list for Lake Orn. There were 231 people aboard "
        "the barge Molk, it said. Nobody is missing any longer, it said.",
        "2031-05-09",
    )
    first = "The barge Molk drifted on Lake Orn with 214 people aboard."
    made = asked(
        "How many people were aboard the barge Molk?", AFLOAT, later, found=first, short="214"
    )
    assert made.short == "231"
    assert "Corrected from: 214" in made.lead
    (early, late) = hits(AFLOAT, later)
    at = later.text.find("Nobody")
    told = Finding(late, at, len(later.text), "Nobody", (), 0.05)
    at = AFLOAT.text.find("Another")
    quote = Quote(AFLOAT, at, len(AFLOAT.text), AFLOAT.text[at:], 0.8)
    eleven = Finding(early, at, len(AFLOAT.text), "11", (), 0.8)
    reading = Reading((quote,), "11", findings=(eleven, told), threshold=0.1)
    question = "How many people are missing from the barge Molk?"
    made = compose(Material(question, date(2031, 6, 1), (early, late), reading))
    assert made.short == "Nobody"
    assert "Earlier: 11 (6 May 2031)" in made.lead


def test_figures_of_several_kinds_of_which_none_is_the_one_are_not_lined_up() -> None:
    fine = article(
        "Orn fines", "The bank of Orn said 30 accounts were hit. The mayor put the number at 90. "
        "The fine in Orn may reach 50 crowns.",
    )  # fmt: skip
    (hit,) = hits(fine)
    ends = [fine.text.find(". The mayor") + 1, fine.text.find(" The fine")]
    found = (
        Finding(hit, 0, ends[0], "30", (), 0.4),
        Finding(hit, ends[1] + 1, len(fine.text), "50 crowns", (), 0.4),
    )
    quote = Quote(fine, 0, ends[0], fine.text[: ends[0]], 0.4)
    for findings, differs in ((found, 0), (found[:1], 2)):
        reading = Reading((quote,), findings=findings, threshold=0.1)
        made = compose(Material("What may the fine in Orn be?", date(2031, 6, 1), (hit,), reading))
        assert len(made.differs) == differs


def test_a_number_of_other_things_is_no_version() -> None:
    text = "The shire said 2,300 people had left Orn. The number of flooded homes stands at 2,610."
    made = asked(
        "How many people left Orn?",
        article("Flood in Orn", text),
        found="The shire said 2,300 people had left Orn.",
        short="2,300",
    )
    assert not made.differs
