"""Written sentences against passages: what a rule decides, and what the meaning does."""

from __future__ import annotations

import pytest

from assistant.judging import Claim, Given, SentenceCheck
from assistant.judging.meaning import SUPPORTED, chance
from assistant.judging.names import names
from assistant.judging.quantities import quantities
from index import Article, Hit, Passage, PublicationDate
from tests.fakes import HashedWords

PORT = (
    "Health Minister Hamad Hassan said the blast in Beirut's harbour killed 135 people and injured "
    "about 5,000. Governor Marwan Abboud put the damage at between $10 billion and $15 billion. "
    "“We cannot rebuild this alone,” he told reporters on Wednesday. The government says 2,750 "
    "tonnes of ammonium nitrate blew up on 4 August. It did not say who owned the cargo."
)
BANK = (
    "Regulators closed Silicon Valley Bank on Friday. Its shares fell by 60 percent on Thursday. "
    "The Federal Deposit Insurance Corporation was named as receiver. Customers tried to take out "
    "$42 billion in a day, Janet Yellen told the Senate."
)


def given(number: int, text: str) -> Given:
    article = Article(
        text=text,
        title="The news",
        publisher="Corvane Daily",
        published=PublicationDate("2020-08-06"),
    )
    return Given(number, Hit(Passage(article.id, 0, len(text), text), article, 0.0))


def encode(texts: object) -> object:
    from index.models.embedding import encode

    return encode(HashedWords(dimension=512), list(texts))  # type: ignore[call-overload]


CHECK = SentenceCheck([given(1, PORT), given(2, BANK)], encode)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "text",
    [
        "The blast in Beirut's harbour killed 135 people and injured about 5,000.",
        "The blast in Beirut's harbour killed one hundred and thirty-five people.",
        "Marwan Abboud put the damage at between 10 and 15 billion dollars.",
        "Abboud put the damage at between $10bn and $15bn.",
        "The government says 2750 tonnes of ammonium nitrate blew up on August 4.",
        "The government says about 2,800 tonnes of ammonium nitrate blew up on 4 August 2020.",
        "“We cannot rebuild this alone,” Abboud told reporters on Wednesday.",
        "The FDIC was named as receiver.",
    ],
)
def test_what_a_passage_says_passes_every_rule(text: str) -> None:
    checked = CHECK.check(Claim(text, (1, 2)))
    assert checked.lacking == () or checked.support != "unsupported", checked
    assert checked.support in {"supported", "partly"}, checked


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        ("The blast in Beirut's harbour killed 153 people and injured about 5,000.", "153"),
        ("The blast in Beirut's harbour killed 5,000 people and injured about 135.", "5,000"),
        ("Governor Marwan Abboud put the damage at between $10 and $15 million.", "$15 million"),
        ("The government says 2,750 kilograms of ammonium nitrate blew up.", "2,750 kilograms"),
        ("The government says about 3,800 tonnes of ammonium nitrate blew up.", "3,800 tonnes"),
        ("The government says 2,750 tonnes of ammonium nitrate blew up on 4 March.", "March"),
        ("The government says 2,750 tonnes blew up on 4 August 2019.", "2019"),
        ("Health Minister Raoul Nehme said the blast killed 135 people.", "Raoul Nehme"),
        ("Governor Hamad Hassan put the damage at between $10 and $15 billion.", "Hamad Hassan"),
        ("“We can rebuild this alone,” he told reporters on Wednesday.", "We can rebuild"),
        ("Its shares rose by 60 percent on Thursday.", "rose"),
        ("Customers tried to take out 42 billion euros in a day.", "42 billion euros"),
        ("Janet Yellen told the Bundestag that customers took out $42 billion.", "Bundestag"),
    ],
)
def test_what_no_passage_says_is_named(text: str, lacking: str) -> None:
    checked = CHECK.check(Claim(text, (1, 2)))
    assert checked.support == "unsupported"
    assert checked.said == ()
    assert any(lacking in each for each in checked.lacking), checked


