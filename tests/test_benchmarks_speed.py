"""The benchmark of speed asks the same of each system, and says null where there is no answer."""

from __future__ import annotations

import json
import subprocess
import time
from contextlib import contextmanager
from functools import partial
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import httpx
import pytest

from benchmarks import speed
from benchmarks.speed import ASKING, FILLING, NAMES, SERVING
from benchmarks.speed_systems import Ours, Plain, System
from tests.fakes import HashedWords, article, topics
from tests.test_benchmarks_realtimeqa import write_data

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from pathlib import Path

    from index import Article

QUESTION = "Which comet did astronomers find?"


class Recorded:
    """A system that notes what it is told."""

    def __init__(self, offers: frozenset[str]) -> None:
        self.offers = offers
        self.told: list[str] = []

    def fill(self, articles: Iterable[Article]) -> None:
        self.told.append(f"fill {len(list(articles))}")

    def open(self) -> None:
        self.told.append("open")

    def add(self, article: Article) -> None:
        self.told.append(f"add {article.title}")

    def remove(self, article: Article) -> None:
        self.told.append(f"remove {article.title}")

    def rebuild(self) -> None:
        self.told.append("rebuild")

    def find(self, question: str) -> None:
        self.told.append("find")

    def ask(self, question: str) -> None:
        self.told.append(f"ask {question}")


def test_the_last_articles_are_added_and_removed_one_by_one() -> None:
    system = Recorded(frozenset({"remove", "rebuild"}))
    found = speed.fill(system, [article(f"{n}.", title=f"{n}") for n in range(7)], QUESTION)
    added = [each for n in range(2, 7) for each in (f"add {n}", "find")]
    removed = [each.replace("add", "remove") for each in added]
    assert system.told == ["fill 2", "find", *added, *removed, "rebuild"]
    assert set(found) == set(FILLING)
    assert all(value is not None and value > 0 for value in found.values())


def test_what_a_system_lacks_is_null() -> None:
    found = speed.fill(Recorded(frozenset()), topics(), QUESTION)
    assert found["remove_one_ms"] is None
    assert found["rebuild_unchanged_s"] is None
    assert found["add_one_ms"] is not None


def test_each_question_is_asked_once_the_process_is_warm() -> None:
    system = Recorded(frozenset())
    found = speed.ask(system, ["one", "two"], time.time() - 100)
    assert system.told == ["ask one", "ask one", "ask two"]
    assert set(found) == set(ASKING)
    assert 100 <= (found["ask_cold_s"] or 0) < 110
    assert (found["rss_mb"] or 0) > 10
    assert speed.ask(system, ["one"], time.time())["ask_p95_ms"] is not None


@pytest.mark.parametrize(
    ("make", "offers"),
    [
        (lambda home: Ours(home, HashedWords()), {"open", "remove", "rebuild"}),
        (lambda home: Plain(home, HashedWords()), set()),
    ],
    ids=NAMES[:2],
)
def test_the_systems(make: Callable[[Path], System], offers: set[str], tmp_path: Path) -> None:
    """Filled in one, opened in another: what is added is found, and what is removed is not."""
    *first, comet = topics()
    system = make(tmp_path)
    assert system.offers == offers
    system.fill(first)
    assert "comet" not in str(system.find(QUESTION))
    system.add(comet)
    assert "comet" in str(system.find(QUESTION))
    if "remove" in offers:
        system.remove(comet)
        assert "comet" not in str(system.find(QUESTION))
    if "rebuild" in offers:
        system.rebuild()
    again = make(tmp_path)
    if "open" in offers:
        again.open()
    else:
        again.fill(first)
    assert first[0].text in str(again.find(first[0].text))
    assert "comet" not in str(again.find(QUESTION))


def test_a_filled_index_is_changed_and_left_as_it_was() -> None:
    system = Recorded(frozenset({"open", "remove", "rebuild"}))
    found = speed.change(system, [article(f"{n}.", title=f"{n}") for n in range(7)], QUESTION)
    turns = [
        each for verb in ("remove", "add") for n in range(2, 7) for each in (f"{verb} {n}", "find")
    ]
    assert system.told == ["find", *turns, "rebuild"]
    assert set(found) == {"remove_one_ms", "add_one_ms", "rebuild_unchanged_s"}


def test_a_server_is_asked_once_it_has_come_to_rest(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    class Busy:
        def __init__(self) -> None:
            self._shares = iter([180.0, 60.0, 0.0])

        def cpu_percent(self, _: float) -> float:
            told.append("look")
            return next(self._shares)

    @contextmanager
    def serving(home: Path) -> Iterator[tuple[str, Busy]]:
        assert home == tmp_path
        yield "http://dateline.example", Busy()

    def answer(request: httpx.Request) -> httpx.Response:
        told.append(json.loads(request.content)["messages"][0]["content"])
        return httpx.Response(200 if len(told) < 6 else 500)

    client = partial(httpx.Client, transport=httpx.MockTransport(answer))
    monkeypatch.setattr(speed, "serving", serving)
    monkeypatch.setattr(httpx, "Client", client)
    found = speed.serve(tmp_path, ["one", "two"])
    assert told == [*["look"] * 3, "one", "two"]
    assert set(found) == set(SERVING)
    with pytest.raises(httpx.HTTPStatusError):
        speed.serve(tmp_path, ["one"])


def test_every_part_runs_in_a_process_of_its_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    ran: list[tuple[str, str]] = []

    def run(command: list[str], **how: Any) -> subprocess.CompletedProcess[str]:
        given = dict(pairwise(command))
        assert given["--limit"] == "2"
        ran.append((given["--system"], given["--part"]))
        figures = {"fill": FILLING, "ask": ASKING, "serve": SERVING}[given["--part"]]
        return subprocess.CompletedProcess(command, 0, json.dumps(dict.fromkeys(figures, 1.0)))

    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(speed, "find_spec", lambda name: None)
    data = write_data(tmp_path / "data")
    speed.main([str(data), "--limit", "2", "--json"])
    said = capsys.readouterr()
    ours = dict.fromkeys((*FILLING, *ASKING, *SERVING), 1.0)
    assert json.loads(said.out) == {
        "ours": ours,
        "plain": ours | dict.fromkeys(SERVING),
        "txtai": None,
    }
    both = [(name, part) for name in ("ours", "plain") for part in ("fill", "ask")]
    assert ran == [*both[:2], ("ours", "serve"), *both[2:]]
    assert "txtai is not installed" in said.err
    speed.main([str(data), "--limit", "2"])
    assert "ours" in capsys.readouterr().out


def test_a_folder_without_data_is_one_line(tmp_path: Path) -> None:
    with pytest.raises(SystemExit, match="cannot be read"):
        speed.main([str(tmp_path)])
