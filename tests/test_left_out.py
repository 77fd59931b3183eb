"""A written answer that leaves out what another source says is found out."""

from __future__ import annotations

from assistant.answer import Verdict, Version
from assistant.composing.composition import Composition
from assistant.judging.evidence import Given
from assistant.reading.reader import Quote
from assistant.writing.left_out import hidden_values, missing_speaker, notes_for
from index import Article, Hit, Passage

DIFFERS = Composition(
    lead="Sources differ: 900 (the union), 400 (the owners).",
    differs=(Version(value="900", speaker="the union"), Version(value="400", speaker="the owners")),
)
CHANGED = Composition(versions=(Version(value="52"), Version(value="at least 14")))


def test_a_difference_that_is_hidden_is_named() -> None:
    texts = ["The march was long.", "The union said 900 nurses had joined."]
    assert hidden_values(texts, DIFFERS) == {1: ("400",)}
    assert hidden_values([*texts, "The owners counted 400."], DIFFERS) == {}


def test_an_old_figure_without_the_newest_is_named() -> None:
    assert hidden_values(["The flood killed 14 people."], CHANGED) == {0: ("52",)}
    assert hidden_values(["The flood killed 52 people."], CHANGED) == {}


def test_a_side_of_a_yes_and_no_that_is_hidden_is_named() -> None:
    article = Article(text="The owners said the pumps worked. The union said they did not.")
    quotes = tuple(
        Quote(article, at, at + 9, article.text[at : at + 9], 0.9, speaker=who)
        for at, who in ((0, "The owners"), (34, "The union"))
    )
    disputed = Composition(quotes, verdict=Verdict(answer="disputed", citations=(1, 2)))
    texts = ["It rained.", "The owners said the pumps worked."]
    assert hidden_values(texts, disputed) == {1: ("The union",)}
    assert hidden_values([*texts, "The union denied it."], disputed) == {}
    assert "both sides" in notes_for(disputed)


def test_words_given_to_another_person_lack_their_speaker() -> None:
    text = "The mayor, Ada Roe, came late. Growers said a frost destroyed the orchards."
    article = Article(text=text)
    given = Given(1, Hit(Passage(article.id, 0, len(text), text), article, 1.0))
    told = (given.said[1],)
    wrong = "Ada Roe said a frost destroyed the orchards."
    assert missing_speaker(wrong, told, {1: given}) == "Growers"
    assert not missing_speaker("Growers said a frost destroyed the orchards.", told, {1: given})
    assert not missing_speaker("A frost, they said, destroyed the orchards.", told, {1: given})


def test_the_writer_is_told_what_an_editor_would_say() -> None:
    assert "give each figure with who says it" in notes_for(DIFFERS)
    assert notes_for(Composition()) == ""
