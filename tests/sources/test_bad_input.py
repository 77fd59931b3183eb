"""Every form meets what is truncated, misnamed or misencoded; and files made to take for ever.

Each file here is small. What it would take to read it all, or to read it carelessly, is not.
"""

from __future__ import annotations

import gzip
import io
import json
import time
import tracemalloc
import zipfile
from typing import TYPE_CHECKING

import pypdfium2
import pytest

from index import Article, NewsIndex, SourceError
from index.loading import Limits, LoadOptions, load
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, archive, docx, page, pdf, warc

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from tests.sources.site import Site

FEED = (
    '<?xml version="1.0" encoding="utf-8"?><rss version="2.0" xmlns:c="http://purl.org/rss/1.0/'
    f'modules/content/"><channel><title>N</title><item><title>F</title><c:encoded><![CDATA[<p>'
    f"{STORY}</p>]]></c:encoded></item></channel></rss>"
)
ROW = json.dumps({"title": "T", "text": STORY})
PAGES = [("https://a.example/x", "200 OK", "text/html", page("W").encode())]
FORMS: dict[str, bytes] = {
    "a.txt": f"---\ntitle: T\n---\n{STORY}\n\n{MORE}".encode(),
    "a.html": page("P").encode(),
    "a.xml": FEED.encode(),
    "a.pdf": pdf([[STORY]]),
    "a.docx": docx(STORY, MORE),
    "a.csv": f'title,text\nT,"{STORY}"\n'.encode(),
    "a.json": f"[{ROW}]".encode(),
    "a.jsonl": f"{ROW}\n{ROW}\n".encode(),
    "a.zip": archive({"a.txt": STORY}),
    "a.txt.gz": gzip.compress(STORY.encode()),
    "a.warc": warc(PAGES, packed=False),
    "a.warc.gz": warc(PAGES),
}


def put(folder: Path, name: str, data: bytes | str) -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


def check(found: list[Article | SourceError]) -> None:
    """Each is a whole article, or one line that says why there is none."""
    assert found
    for each in found:
        if isinstance(each, SourceError):
            assert "\n" not in str(each)
            assert each.reason.strip()
        else:
            assert each.text.strip()


@pytest.mark.parametrize("name", FORMS)
def test_whole_it_is_an_article(tmp_path: Path, name: str) -> None:
    assert all(isinstance(each, Article) for each in load(put(tmp_path, name, FORMS[name])))


@pytest.mark.parametrize("name", FORMS)
def test_truncated(tmp_path: Path, name: str) -> None:
    data = FORMS[name]
    for keep in (0.02, 0.3, 0.7, 0.97):
        check(list(load(put(tmp_path, name, data[: max(int(len(data) * keep), 1)]))))


BY_MAGIC = {"a.pdf", "a.docx", "a.zip", "a.warc", "a.warc.gz"}  # whatever the name
BY_WORDS = {  # under these names; under the rest there may be a reason instead
    "a.html": ["a.txt", "a.xml", "a.csv"],
    "a.xml": ["a.txt", "a.html", "a.csv"],
    "a.jsonl": ["a.txt", "a.csv"],
    "a.txt.gz": ["a.txt"],
}


@pytest.mark.parametrize("name", FORMS)
def test_with_a_wrong_extension(tmp_path: Path, name: str) -> None:
    for wrong in FORMS:
        found = list(load(put(tmp_path, wrong, FORMS[name])))
        check(found)
        assert isinstance(found[0], Article) or not (
            name == wrong or name in BY_MAGIC or wrong in BY_WORDS.get(name, [])
        ), wrong


@pytest.mark.parametrize("name", ["a.txt", "a.html", "a.xml", "a.csv", "a.json", "a.jsonl"])
def test_in_a_wrong_encoding(tmp_path: Path, name: str) -> None:
    text = FORMS[name].decode().replace("Velmouth", "Vélmøuth").replace("\\u2028", "")
    for encoding in ("utf-16", "cp1252", "utf-8-sig"):
        found = list(load(put(tmp_path, name, text.encode(encoding))))
        check(found)
        for each in found:  # the right letters or none
            assert isinstance(each, SourceError) or "Vélmøuth" in each.text, encoding


