"""A written answer that leaves out what another source says is found out."""

from __future__ import annotations

from assistant.answer import Version
from assistant.composing.composition import Composition
from assistant.writing.left_out import hidden_values, notes_for

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


def test_the_writer_is_told_what_an_editor_would_say() -> None:
    assert "give each figure with who says it" in notes_for(DIFFERS)
    assert notes_for(Composition()) == ""
