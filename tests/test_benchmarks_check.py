"""The benchmark of the check: what is planted is wrong, and what is measured is the verdict."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from benchmarks import check
from benchmarks.planted import KINDS, plant, true_sentences

if TYPE_CHECKING:
    from pathlib import Path


def test_what_is_planted_stands_in_no_article() -> None:
    samples = check.read_samples()
    planted = plant(samples, 300)
    assert len(planted) == len({each.text for each in planted}) == 300
    assert {each.kind for each in planted} == set(KINDS)
    assert planted == plant(samples, 300)
    true = {text for text, _ in true_sentences(samples)}
    assert not true & {each.text for each in planted}
    for each in planted:
        assert each.text not in each.article.text


@pytest.mark.slow
def test_the_figures(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(check, "_PLANTED", 6)
    monkeypatch.setattr(check, "_ROUNDS", 1)
    monkeypatch.setattr(check, "read_samples", lambda: SAMPLES[:8])
    text = "The ferry sank at dawn off Skerry Point. Nobody was hurt, the coast guard said."
    judged = [
        ("The ferry sank at dawn off Skerry Point.", 3),
        ("The ferry sank at noon in 1912.", 1),
        ("Nobody was hurt, the coast guard said.", 2),
    ]
    row = {
        "article": text,
        "summary_sentences": [
            {
                "sentence": sentence,
                "responses": [{"response": "yes" if n < yes else "no"} for n in range(3)],
            }
            for sentence, yes in judged
        ],
    }
    (tmp_path / "qags-cnndm.jsonl").write_text(json.dumps(row) + "\n" + json.dumps(row))
    check.main([str(tmp_path), "--json"])
    result = json.loads(capsys.readouterr().out)
    assert result["qags"]["ours"] == {
        "balanced_accuracy": 1.0,
        "supported_recall": 1.0,
        "unsupported_recall": 1.0,
    }
    assert result["planted"]["all"] == "6/6"
    assert result["missed"] == []
    assert result["unaltered"]["as they stand"] <= 0.05
    assert result["milliseconds"]["five sentences, median"] > 0


def test_data_that_is_not_there(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        check.main([str(tmp_path)])


SAMPLES = check.read_samples()
