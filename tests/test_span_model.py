"""The shipped reading model: it loads only unharmed, and points exactly."""

from __future__ import annotations

import itertools
import shutil
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from assistant.reading import span_model
from assistant.reading.span_model import SHIPPED, SpanModel, normalise
from index.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

PASSAGE = "🌊 The mayor, Ida Brückner, reopened the tram line on 3 May after six weeks of repairs."
OTHER = "Wheat prices fell."


@pytest.fixture(scope="module")
def model() -> SpanModel:
    return SpanModel()


def test_it_points_at_the_words_that_answer(model: SpanModel) -> None:
    ((span,),) = model.read("Who reopened the tram line?", [PASSAGE])
    assert "Ida Brückner" in PASSAGE[span.start : span.end]
    assert span.score > 0


def test_it_scores_an_answer_above_its_absence(model: SpanModel) -> None:
    (answer,), (none,) = model.read("When was the tram line reopened?", [PASSAGE, OTHER])
    assert answer.score > none.score
    assert 0 <= none.start < none.end <= len(OTHER)


def test_reading_together_is_reading_alone(model: SpanModel) -> None:
    question = "Who reopened the tram line?"
    (together,), _ = model.read(question, [PASSAGE, OTHER])
    ((alone,),) = model.read(question, [PASSAGE])
    assert (together.start, together.end) == (alone.start, alone.end)


def test_the_next_best_spans_lie_apart_and_score_less(model: SpanModel) -> None:
    question = "Who reopened the tram line?"
    (spans,) = model.read(question, [PASSAGE + " " + OTHER], 3)
    ((best,),) = model.read(question, [PASSAGE + " " + OTHER])
    assert 1 < len(spans) <= 3
    assert spans[0] == best
    assert [span.score for span in spans] == sorted((s.score for s in spans), reverse=True)
    in_order = sorted(spans, key=lambda span: span.start)
    assert all(one.end <= other.start for one, other in itertools.pairwise(in_order))


def test_case_and_punctuation_say_nothing(model: SpanModel) -> None:
    asked = [
        "Who reopened the tram line?",
        "who reopened  the tram line",
        "WHO REOPENED THE TRAM LINE ?!",
    ]
    assert {normalise(question) for question in asked} == {"who reopened the tram line?"}


def test_a_passage_longer_than_the_model_reads_is_cut_not_refused(model: SpanModel) -> None:
    ((span,),) = model.read("Who reopened the tram line?", [PASSAGE + " And so on." * 2000])
    assert "Ida Brückner" in PASSAGE[span.start : span.end]


def test_a_very_long_question_is_read_by_its_end(model: SpanModel) -> None:
    question = "He told me about it at length. " * 60 + "Who reopened the tram line?"
    ((span,),) = model.read(question, [PASSAGE + " And so on." * 200])
    assert PASSAGE[span.start : span.end]


def test_damaged_weights_are_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    source = span_model.shipped_folder()
    folder = tmp_path / "reading_model"
    shutil.copytree(source, folder)
    weights = folder / "model.safetensors"
    data = bytearray(weights.read_bytes())
    data[-1] ^= 1
    weights.write_bytes(data)
    monkeypatch.setattr(span_model, "shipped_folder", lambda: folder)
    with pytest.raises(ModelError, match=r"model\.safetensors .* not the published file"):
        SpanModel(SHIPPED).read("Who?", [PASSAGE])


def test_a_model_that_is_not_there_names_the_setting(tmp_path: Path) -> None:
    with pytest.raises(ModelError, match="READER_MODEL"):
        SpanModel(str(tmp_path / "nowhere")).read("Who?", [PASSAGE])


def test_many_threads_may_read_at_once(model: SpanModel) -> None:
    questions = ["Who reopened the tram line" + ", as was said before" * n + "?" for n in range(16)]
    passages = [PASSAGE, OTHER, PASSAGE + " And so on." * 60]
    alone = [model.read(question, passages) for question in questions]
    with ThreadPoolExecutor(8) as pool:
        together = list(pool.map(lambda question: model.read(question, passages), questions))
    assert [[(s.start, s.end) for (s,) in spans] for spans in together] == [
        [(s.start, s.end) for (s,) in spans] for spans in alone
    ]