def test_the_evidence_stands_in_its_article() -> None:
    checked = CHECK.check(
        Claim("The government says 2,750 tonnes of ammonium nitrate blew up.", (1,))
    )
    assert checked.support == "supported"
    for said in checked.said:
        assert said.article.text[said.start : said.end] == said.text
        assert said.passage == 1
    assert not checked.recited


def test_what_says_nothing_is_not_supported() -> None:
    for text in ("Yes.", "…", "It is so.", ""):
        assert CHECK.check(Claim(text, (1,))).support == "unsupported"


def test_unknown_numbers_are_counted_once_each() -> None:
    assert CHECK.check(Claim("Nothing of this.", (7, 7, 9, 1))).dropped == 2


def test_without_passages_nothing_is_supported() -> None:
    assert SentenceCheck([]).check(Claim("The bank was closed on Friday.", (1,))).dropped == 1


def test_the_chance_grows_with_what_is_covered() -> None:
    nothing, all_of_it = (0.0,) * 8, (1.0, 1.0, 1.0, 1.0, 0.1, 1.0, 0.0, 0.0)
    assert chance(nothing) < 0.1 < SUPPORTED < chance(all_of_it)


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("about 2.5 billion people", [(2.5e9, "")]),
        ("between $10 and $15 billion", [(10e9, "dollar"), (15e9, "dollar")]),
        ("10 to 15 percent", [(10, "percent"), (15, "percent")]),
        ("26.8 percent and 35 seats", [(26.8, "percent"), (35, "")]),
        ("three hundred thousand", [(3e5, "")]),
        ("a 1,340-kilometre border", [(1340, "kilometre")]),
        ("one of the two", [(2, "")]),
        ("hundreds of people", []),
        ("$5m", [(5e6, "dollar")]),
    ],
)
def test_figures_are_read_with_their_units(text: str, found: list[tuple[float, str]]) -> None:
    assert [(each.value, each.unit) for each in quantities(text)] == found


def test_names_are_told_from_first_words() -> None:
    text = "Keepers closed Silicon Valley Bank. But the U.S. Treasury said on Friday it knew."
    sure = [each.text for each in names(text) if each.sure]
    assert sure == ["Silicon Valley Bank", "U.S. Treasury", "Friday"]
    assert [each.text for each in names(text) if not each.sure] == ["Keepers"]


@pytest.fixture(scope="module")
def real() -> SentenceCheck:
    from index.models.embedding import SentenceTransformerEmbeddings

    model = SentenceTransformerEmbeddings()
    return SentenceCheck([given(1, PORT), given(2, BANK)], model.encode)


@pytest.mark.parametrize(
    "text",
    [
        "The harbour blast in Beirut killed 6 people.",  # the day of publication
        "The harbour blast in Beirut injured 2020 people.",
        "'We can rebuild this alone,' he told reporters on Wednesday.",
        "„We can rebuild this alone“, he told reporters on Wednesday.",
        "‹We can rebuild this alone›, he told reporters on Wednesday.",
        "``We can rebuild this alone,'' he told reporters on Wednesday.",
        "Abboud told reporters “We cannot rebuild this alone on Wednesday.",  # never closed
        "Regulators did not close Silicon Valley Bank on Friday.",
        "Regulators never closed Silicon Valley Bank on Friday.",
        "It is false that regulators closed Silicon Valley Bank on Friday.",
        "Mossad closed Silicon Valley Bank on Friday.",
    ],
)
def test_words_near_the_passage_s_do_not_carry_what_it_does_not_say(
    real: SentenceCheck, text: str
) -> None:
    assert real.check(Claim(text, (1, 2))).support != "supported"


def test_the_day_of_publication_may_be_told(real: SentenceCheck) -> None:
    claim = Claim("The blast in Beirut's harbour killed 135 people in August 2020.", (1,))
    assert real.check(claim).support == "supported"


def test_only_what_the_passage_holds_is_named_as_found(real: SentenceCheck) -> None:
    checked = real.check(Claim("Mossad closed Silicon Valley Bank on Friday.", (2,)))
    assert "Mossad" not in checked.found
    assert "Mossad" in checked.lacking
