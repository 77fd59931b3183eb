"""Of files that hold nobody knows how many articles, how many are expected."""

from __future__ import annotations

import json
import lzma
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.loading import meter_of
from index.loading.load import Meter
from tests.fakes import HashedWords, article, long_article

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from index import Article
    from index.reports import Progress

ARTICLES = 120


@pytest.mark.parametrize("form", ["jsonl", "jsonl.xz", "json"])
def test_how_many_are_expected(tmp_path: Path, folder: Path, form: str) -> None:
    lines = [json.dumps({"text": long_article(n).text, "title": f"{n}"}) for n in range(ARTICLES)]
    text = f"[{','.join(lines)}]" if form == "json" else "\n".join(lines)
    data = lzma.compress(text.encode()) if form.endswith("xz") else text.encode()
    (tmp_path / f"a.{form}").write_bytes(data)
    (tmp_path / "b.txt").write_text("The ferry was raised on Monday morning.")
    told: list[Progress] = []
    files = [tmp_path / f"a.{form}", tmp_path / "b.txt"]
    NewsIndex(folder, HashedWords(8)).add(files, progress=told.append)
    assert all(each.total is None for each in told)
    assert told[-1].expected == ARTICLES + 1
    half = next(each for each in told if each.done > ARTICLES / 2)
    assert half.expected == pytest.approx(ARTICLES, rel=0.5)


def test_where_nobody_knows(tmp_path: Path) -> None:
    unknown: list[Iterable[str | Path | Article]] = [
        ["https://a.example/x", tmp_path],
        [article()],
        iter([tmp_path]),
        ["none.txt"],
    ]
    for sources in unknown:
        assert meter_of(sources).share() is None
    assert Meter().share() is None