def test_one_bad_source_of_each_form_stops_no_other(tmp_path: Path, news: NewsIndex) -> None:
    for name, data in FORMS.items():
        put(tmp_path, f"bad-{name}", data[: len(data) // 3])
    put(tmp_path, "z-good.txt", "The lighthouse keeper of Brannoch retired after forty years.")
    before = news.counts().articles
    report = news.add([tmp_path])
    assert report.articles >= before + 1
    assert "lighthouse keeper" in "".join(each.text for each in news.articles())
    assert len(report.skipped) >= 6


# Made to take for ever, or to fill the memory


def bomb_in_bombs() -> bytes:
    data = archive({"a.txt": b"word " * 20_000_000})
    for _ in range(2):
        data = archive({"in.zip": data, "good.txt": STORY})
    return data


def test_a_bomb_in_an_archive_in_an_archive(tmp_path: Path) -> None:
    file = put(tmp_path, "a.zip", bomb_in_bombs())
    tracemalloc.start()
    found = list(load(file))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    check(found)
    assert [each.text for each in found if isinstance(each, Article)] == [STORY, STORY]
    (reason,) = [str(each) for each in found if isinstance(each, SourceError)]
    assert "/in.zip/in.zip/a.txt: larger than 5 MB" in reason
    assert peak < 50_000_000


def sheet_with_a_far_cell() -> bytes:
    import openpyxl

    book = openpyxl.Workbook()
    book.active["A1"], book.active["XFD1048576"] = STORY, "x"
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def document_of_blanks() -> bytes:
    out = io.BytesIO(docx(STORY))
    with zipfile.ZipFile(out, "a", zipfile.ZIP_STORED) as made:
        made.writestr("word/media/a.png", b"\x89PNG" + bytes(200_000))  # no ratio gives it away
        made.writestr("word/more.xml", "<w>" + " " * 4_000_000 + "</w>", zipfile.ZIP_DEFLATED)
    return out.getvalue()


HEADLINE = json.dumps({"@type": "NewsArticle", "headline": f"A{'&nbsp;' * 60_000}B"})
TEASER = f"<p>{STORY}</p> read more{' ' * 80_000}x"
SLOW: dict[str, tuple[str, Callable[[], bytes | str], str]] = {
    "a sheet with one cell in the last corner": (
        "a.xlsx",
        sheet_with_a_far_cell,
        "more than 200,000 cells",
    ),
    "a document of blanks": ("a.docx", document_of_blanks, "4 MB of text"),
    "a page of nothing but marks": (
        "a.html",
        lambda: f"<html><body><article>{'<b><i>x</b></i> ' * 60_000}</article></body></html>",
        "more than 40,000 elements",
    ),
    "a row without an end": ("a.csv", lambda: "title,text\n" + '"a\n",' * 700_000, "a row of"),
    "a line without an end": ("a.csv", lambda: "title,text\n" + "a" * 1_500_000, "a line of"),
    "a record of nothing": (
        "a.warc",
        lambda: b"WARC/1.0\r\nWARC-Type: response\r\nContent-Length: 99\r\n\r\nhello",
        "record 1 is damaged",
    ),
    "a heading without an end": ("a.warc", lambda: b"WARC/1.0\r\nX: " + b"x" * 9_000_000, "no end"),
    "JSON in JSON in JSON": ("a.json", lambda: "[" * 100_000, "nested too deep"),
    "a text that goes on": ("a.json", lambda: '[{"text": "' + "x" * 4_000_000, "larger than 3"),
}


@pytest.mark.parametrize(("name", "make", "reason"), SLOW.values(), ids=list(SLOW))
def test_it_is_refused_at_once(
    tmp_path: Path, name: str, make: Callable[[], bytes | str], reason: str
) -> None:
    file = put(tmp_path, name, make())
    started = time.process_time()
    limits = Limits(document=3_000_000, article=1_000_000)
    found = list(load(file, LoadOptions(limits=limits)))
    assert time.process_time() - started < 10
    check(found)
    assert reason in str(found[-1])


@pytest.mark.parametrize(
    ("name", "data"),
    [
        ("a.html", page("B", head=f'<script type="application/ld+json">{HEADLINE}</script>')),
        ("a.xml", FEED.replace(f"<p>{STORY}</p>", TEASER)),
        ("a.md", "---\ntitle: [\n" + "\n" * 19_000 + f"x\n---\n{STORY}"),
    ],
    ids=["headline", "teaser", "front matter"],
)
def test_no_pattern_takes_time_with_the_square(tmp_path: Path, name: str, data: str) -> None:
    file = put(tmp_path, name, data)
    load_one(put(tmp_path, "warm.html", page("B")))  # what is imported on the way
    started = time.process_time()
    check(list(load(file)))
    assert time.process_time() - started < 3


def test_a_headline_of_a_megabyte_is_cut(tmp_path: Path) -> None:
    row = json.dumps({"title": "word " * 200_000, "author": ["Ada Quill"] * 3 + [
        f"Ines V{chr(97 + n // 26) * 2}{chr(97 + n % 26)}"
        for n in range(500)], "text": STORY})  # fmt: skip
    article = load_one(put(tmp_path, "a.jsonl", row))
    assert (len(article.title), article.title[-1]) == (500, "…")
    assert len(article.authors) == 50


def test_a_pdf_that_takes_too_long(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = put(tmp_path, "a.pdf", pdf([[STORY]] * 3))
    read = pypdfium2.PdfPage.get_textpage
    pages = []

    def slowly(self: pypdfium2.PdfPage) -> pypdfium2.PdfTextPage:
        pages.append(self)
        time.sleep(0.02)  # longer than it may take
        return read(self)

    monkeypatch.setattr(pypdfium2.PdfPage, "get_textpage", slowly)
    (found,) = load(file, LoadOptions(limits=Limits(reading=0.01)))
    assert "takes more than" in str(found)
    assert len(pages) == 1


@pytest.mark.parametrize("year", ["0209-04-01", "April 1, 0209"])
def test_the_year_0209_is_no_date(tmp_path: Path, year: str) -> None:
    mark = f'<meta property="article:published_time" content="{year}">'
    files = [
        put(tmp_path, "a.html", page("P", head=mark)),
        put(tmp_path, "a.csv", f'title,text,date\nT,"{STORY}","{year}"\n'),
        put(tmp_path, "a.jsonl", json.dumps({"text": STORY, "date": year})),
        put(tmp_path, "a.xml", FEED.replace("<title>F", f"<pubDate>{year}</pubDate><title>F")),
        put(tmp_path, "a.txt", f"{year}\n\n{STORY}"),
    ]
    assert [load_one(file).published for file in files] == [None] * 5


def test_an_xml_bomb_from_a_server(site: Site, private: LoadOptions) -> None:
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in zip("abcdefgh", "bcdefghi", strict=True)
    )
    body = FEED.replace("<rss", f"<!DOCTYPE r [{entities}]><rss").replace("<p>", "<p>&i; ")
    started = time.process_time()
    check(list(load(site.serve("/feed", body, "application/rss+xml"), private)))
    assert time.process_time() - started < 5
