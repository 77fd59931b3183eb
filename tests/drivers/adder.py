"""Add many articles with fake embeddings, each time in a process that may be killed.

A line "FOLDER FIRST LAST BATCH" on standard input begins one; "pid N", the articles done and, once
it has gone, "ended STATUS" come back. Forking spares every child the second that imports take.
"""

from __future__ import annotations

import os
import sys

from index import NewsIndex
from index.adding import changes
from index.reports import Progress
from tests.fakes import HashedWords, long_article


def say(*words: object) -> None:
    os.write(1, (" ".join(map(str, words)) + "\n").encode())  # at once, and whole


def add(folder: str, first: str, last: str, batch: str) -> None:
    changes._BATCH_PASSAGES = int(batch)
    articles = [long_article(number) for number in range(int(first), int(last))]

    def tell(now: Progress) -> None:
        say(now.done)

    say("pid", os.getpid())
    NewsIndex(folder, HashedWords()).add(articles, progress=tell)


def main() -> None:
    say("ready")
    for line in sys.stdin:
        child = os.fork()
        if not child:
            add(*line.split())
            os._exit(0)
        say("ended", os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]))


if __name__ == "__main__":
    main()
