"""Files and folders into articles; what cannot be one is named and stops nothing else."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from index import Article, NewsIndex, SourceError
from index.loading import load
from tests.loading import load_one

STORY = "The council approved the new bridge on Monday."


def refused(path: Path) -> str:
    with pytest.raises(SourceError) as caught:
        load_one(path)
    message = str(caught.value)
    assert message.startswith(str(path))
    assert "\n" not in message
    return message


@pytest.mark.parametrize("data", [b"", b" \n\t\r\n ", b"\xef\xbb\xbf", b"\xef\xbb\xbf \n"])
def test_an_empty_file(tmp_path: Path, data: bytes) -> None:
    file = tmp_path / "empty.txt"
    file.write_bytes(data)
    message = refused(file)
    assert "empty" in message or "no text" in message


@pytest.mark.parametrize(
    ("name", "data", "reason"),
    [
        ("picture.txt", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR", "not a text file"),
        ("story.pdf", b"%PDF-1.7 text", "cannot be read as a PDF"),
        ("story.pdf", STORY.encode(), "not a PDF, whatever its name says"),
        ("story.docx", b"PK\x03\x04", "damaged or cut short"),
        ("story.doc", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "save it as .docx"),
        ("story.py", STORY.encode(), ".py is no form that can be added"),
    ],
)
def test_what_cannot_be_added(tmp_path: Path, name: str, data: bytes, reason: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert reason in refused(file)


@pytest.mark.parametrize(
    ("name", "data"),
    [("utf16.txt", STORY.encode("utf-16")), ("no_suffix", STORY.encode())],
)
def test_text_is_told_by_what_it_is(tmp_path: Path, name: str, data: bytes) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    assert load_one(file).text == STORY


def test_invalid_utf8_says_where(tmp_path: Path) -> None:
    file = tmp_path / "latin1.txt"
    file.write_bytes(b"The caf\xe9 closed.")
    assert "byte 7" in refused(file)


def test_a_byte_order_mark_is_no_part_of_the_text(tmp_path: Path) -> None:
    file = tmp_path / "bom.txt"
    file.write_bytes(b"\xef\xbb\xbf" + STORY.encode())
    assert load_one(file).text == STORY
    file.write_bytes(b"\xef\xbb\xbf---\ntitle: Bridge\n---\n" + STORY.encode())
    assert load_one(file).title == "Bridge"


def test_the_text_is_kept_as_it_came(tmp_path: Path) -> None:
    text = f"  {STORY}\r\n\r\n\U0001f6a2 Cafe\u0301 …\r\n\u2028end \n"
    file = tmp_path / "crlf.txt"
    file.write_bytes(text.encode())
    assert load_one(file).text == text


def test_a_huge_file_is_refused_without_being_read_to_its_end(tmp_path: Path) -> None:
    file = tmp_path / "huge.txt"
    with file.open("wb") as handle:
        handle.write(b"Words. " * 10_000)
        handle.truncate(50_000_000)
    assert "larger than 5 MB" in refused(file)


def test_a_missing_file(tmp_path: Path) -> None:
    assert "no such file" in refused(tmp_path / "missing.txt")


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_an_unreadable_file(tmp_path: Path) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(STORY)
    file.chmod(0)
    assert "cannot be read" in refused(file)


def test_a_file_that_cannot_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "secret.txt"
    file.write_text(STORY)

    def denied(_: Path, __: str) -> bytes:
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", denied)
    assert "cannot be read (Permission denied)" in refused(file)


def test_a_pipe_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.txt"
    os.mkfifo(pipe)
    assert "not a file" in refused(pipe)


def test_a_folder_is_searched_in_order_of_name(tmp_path: Path) -> None:
    wanted = ["a.txt", "b/c.md", "b/d.TXT", "e.md"]
    for name in [*wanted, "README.md", "b/readme.txt", ".hidden.txt", ".git/x.txt", "f.png", "g"]:
        file = tmp_path / name
        file.parent.mkdir(exist_ok=True)
        file.write_text(f"---\ntitle: {name}\n---\n{STORY}")
    (tmp_path / "folder.txt").mkdir()
    found = [each.title for each in load(tmp_path) if isinstance(each, Article)]
    assert found == wanted


def test_an_empty_folder_is_an_error_that_stops_nothing(tmp_path: Path, news: NewsIndex) -> None:
    (tmp_path / "empty").mkdir()
    (tmp_path / "a.txt").write_text(STORY)
    report = news.add([tmp_path / "empty", tmp_path / "a.txt"])
    assert report.added == 1
    assert ["nothing in this folder" in str(each) for each in report.skipped] == [True]


@pytest.mark.parametrize(
    "source", ["x" * 5000, "~nobody-of-this-name/a.txt", "a\nb.txt", "", "a\0b"]
)
def test_a_path_that_cannot_be_one(source: str, news: NewsIndex) -> None:
    report = news.add([source])
    assert report.added == 0
    assert len(report.skipped) == 1


def test_one_bad_source_stops_no_other(tmp_path: Path, news: NewsIndex) -> None:
    (tmp_path / "good.txt").write_text(STORY)
    (tmp_path / "empty.txt").write_text("")
    (tmp_path / "noise.txt").write_text("©2021 The Fenland Courier")
    bad = ["empty.txt", "noise.txt", "none.txt"]
    report = news.add([tmp_path / name for name in [*bad, "good.txt"]])
    assert report.added == 1
    assert [Path(each.source).name for each in report.skipped] == bad
