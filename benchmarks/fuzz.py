"""Mutated files over all loaders: none may crash, hang or fill the memory.

usage: python -m benchmarks.fuzz [--files 5000] [--seed 1] [--seconds 10] [--megabytes 1000]

Takes every file of tests/corpus and a document of each other form, changes bytes, cuts, doubles and
exchanges pieces, and loads what comes of it under a right or a wrong name. Each file is loaded in a
process that may be ended. Prints how many files became articles, how many were refused, the slowest
and the most memory; exit status 1 where one crashed, hung or took more than is allowed."""

from __future__ import annotations

import argparse
import multiprocessing
import random
import resource
import sys
import tempfile
from collections import Counter
from pathlib import Path
from typing import TYPE_CHECKING

import psutil

from index.errors import SourceError
from index.loading import load
from tests.sources.builders import MORE, STORY, archive, docx, page, pdf, warc

if TYPE_CHECKING:
    from multiprocessing.connection import Connection

CORPUS = Path(__file__).parents[1] / "tests" / "corpus"
LARGEST_SEED = 20_000  # bytes
NAMES = """
    a.txt a.md a.html a.xml a.csv a.json a.jsonl a.pdf a.docx a.odt a.rtf a.epub a.eml a.mhtml a.zip
    a.gz a.warc a.doc a.sgm
""".split()
MAIL = (
    "From: Courier <news@courier.example>\nSubject: Bridge\nMIME-Version: 1.0\n"
    f"Content-Type: text/html; charset=utf-8\n\n<html><body><article><p>{STORY}</p></article>"
)
BOOK = {
    "mimetype": "application/epub+zip",
    "META-INF/container.xml": "<container/>",
    "a.xhtml": page("Bridge", STORY, MORE),
}


def seeds() -> list[tuple[str, bytes]]:
    """A name and the bytes of each file that is mutated."""
    found = [
        (f"a{file.suffix}", file.read_bytes())
        for file in sorted(CORPUS.rglob("*"))
        if file.is_file() and 0 < file.stat().st_size < LARGEST_SEED
    ]
    pages = [("https://a.example/", "200 OK", "text/html", page("A").encode())]
    return [
        *found,
        ("a.pdf", pdf([[STORY, MORE]])),
        ("a.docx", docx(STORY, MORE)),
        ("a.zip", archive({"a.txt": STORY, "b.html": page("B")})),
        ("a.epub", archive(BOOK)),
        ("a.warc", warc(pages, packed=False)),
        ("a.warc.gz", warc(pages)),
        ("a.eml", MAIL.encode()),
        ("a.rtf", (r"{\rtf1\ansi " + STORY + r"\par " + MORE + "}").encode()),
    ]


def mutate(data: bytes, other: bytes, dice: random.Random) -> bytes:
    """The bytes with a few changes, as damage and malice make them."""
    changed = bytearray(data)
    for _ in range(dice.randint(1, 8)):
        at = dice.randrange(len(changed) + 1)
        size = dice.choice([1, 2, 8, 64, 512])
        match dice.randrange(6):
            case 0:
                changed[at : at + 1] = bytes([dice.randrange(256)])
            case 1:
                del changed[at : at + size]
            case 2:
                changed[at:at] = changed[at : at + size] * dice.choice([2, 50, 2_000])
            case 3:
                start = dice.randrange(len(other) + 1)
                changed[at:at] = other[start : start + size]
            case 4:
                changed[at:at] = dice.randbytes(size)
            case _:
                pieces = [
                    b"<",
                    b'"',
                    b"{",
                    b"[",
                    b"\0",
                    b"\xff",
                    b"&#x",
                    b"\\",
                    b"(",
                    b"://",
                    b"\n",
                ]
                changed[at:at] = dice.choice(pieces) * dice.choice([1, 100, 3_000])
        if not changed:
            return b"x"
    return bytes(changed[:2_000_000])


def work(pipe: Connection, megabytes: int) -> None:
    """Load each file that comes; say what came of it and the most memory so far, in MB."""
    limit = megabytes * 1_000_000 * 6  # address space; what is resident is measured
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    while (file := pipe.recv()) is not None:
        found = Counter(
            "refused" if isinstance(each, SourceError) else "article" for each in load(file)
        )
        pipe.send((dict(found), resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1_000))


def processor_seconds(process: multiprocessing.process.BaseProcess) -> float:
    """What it has used: a machine that is busy otherwise hangs nothing."""
    used = psutil.Process(process.pid).cpu_times()
    return used.user + used.system


def main() -> int:
    """Run it."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=5_000)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, default=10.0)
    parser.add_argument("--megabytes", type=int, default=1_000)
    given = parser.parse_args()
    dice, start = random.Random(given.seed), multiprocessing.get_context("spawn")  # noqa: S311
    every, counts, bad = seeds(), Counter[str](), 0
    slowest, most = 0.0, 0.0

    def begin() -> tuple[multiprocessing.process.BaseProcess, Connection]:
        ours, theirs = start.Pipe()
        process = start.Process(target=work, args=(theirs, given.megabytes), daemon=True)
        process.start()
        theirs.close()
        return process, ours

    with tempfile.TemporaryDirectory() as folder:
        process, pipe = begin()
        warm = True  # the first file waits for the imports
        for number in range(given.files):
            name, data = dice.choice(every)
            changed = mutate(data, dice.choice(every)[1], dice)
            file = Path(folder) / (name if dice.random() < 0.7 else dice.choice(NAMES))
            file.write_bytes(changed)
            before = processor_seconds(process)
            pipe.send(file)
            said, took = None, 0.0
            try:
                while not pipe.poll(0.2) and took < given.seconds + (30 if warm else 0):
                    took = processor_seconds(process) - before
                if pipe.poll(0):
                    said = pipe.recv()
                    took = processor_seconds(process) - before
            except (EOFError, psutil.Error):
                said = None
            slowest, warm = max(slowest, 0.0 if warm else took), False
            if said is None:
                bad += 1
                kept = Path(tempfile.gettempdir()) / f"fuzz-{given.seed}-{number}-{file.name}"
                kept.write_bytes(changed)
                print(
                    f"{number}: {'hung' if process.is_alive() else 'crashed'} on {kept}", flush=True
                )
                process.kill()
                process.join()
                process, pipe = begin()
                warm = True
                continue
            counts.update(said[0])
            most = max(most, said[1])
            file.unlink()
        pipe.send(None)
        process.join()
    print(
        f"fuzz: {given.files} files, {counts['article']} articles, {counts['refused']} refused, "
        f"{bad} crashed or hung, slowest {slowest:.1f} s, most memory {most:.0f} MB"
    )
    return 1 if bad or most > given.megabytes else 0


if __name__ == "__main__":
    sys.exit(main())
