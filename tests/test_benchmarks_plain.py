"""The plain pipeline and its vectors: the nearest sentence is found, and nothing embedded twice."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
import pytest

from benchmarks import vector_blocks
from benchmarks.plain import PlainPipeline
from benchmarks.vector_blocks import embed_in_blocks
from tests.fakes import TOPICS, HashedWords

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

TEXTS = [f"{text} Visitors are expected in spring." for text in TOPICS.values()]
QUESTION = "Which comet did astronomers at the Brannoch observatory find?"
COMET = TOPICS["observatory"]


class UnitWords(HashedWords):
    """Fake vectors of length 1, as the plain pipeline asks of its model."""

    def _embed(self, text: str) -> list[float]:
        vector = np.array(super()._embed(text))
        return [float(value) for value in vector / np.linalg.norm(vector)]


def test_it_gives_the_sentence_of_the_nearest_chunk_that_is_nearest() -> None:
    found = PlainPipeline(TEXTS, UnitWords()).nearest(QUESTION)
    assert found is not None
    assert found.sentence == COMET
    assert found.chunk.source == TEXTS.index(found.chunk.text)
    asked, sentence, chunk = np.array(
        UnitWords().embed_documents([QUESTION, COMET, found.chunk.text])
    )
    assert found.similarity == pytest.approx(asked @ sentence, abs=1e-6)
    assert found.chunk_similarity == pytest.approx(asked @ chunk, abs=1e-6)


def test_it_finds_nothing_of_the_texts_left_out() -> None:
    pipeline = PlainPipeline(TEXTS, UnitWords())
    observatory = len(TEXTS) - 1
    everything = {chunk.source for chunk, _ in pipeline.search(QUESTION, 100)}
    others = {chunk.source for chunk, _ in pipeline.search(QUESTION, 100, {observatory})}
    assert everything == set(range(len(TEXTS)))
    assert others == everything - {observatory}
    found = pipeline.nearest(QUESTION, {observatory})
    assert found is not None
    assert found.sentence != COMET


@pytest.mark.parametrize(("texts", "without"), [([], set()), (TEXTS, set(range(len(TEXTS))))])
def test_nothing_to_search_gives_nothing(texts: list[str], without: set[int]) -> None:
    pipeline = PlainPipeline(texts, UnitWords())
    assert pipeline.nearest(QUESTION, without) is None
    assert pipeline.search(QUESTION, 3, without) == []


def test_no_articles_no_answer() -> None:
    assert PlainPipeline([], UnitWords()).answer(QUESTION) == ""


def test_a_second_run_embeds_the_question_only(folder: Path) -> None:
    PlainPipeline(TEXTS, UnitWords(), vectors=folder)
    told: list[tuple[int, int]] = []
    again = UnitWords()
    pipeline = PlainPipeline(
        TEXTS, again, vectors=folder, progress=lambda done, total: told.append((done, total))
    )
    assert again.embedded == []
    assert told == [(len(TEXTS), len(TEXTS))]
    assert pipeline.answer(QUESTION) == COMET


class Counting:
    """Encodes texts into their lengths, and fails at one of them when told so."""

    def __init__(self, fail_at: str | None = None) -> None:
        self.encoded: list[str] = []
        self._fail_at = fail_at

    def __call__(self, texts: list[str]) -> NDArray[np.float32]:
        if self._fail_at in texts:
            raise KeyboardInterrupt
        self.encoded += texts
        return np.array([[len(text), 1] for text in texts], np.float32)


def vectors(texts: list[str], encode: Counting, folder: Path | None, model: str = "m") -> list[int]:
    blocks = list(embed_in_blocks(texts, encode, folder, model))
    return [int(length) for block in blocks for length, _ in block]


@pytest.fixture
def _blocks_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(vector_blocks, "BLOCK", 2)


WORDS = ["one", "three", "seventeen", "no", "eleven"]
LENGTHS = [3, 5, 9, 2, 6]


@pytest.mark.usefixtures("_blocks_of_two")
def test_an_interrupted_run_goes_on_where_it_was(folder: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        vectors(WORDS, Counting(fail_at="no"), folder)
    rest = Counting()
    assert vectors(WORDS, rest, folder) == LENGTHS
    assert rest.encoded == ["seventeen", "no", "eleven"]


@pytest.mark.usefixtures("_blocks_of_two")
def test_a_changed_text_costs_its_own_block(folder: Path) -> None:
    vectors(WORDS, Counting(), folder)
    changed = Counting()
    assert vectors([*WORDS[:2], "seven", *WORDS[3:]], changed, folder) == [3, 5, 5, 2, 6]
    assert changed.encoded == ["seven", "no"]


def test_another_model_shares_no_vectors(folder: Path) -> None:
    vectors(WORDS, Counting(), folder)
    other = Counting()
    vectors(WORDS, other, folder, model="another")
    assert other.encoded == WORDS


def test_where_a_text_ends_matters(folder: Path) -> None:
    vectors(["ab", "c"], Counting(), folder)
    assert vectors(["a", "bc"], Counting(), folder) == [1, 2]


@pytest.mark.parametrize("damage", [b"", b"no array", "fewer"])
def test_a_damaged_block_is_made_again(folder: Path, damage: bytes | str) -> None:
    vectors(WORDS, Counting(), folder)
    (file,) = folder.iterdir()
    if isinstance(damage, bytes):
        file.write_bytes(damage)
    else:
        np.save(file, np.load(file)[:-1])
    again = Counting()
    assert vectors(WORDS, again, folder) == LENGTHS
    assert again.encoded == WORDS
    assert vectors(WORDS, again, folder) == LENGTHS
    assert again.encoded == WORDS


def test_without_a_folder_nothing_is_kept(folder: Path) -> None:
    assert vectors(WORDS, Counting(), None) == LENGTHS
    assert not folder.exists()
