"""The reading benchmark: its figures, and the sentence that the plain pipeline would give."""

from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING, Any

import pytest

from assistant.reading.span_model import AnswerSpan, SpanModel, shipped_folder
from benchmarks import reading
from benchmarks.data import DataError
from benchmarks.plain import plain_embeddings
from benchmarks.reading import no_answer_threshold, ours, plain, read
from tests.test_benchmarks_news import printed
from tests.test_benchmarks_plain import UnitWords

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

PASSAGE = "Mira Tolvane won the Velm race. The harbour at Ostrel moved 412 crates on Monday."
ROWS: list[dict[str, Any]] = [
    {"question": "Who won the Velm race?", "passage": PASSAGE, "answers": [{"text": "Tolvane"}]},
    {
        "question": "How many crates did the harbour move?",
        "passage": PASSAGE,
        "answers": [{"text": "412"}, {"text": "412 crates"}],
    },
    {"question": "Who lost the Velm race?", "passage": PASSAGE, "answers": []},
    {"question": "Who owns the harbour at Ostrel?", "passage": PASSAGE, "answers": []},
]
SPANS = {"won": ("Mira Tolvane", 3.0), "crates": ("412", 1.0), "lost": ("Mira", 2.5)}


class ScriptedModel(SpanModel):
    """Finds what `SPANS` says for a word of the question, and otherwise nothing worth saying."""

    def __init__(self) -> None:
        super().__init__("scripted")

    def read_pairs(
        self, pairs: Sequence[tuple[str, str]], *, first: SpanModel | None = None
    ) -> list[AnswerSpan]:
        return [self._find(question, passage) for question, passage in pairs]

    def _find(self, question: str, passage: str) -> AnswerSpan:
        for word, (text, score) in SPANS.items():
            if word in question:
                start = passage.index(text)
                return AnswerSpan(start, start + len(text), score, 0.0)
        return AnswerSpan(0, 4, -9.0, -9.0)


def test_figures_by_hand() -> None:
    found = ours(ROWS, ScriptedModel().read_pairs, threshold=2.0)
    assert found == {
        "em": 0.25,  # only the owner of the harbour is rightly left open
        "f1": pytest.approx((2 / 3 + 0 + 0 + 1) / 4),
        "em_answerable": 0.5,
        "f1_answerable": pytest.approx((2 / 3 + 1) / 2),
        "f1_answerable_thresholded": pytest.approx((2 / 3 + 0) / 2),
        "f1_unanswerable": 0.5,
    }


def test_chunks_change_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    whole = ours(ROWS, ScriptedModel().read_pairs, threshold=2.0)
    monkeypatch.setattr(reading, "_CHUNK", 3)
    assert ours(ROWS, ScriptedModel().read_pairs, threshold=2.0) == whole


def test_plain_gives_the_nearest_sentence_and_never_abstains() -> None:
    embeddings = UnitWords()
    found = plain(ROWS, embeddings)
    assert found["f1_unanswerable"] == 0
    assert found["em"] == 0
    # "mira tolvane won velm race" holds the one word; "412" and "crates" are two of seven
    first, second = 2 * 1 / (5 + 1), 2 * 2 / (8 + 2)
    assert found["f1_answerable"] == pytest.approx((first + second) / 2)
    assert found["f1_answerable"] == found["f1_answerable_thresholded"]
    assert len(embeddings.embedded) == 2 + len(ROWS)  # each sentence once


def write_rows(file: Path, rows: Sequence[dict[str, Any]] = ROWS) -> Path:
    with lzma.open(file, "wt", encoding="utf-8") as opened:
        opened.writelines(json.dumps(row) + "\n" for row in rows)
    return file


def test_data_is_the_file_or_its_folder(tmp_path: Path) -> None:
    file = write_rows(tmp_path / "squad20_dev.jsonl.xz")
    assert read(file, None) == read(tmp_path, None) == ROWS
    assert len(read(file, 2)) == 2


def test_data_without_questions_is_told(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="holds no questions"):
        read(write_rows(tmp_path / "squad20_dev.jsonl.xz", []), None)


def test_the_threshold_is_the_models_own(tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text('{"reading": {"no_answer_threshold": 1.5}}')
    assert no_answer_threshold(tmp_path) == 1.5
    config.write_text("{}")
    assert no_answer_threshold(tmp_path) == 0
    config.unlink()
    with pytest.raises(DataError, match=r"config\.json cannot be read"):
        no_answer_threshold(tmp_path)


def test_it_prints_one_json_object(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = write_rows(tmp_path / "squad20_dev.jsonl.xz")
    (tmp_path / "config.json").write_text('{"reading": {"no_answer_threshold": 2.0}}')
    asked: list[Path] = []

    def model(folder: Path) -> SpanModel:
        asked.append(folder)
        return ScriptedModel()

    monkeypatch.setattr(reading, "ContextModel", model)
    monkeypatch.setattr(reading, "SpanModel", ScriptedModel)
    monkeypatch.setattr(reading, "plain_embeddings", UnitWords)
    reading.main([str(file), "--model", str(tmp_path), "--json"])
    found = printed(capsys)
    assert asked == [tmp_path]
    assert found["ours"].keys() == found["first_look"].keys() == found["plain"].keys()
    assert (found["questions"], found["answerable"], found["threshold"]) == (4, 2, 2.0)
    assert found["ours"]["em"] == 0.25
    reading.main([str(file), "--limit", "2"])
    shown = capsys.readouterr().out
    assert "2 questions" in shown


@pytest.mark.slow
def test_the_shipped_model_reads_better_than_the_nearest_sentence(tmp_path: Path) -> None:
    model, embeddings = SpanModel(), plain_embeddings()
    threshold = no_answer_threshold(shipped_folder())
    said, near = ours(ROWS[:2], model.read_pairs, threshold), plain(ROWS[:2], embeddings)
    assert said["f1_answerable"] is not None
    assert near["f1_answerable"] is not None
    assert said["f1_answerable"] > near["f1_answerable"]
