"""A model's text as it comes: the same sentences however it is cut, and plain words only."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.writing.written_answer import Sentences

TEXT = (
    "The toll rose to 135 [1]. About 5,000 were hurt, Mr. Hassan said. [1][2] Aid came "
    "from France [2, 3].\n- **The port** is closed [Passage 1].\n\nIt was 4.5 km wide【4】."
)
CLAIMS = [
    ("The toll rose to 135.", (1,)),
    ("About 5,000 were hurt, Mr. Hassan said.", (1, 2)),
    ("Aid came from France.", (2, 3)),
    ("The port is closed.", (1,)),
    ("It was 4.5 km wide.", (4,)),
]


def read(pieces: list[str]) -> list[tuple[str, tuple[int, ...]]]:
    sentences = Sentences()
    found = [claim for piece in pieces for claim in sentences.feed(piece)]
    return [(claim.text, claim.cited) for claim in [*found, *sentences.close()]]


def test_sentences_with_their_citations() -> None:
    assert read([TEXT]) == CLAIMS


@given(st.integers(1, 60))
def test_however_it_is_cut(size: int) -> None:
    pieces = [TEXT[start : start + size] for start in range(0, len(TEXT), size)]
    assert read(pieces) == CLAIMS


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("It is so [1-3].", (1, 2, 3)),
        ("It is so [1, 2 and 5].", (1, 2, 5)),
        ("It is so (passage 2).", (2,)),
        ("It is so [^1].", (1,)),
        ("He (47) said so.", ()),
        ("In [2019] it was so.", ()),
    ],
)
def test_marks_in_many_forms(text: str, cited: tuple[int, ...]) -> None:
    ((_, found),) = read([text])
    assert found == cited


def test_a_number_in_brackets_may_be_an_age() -> None:
    assert read(["He (47) said so."])[0][0] == "He (47) said so."


def test_what_is_invisible_is_dropped() -> None:
    assert read(["It\u202e is\u200b so\U000e0041.\x07"]) == [("It is so.", ())]


@given(st.text(max_size=200))
def test_any_text_at_all(text: str) -> None:
    for words, _ in read([text]):
        assert words
        assert "\n" not in words


def test_a_sentence_without_an_end_is_cut() -> None:
    sentences = Sentences()
    assert list(sentences.feed("word " * 500))


def test_a_model_that_writes_white_space_for_ever_costs_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    from assistant.writing import written_answer as writing

    cuts: list[str] = []
    cut = writing._cut

    def counted(text: str) -> list[str]:
        cuts.append(text)
        return cut(text)

    monkeypatch.setattr(writing, "_cut", counted)
    sentences = writing.Sentences()
    said = list(sentences.feed("It rained."))
    for blank in ("\n", " ", "\n\n", "\t") * 500:
        said += sentences.feed(blank)
    said += [*sentences.feed("It stopped."), *sentences.close()]
    assert [claim.text for claim in said] == ["It rained.", "It stopped."]
    assert len(cuts) < 10
