"""Killed at any instant, an index is as before a change or after it, never between."""

from __future__ import annotations

import os
import random
import signal
import sqlite3
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from index import Article, NewsIndex
from index.splitting import split
from tests.fakes import HashedWords, long_article

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

ARTICLES = 40
BATCH = 8  # passages: some articles a transaction


def check_whole(folder: Path) -> int:
    """Each article is there with all its passages, words and vectors, or not at all."""
    connection = sqlite3.connect(folder / "index.sqlite3")
    assert connection.execute("PRAGMA integrity_check").fetchall() == [("ok",)]
    assert connection.execute("PRAGMA foreign_key_check").fetchall() == []
    if not connection.execute("SELECT count(*) FROM sqlite_master").fetchone()[0]:
        connection.close()
        return 0
    rows = connection.execute("SELECT id, title, text, language FROM articles").fetchall()
    for article_id, title, text, language in rows:
        expected = split(Article(id=article_id, title=title, text=text, language=language))
        stored = connection.execute(
            'SELECT start, "end", length(vector), first FROM passages p '
            "LEFT JOIN vectors ON key = vector_key LEFT JOIN passage_ranges "
            "ON p.id BETWEEN first AND last WHERE article_id = ? ORDER BY start",
            (article_id,),
        ).fetchall()
        assert [row[:2] for row in stored] == [(each.start, each.end) for each in expected]
        assert all(row[2] and row[3] for row in stored)
    passages = connection.execute("SELECT count(*) FROM passages").fetchone()
    ranged = "SELECT coalesce(sum(last - first + 1), 0) FROM passage_ranges"
    assert connection.execute(ranged).fetchone() == passages
    unused = "SELECT count(*) FROM vectors WHERE key NOT IN (SELECT vector_key FROM passages)"
    assert connection.execute(unused).fetchone() == (0,)
    # each article has its sketch, in bands that only articles have, and a story that is one
    for table, column in (("sketches", "article"), ("bands", "DISTINCT article")):
        counted = connection.execute(f"SELECT count({column}) FROM {table}").fetchone()
        assert counted == (len(rows),), table
    strangers = "SELECT count(*) FROM bands WHERE article NOT IN (SELECT number FROM articles)"
    assert connection.execute(strangers).fetchone() == (0,)
    told = "SELECT count(*) FROM articles WHERE story NOT IN (SELECT id FROM articles)"
    assert connection.execute(told).fetchone() == (0,)
    connection.close()
    return len(rows)


class Adder:
    """The driver that adds articles in processes to be killed."""

    def __init__(self, process: subprocess.Popen[str]) -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in, self._out = process.stdin, process.stdout
        assert self._line() == ["ready"]

    def add_and_kill(self, folder: Path, after: int) -> None:
        """Start to add, and kill after so many articles; 0 kills while it begins."""
        self._in.write(f"{folder} 0 {ARTICLES} {BATCH}\n")
        self._in.flush()
        _, number = self._line()
        line = ["0"]
        while line[0] != "ended" and int(line[0]) < after:
            line = self._line()
        os.kill(int(number), signal.SIGKILL)
        while line[0] != "ended":
            line = self._line()
        assert int(line[1]) == -signal.SIGKILL, "it was done before it was killed"

    def _line(self) -> list[str]:
        return self._out.readline().split()


@pytest.fixture(scope="module")
def adder() -> Iterator[Adder]:
    root = Path(__file__).parents[1]
    with subprocess.Popen(
        [sys.executable, "-m", "tests.drivers.adder"],
        cwd=root,
        env={"PYTHONPATH": str(root), "OMP_NUM_THREADS": "1"},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    ) as process:
        yield Adder(process)
        process.communicate(timeout=120)


def check_recovery(folder: Path) -> None:
    found = check_whole(folder) if (folder / "index.sqlite3").exists() else 0
    embeddings = HashedWords()
    index = NewsIndex(folder, embeddings)
    assert index.counts().articles == found
    if found:
        assert index.search("crates")[0].article in list(index.articles())
    report = index.add(long_article(number) for number in range(ARTICLES))
    assert (report.added, report.unchanged) == (ARTICLES - found, found)
    assert report.articles == ARTICLES
    assert check_whole(folder) == ARTICLES
    expected = NewsIndex(folder.with_name("undisturbed"), HashedWords())
    if not expected.counts().articles:
        expected.add(long_article(number) for number in range(ARTICLES))
    for query in ("crates before dawn", "crew7 at the quay", "place12x3"):
        assert ranking(index, query) == ranking(expected, query)


def ranking(index: NewsIndex, query: str) -> list[tuple[str, int, float | None]]:
    hits = index.search(query, 50)
    return sorted((hit.article.id, hit.passage.start, hit.similarity) for hit in hits if hit.bm25)


@pytest.mark.parametrize("after", [0, 1, 13, ARTICLES - 2])
def test_killed_while_adding(folder: Path, adder: Adder, after: int) -> None:
    adder.add_and_kill(folder, after)
    check_recovery(folder)


@pytest.mark.slow
def test_killed_fifty_times(tmp_path: Path, adder: Adder) -> None:
    chance = random.Random(1906)
    for number in range(50):
        folder = tmp_path / str(number)
        adder.add_and_kill(folder, chance.randrange(ARTICLES - 1))
        check_recovery(folder)


def test_killed_again_and_again_it_still_gets_there(folder: Path, adder: Adder) -> None:
    before = 0
    for _ in range(4):
        adder.add_and_kill(folder, 12)
        now = check_whole(folder)
        assert now >= before
        before = now
    check_recovery(folder)


@pytest.mark.slow
@pytest.mark.parametrize("after", [0, 1, 20, 60, 100])
def test_the_command_killed(
    tmp_path: Path,
    folder: Path,
    after: int,
    python: str,
    child_environment: Mapping[str, str],
) -> None:
    news = tmp_path / "news"
    news.mkdir()
    for number in range(120):
        article = long_article(number, paragraphs=1)
        (news / f"{number:03}.txt").write_text(f"{article.title}\n\n{article.text}\n")
    environment = {**child_environment, "DATELINE_HOME": str(folder), "TERM": "dumb"}
    command = [python, "-m", "dateline", "add", str(news)]
    with subprocess.Popen(command, env=environment, stderr=subprocess.PIPE) as process:
        stored = 0
        while process.poll() is None and stored < after:  # watched from outside, as it goes
            stored = count_articles(folder)
        process.kill()
        process.wait(30)
    found = check_whole(folder) if (folder / "index.sqlite3").exists() else 0
    assert found >= min(after, 120) or after == 0
    run = subprocess.run(command, env=environment, capture_output=True, text=True, check=False)
    assert run.returncode == 0, run.stderr
    assert f"{120 - found} added, 0 replaced, {found} unchanged" in run.stdout
    assert check_whole(folder) == 120


def count_articles(folder: Path) -> int:
    try:
        connection = sqlite3.connect(f"file:{folder}/index.sqlite3?mode=ro", uri=True)
    except sqlite3.OperationalError:
        return 0
    try:
        return int(connection.execute("SELECT count(*) FROM articles").fetchone()[0])
    except sqlite3.OperationalError:
        return 0
    finally:
        connection.close()
