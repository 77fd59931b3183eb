"""The follow-up benchmark: which questions it measures, and its figures by hand."""

from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING, Any

import pytest

from benchmarks.data import DataError
from benchmarks.followup import figures, main, plain, read
from training.rewrites import Rewrite, content_stems

if TYPE_CHECKING:
    from pathlib import Path


def row(question: str, rewrite: str, *history: str, source: str = "canard-dev") -> Rewrite:
    return Rewrite.of(
        {"source": source, "history": history, "question": question, "rewrite": rewrite}
    )


ROWS = [
    row("Where was he born?", "Where was Bram Ostrel born?", "Bram Ostrel", "Youth"),
    row("What is Velm?", "what is Velm", "Velm", "Town"),
    row("Why did he go?", "Besides money, why did Bram Ostrel leave?", "Bram Ostrel", "Youth"),
]


def test_figures_by_hand() -> None:
    forms = ["Where was he born? (Bram)", "What is Velm? (Town)", "Why did he go? (Ostrel money)"]
    found = figures(ROWS, forms)
    assert found["added"] == 3 / 6  # bram of bram, ostrel; ostrel, money of these and leave
    assert found["added_by_question"] == pytest.approx((1 / 2 + 2 / 4) / 2)
    assert found["added_plain_list"] == 3 / 7  # "besides" counts
    assert found["length"] == pytest.approx((5 + 4 + 6) / (5 + 3 + 7))
    assert found["length_by_question"] == pytest.approx((5 / 5 + 4 / 3 + 6 / 7) / 3)
    assert found["kept"] == 0
    assert figures(ROWS, [each.question.text for each in ROWS])["kept"] == 1


def test_words_are_compared_by_stem_without_function_words_and_letters() -> None:
    assert content_stems("The Ferries of Ostrel's S-400") == content_stems("ferry OSTREL, 400")


def test_the_plain_ways() -> None:
    asked = row("And why?", "Why?", "Bram", "Youth", "Who left?", "Bram did.")
    assert plain([asked]) == {"question": ["And why?"], "last_and_question": ["Who left? And why?"]}


@pytest.mark.parametrize(
    ("source", "roles"),
    [
        ("cast2019", ["user", "user", "user"]),
        ("cast2021", ["user", "assistant", "user"]),
        ("canard-dev", ["user", "user", "user"]),
    ],
)
def test_who_said_what(source: str, roles: list[str]) -> None:
    turns = row("?", "?", "one", "two", "three", source=source).question.history
    assert [turn.role for turn in turns] == roles


def test_a_conversation_is_held_out_whole_and_others_never() -> None:
    sides = set()
    for number in range(30):
        rows = [row("Q?", "R?", f"Topic {number}", *["more"] * n) for n in range(3)]
        assert len({each.measured for each in rows}) == 1
        sides.add(rows[0].measured)
        first = row(f"Topic {number}", "R?", source="cast2019")
        assert first.measured == rows[0].measured
        assert not row("Q?", "R?", f"Topic {number}", source="ikat2023").measured
    assert sides == {True, False}


def write(folder: Path, count: int) -> Path:
    file = folder / "rewrite.jsonl.xz"
    with lzma.open(file, "wt", encoding="utf-8") as lines:
        for number in range(10, 10 + count):
            item: dict[str, Any] = {
                "source": "canard-dev",
                "history": [f"Bram Ostrel {number}", "Youth"],
                "question": "Where was he born?",
                "rewrite": f"Where was Bram Ostrel {number} born?",
            }
            print(json.dumps(item), file=lines)
    return file


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    write(tmp_path, 40)
    measured = len(read(tmp_path, None))
    assert 0 < measured < 40
    main([str(tmp_path), "--json", "--limit", "3"])
    result = json.loads(capsys.readouterr().out)
    assert result["questions"] == 3
    assert result["search"]["added"] == 1
    assert result["question"]["added"] == 0
    assert result["milliseconds"]["median"] > 0
    main([str(tmp_path)])
    assert "question alone" in capsys.readouterr().out


def test_data_that_holds_nothing_to_measure(tmp_path: Path) -> None:
    with pytest.raises(DataError, match="held out"):
        read(write(tmp_path, 0), None)
    with pytest.raises(SystemExit, match="cannot be read"):
        main([str(tmp_path / "absent.jsonl.xz")])
