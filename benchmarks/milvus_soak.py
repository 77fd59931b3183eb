"""Two processes ask a Milvus while one adds to it and is killed, again and again.

    python -m benchmarks.milvus_soak [--seconds 600] [--uri milvus://HOST:PORT] [--json]

Without `--uri` a Milvus Lite is served on this machine and asked as a cluster is. The adder adds,
replaces and removes invented articles and is killed (`kill -9`) after a random part of some
seconds; another one goes on at once. Each answer to those who ask is looked at: every passage must
stand verbatim in its article, and every article must be one that was added, whole. At the end one
more change is made, and the index must be whole: each article listed is found by words and by
meaning, with all its passages, and nothing else is there.

What `--json` prints: "seconds", "asked", "passages" (looked at), "changes" (that the index counts),
"killed", "articles" (at the end) and "wrong" (a line for each thing that was wrong).
"""

from __future__ import annotations

import argparse
import json
import random
import signal
import subprocess
import sys
import time
from contextlib import ExitStack, contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

from benchmarks.killing_changes import HASHED, MOST, invented
from index import Filters, NewsIndex
from index.adding.preparation import prepare
from index.models.embedding import encode
from index.store import open_store

if TYPE_CHECKING:
    from collections.abc import Iterator

ASKERS = 2
ARTICLES_PER_CHANGE = 4
LONGEST_LIFE_S = 15.0  # of an adder, once it has begun
PASSAGES_WANTED = 200


def main() -> None:
    """Soak, and print what came of it."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--uri", help="of a Milvus whose database is empty")
    parser.add_argument("--json", action="store_true")
    parser.add_argument("--role", choices=["ask", "add"], help=argparse.SUPPRESS)
    parser.add_argument("--home", type=Path, help=argparse.SUPPRESS)
    given = parser.parse_args()
    if given.role:
        (ask if given.role == "ask" else add)(given.uri, given.home, given.seconds)
        return
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory()))
        uri = given.uri or stack.enter_context(served(folder / "served.db"))
        found = soak(uri, folder, given.seconds)
    if given.json:
        print(json.dumps(found))
    else:
        print("\n".join(f"{name}: {value}" for name, value in found.items()))
    sys.exit(bool(found["wrong"]))


def soak(uri: str, folder: Path, seconds: float) -> dict[str, Any]:
    """Ask, add and kill for so long; what came of it."""
    chance, began, killed = random.Random(1906), time.monotonic(), 0  # noqa: S311
    writers = folder / "writers"
    index = NewsIndex(writers, HASHED, store=open_store(uri, writers))
    index.add([invented(number, 0) for number in range(ARTICLES_PER_CHANGE)])
    askers = [_begin("ask", uri, folder / f"asker{number}", seconds) for number in range(ASKERS)]
    while (left := seconds - (time.monotonic() - began)) > 0:
        adder = _begin("add", uri, writers, seconds)
        assert adder.stdout
        adder.stdout.readline()  # it has begun: from now on it changes something
        try:
            adder.wait(min(chance.uniform(0.3, 1) * LONGEST_LIFE_S, left))
        except subprocess.TimeoutExpired:
            adder.kill()
        killed += adder.wait() == -signal.SIGKILL
        adder.stdout.close()
    told = [json.loads(each.communicate(timeout=120)[0] or "{}") for each in askers]
    wrong = [line for each in told for line in each.get("wrong", ["an asker ended early"])]
    index.add([invented(0, 9)])  # the next change puts right what the last kill has left
    wrong += list(_not_whole(index))
    return {
        "seconds": round(time.monotonic() - began),
        "asked": sum(each.get("asked", 0) for each in told),
        "passages": sum(each.get("passages", 0) for each in told),
        "changes": index.generation(),
        "killed": killed,
        "articles": index.counts().articles,
        "wrong": wrong,
    }


def ask(uri: str, home: Path, seconds: float) -> None:
    """Ask for so long, and print what was wrong with what was found."""
    store, last = open_store(uri, home), time.monotonic() + seconds
    index, asked, passages, wrong = NewsIndex(home, HASHED, store=store), 0, 0, list[str]()
    while time.monotonic() < last:
        hits = index.search(f"Place{asked % MOST} saw version", 20)
        wrong += [line for hit in hits if (line := _not_verbatim(hit.article, hit.passage))]
        if asked % 10 == 0:
            index.counts()
        asked, passages = asked + 1, passages + len(hits)
    print(json.dumps({"asked": asked, "passages": passages, "wrong": wrong[:20]}))


def add(uri: str, home: Path, seconds: float) -> None:
    """Add, replace and remove for so long."""
    index, chance = NewsIndex(home, HASHED, store=open_store(uri, home)), random.Random()  # noqa: S311
    last = time.monotonic() + seconds
    print("begun", flush=True)
    while time.monotonic() < last:
        numbers = chance.sample(range(MOST), ARTICLES_PER_CHANGE)
        index.add([invented(number, chance.randrange(3)) for number in numbers])
        there = [each.id for each in index.articles()]
        if len(there) > MOST // 2:
            index.remove(chance.sample(there, ARTICLES_PER_CHANGE))


def _not_verbatim(article: Any, passage: Any) -> str:
    number, version = map(int, article.title.removeprefix("Report ").split())
    if article.text != invented(number, version).text:
        return f"{article.title} is not what was added"
    same = article.text[passage.start : passage.end] == passage.text
    return "" if same else f"a passage of {article.title} is not verbatim"


def _not_whole(index: NewsIndex) -> Iterator[str]:
    """What is wrong with an index that nobody changes."""
    store, manifest = index._store, index._manifest()
    vector = encode(HASHED, ["saw version"])[0]
    for article in index.articles():
        wanted = {(each.start, each.end) for each in prepare(article, manifest).passages}
        within = Filters(articles=(article.id,))
        found = store.search("saw version", vector, PASSAGES_WANTED, within)
        for ranking in (found.by_words, found.by_meaning):
            if {(p.start, p.end) for p, _ in (found.passages[n] for n, _ in ranking)} != wanted:
                yield f"{article.title} is not found whole"
    if index.counts().articles != sum(1 for _ in index.articles()):
        yield "the list is not what is there"


def _begin(role: str, uri: str, home: Path, seconds: float) -> subprocess.Popen[str]:
    words = ["--role", role, "--uri", uri, "--home", str(home), "--seconds", str(seconds)]
    return subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "benchmarks.milvus_soak", *words],
        stdout=subprocess.PIPE,
        text=True,
    )


@contextmanager
def served(file: Path) -> Iterator[str]:
    """The URI of a Milvus Lite that is reached over the network, as any server is."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(file))
    yield f"milvus://127.0.0.1:{port}"
    server.stop(grace=0)
    database.close()


if __name__ == "__main__":
    main()
