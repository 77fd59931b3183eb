"""ZIP, gzip and xz: what is in them, and bombs, climbers and damage."""

from __future__ import annotations

import gzip
import io
import lzma
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pytest

from index import Article, SourceError
from index.loading import Limits, LoadOptions, load
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, archive, page, pdf

if TYPE_CHECKING:
    from pathlib import Path

CSV = f'title,text\nOne,"{STORY}"\nTwo,"{MORE}"\n'


def put(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


def titles(file: Path, **limits: int) -> list[str]:
    """Titles of articles, and the reasons of what was skipped."""
    options = LoadOptions(limits=Limits(**limits))
    return [
        each.title if isinstance(each, Article) else each.reason for each in load(file, options)
    ]


def test_a_zip_of_everything(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {
        "2021/b.txt": STORY,
        "2021/a.html": page("A page"),
        "table.csv": CSV,
        "report.pdf": pdf([[MORE]]),
        "inner.zip": archive({"deep/c.md": f"---\ntitle: Deep\n---\n{STORY}"}),
        "lines.jsonl.gz": gzip.compress(b'{"title": "Packed", "text": "' + STORY.encode() + b'"}'),
        "README.md": "Not an article.",
        ".hidden.txt": "Nor this.",
        "__MACOSX/x.txt": "Nor this.",
        "picture.png": b"\x89PNG",
    }
    found = list(load(put(tmp_path, "all.zip", archive(files))))
    assert [each.title for each in found if isinstance(each, Article)] == [
        *("A page", STORY, "Deep", "Packed", MORE, "One", "Two")
    ]


def test_what_is_skipped_is_named_by_its_way(tmp_path: Path) -> None:
    inner = archive({"b/empty.txt": "", "b/good.txt": STORY})
    file = put(tmp_path, "a.zip", archive({"in.zip": inner}))
    skipped = [each for each in load(file) if isinstance(each, SourceError)]
    assert [each.source for each in skipped] == [f"{file}/in.zip/b/empty.txt"]


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_table(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    assert titles(put(tmp_path, "t.csv.gz", pack(CSV.encode()))) == ["One", "Two"]
    assert titles(put(tmp_path, "t.csv.xz", pack(CSV.encode()))) == ["One", "Two"]


@pytest.mark.parametrize(
    "name", ["../evil.txt", "/etc/evil.txt", "a/../../evil.txt", "..\\evil.txt", "C:/../evil.txt"]
)
def test_a_name_that_climbs_out(tmp_path: Path, name: str) -> None:
    file = put(tmp_path, "a.zip", archive({name: STORY, "good.txt": MORE}))
    found = titles(file)
    assert MORE in found
    assert any("climbs out" in each for each in found)
    assert [each.name for each in tmp_path.rglob("*")] == ["a.zip"]


def test_a_bomb_by_its_ratio(tmp_path: Path) -> None:
    bomb = archive({"a.txt": bytes(30_000_000), "good.txt": STORY, "z.csv": b"a" * 30_000_000})
    assert len(bomb) < 200_000
    tracemalloc.start()
    found = titles(put(tmp_path, "a.zip", bomb))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert STORY in found
    assert len(found) == 3
    assert peak < 25_000_000


@pytest.mark.parametrize("pack", [gzip.compress, lzma.compress])
def test_a_packed_bomb(tmp_path: Path, pack: object) -> None:
    assert callable(pack)
    line = b'{"title": "x", "text": "The same words."}\n' * 20_000
    options = LoadOptions(limits=Limits(spared=100_000, ratio=10))
    found = load(put(tmp_path, "a.jsonl.gz", pack(line)), options)
    reasons = [each.reason for each in found if isinstance(each, SourceError)]
    assert len(reasons) == 1
    assert "ZIP bomb" in reasons[0]


def test_many_files_together_may_be_too_much(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"{n}.txt": f"{n} {STORY}" for n in range(9)}
    found = titles(put(tmp_path, "a.zip", archive(files)), unpacked=500)
    assert any("more than one archive may" in each for each in found)
    assert 0 < sum("council" in each for each in found) < 9


def test_archives_within_archives(tmp_path: Path) -> None:
    data = archive({"a.txt": STORY})
    for _ in range(5):
        data = archive({"in.zip": data})
    (reason,) = titles(put(tmp_path, "a.zip", data))
    assert "one in another" in reason


def test_too_many_entries(tmp_path: Path) -> None:
    files: dict[str, bytes | str] = {f"{n}.txt": STORY for n in range(20)}
    (reason,) = titles(put(tmp_path, "a.zip", archive(files)), entries=10)
    assert "20 files" in reason


def test_an_encrypted_entry(tmp_path: Path) -> None:
    data = bytearray(archive({"a.txt": STORY, "b.txt": MORE}))
    for mark, place in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        data[data.index(mark) + place] |= 1
    assert titles(put(tmp_path, "a.zip", bytes(data))) == [
        "is encrypted: unpack it with its password first",
        MORE,
    ]


@pytest.mark.parametrize("name", ["a.zip", "a.gz", "a.xz"])
def test_a_truncated_archive(tmp_path: Path, name: str) -> None:
    text = f"{STORY} {MORE} " + " ".join(map(str, range(3_000)))
    whole = {
        "a.zip": archive({"a.txt": text}),
        "a.gz": gzip.compress(text.encode()),
        "a.xz": lzma.compress(text.encode()),
    }[name]
    (reason,) = titles(put(tmp_path, name, whole[: len(whole) // 2]))
    assert "damaged or cut short" in reason


def test_a_damaged_entry_stops_no_other(tmp_path: Path) -> None:
    data = bytearray(archive({"a.txt": STORY, "b.txt": MORE}, packed=False))
    data[data.index(b"council")] ^= 1
    assert titles(put(tmp_path, "a.zip", bytes(data))) == [
        "damaged or cut short: copy or download it again",
        MORE,
    ]


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.zip", STORY.encode()),
        ("a.gz", STORY.encode()),
        ("a.xz", STORY.encode()),
        ("a.zip", archive({})),
        ("a.zip", archive({"a.png": b"x"})),
    ],
)
def test_an_archive_that_is_none_or_empty(tmp_path: Path, name: str, data: bytes) -> None:
    with pytest.raises(
        SourceError, match=r"whatever its name says|nothing in this archive|a picture"
    ):
        load_one(put(tmp_path, name, data))


def test_memory_stays_flat(tmp_path: Path) -> None:
    """Three times the rows take no more memory, whatever the form."""
    line = '{{"title": "Report {0}", "text": "Report {0}: {1}"}}\n'

    def peak(rows: int, form: str) -> int:
        lines = [line.format(n, STORY * 20) for n in range(rows)]
        data = {
            "jsonl.gz": gzip.compress("".join(lines).encode(), 1),
            "json": ("[" + ",".join(lines) + "]").encode(),
            "csv": "\n".join(["title,text", *(f"{n},{STORY * 20}" for n in range(rows))]).encode(),
        }[form]
        file = put(tmp_path, f"{rows}.{form}", data)
        del lines, data
        tracemalloc.start()
        count = sum(isinstance(each, Article) for each in load(file))
        most = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
        assert count == rows
        return most

    for form in ("jsonl.gz", "json", "csv"):
        peak(20, form)  # what is imported and cached along the way
        assert peak(150, form) < peak(50, form) + 200_000, form


def test_nothing_stays_open(tmp_path: Path) -> None:
    # an unclosed file is a warning, which is an error here
    file = put(tmp_path, "a.zip", archive({"a.csv": CSV, "b.txt": STORY}))
    found = load(file)
    next(found)
    found.close()  # type: ignore[attr-defined]
    assert zipfile.is_zipfile(io.BytesIO(file.read_bytes()))
