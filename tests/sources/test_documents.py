"""PDF and office documents, and web archives."""

from __future__ import annotations

import gzip
import io
from typing import TYPE_CHECKING

import pypdf
import pytest

from index import Article, SourceError
from index.loading import Limits, LoadOptions, load
from index.loading.pdf_layout import join_lines
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, archive, docx, page, pdf, warc

if TYPE_CHECKING:
    from pathlib import Path

LINES = [
    "Bridge approved by one vote",
    "By Ines Vale",
    "The council of Velmouth approved the new bridge on Monday by nine votes to eight. Work",
    "starts in May, and lorries will have to take the ferry until the autumn of the fol-",
    "lowing year.",
    "Opponents said that they would go to court over the cost, which has risen to 61 million",
    "crowns since the first plans were drawn.",
]


def put(folder: Path, name: str, data: bytes) -> Path:
    file = folder / name
    file.write_bytes(data)
    return file


# PDF


def test_a_pdf(tmp_path: Path) -> None:
    data = pdf([LINES, [MORE]], CreationDate="D:20210301100000+01'00'", Author="Ines Vale")
    article = load_one(put(tmp_path, "a.pdf", data))
    assert article.text.splitlines() == [
        LINES[0],
        LINES[1],
        f"{LINES[2]} starts in May, and lorries will have to take the ferry until the autumn of "
        "the following year.",
        f"{LINES[5]} {LINES[6]}",
        MORE,
    ]
    assert article.title == LINES[0]
    assert article.authors == ("Ines Vale",)
    assert article.published is None  # the day on which the file was made is none of the article's


def test_the_text_dates_a_pdf_before_the_file_does(tmp_path: Path) -> None:
    lines = [STORY, "Copyright 2018 The Fenland Courier"]
    data = pdf([lines], CreationDate="D:20210301100000Z", Title="Bridge approved")
    article = load_one(put(tmp_path, "a.pdf", data))
    assert (str(article.published), article.published_from) == ("2018", "copyright line")
    assert (article.title, article.publisher) == ("Bridge approved", "The Fenland Courier")


@pytest.mark.parametrize(
    ("title", "made"),
    [
        ("untitled", "D:02090401"),
        ("Microsoft Word - a.doc", "D:29310101"),
        ("page1.indd", "yesterday"),
        ("", ""),
    ],
)
def test_what_a_pdf_says_of_itself_may_be_nothing(tmp_path: Path, title: str, made: str) -> None:
    article = load_one(put(tmp_path, "a.pdf", pdf([[STORY]], Title=title, CreationDate=made)))
    assert (article.title, article.published) == (STORY, None)


def test_an_encrypted_pdf(tmp_path: Path) -> None:
    def encrypted(password: str) -> bytes:
        writer = pypdf.PdfWriter(clone_from=io.BytesIO(pdf([[STORY]])))
        writer.encrypt(password, "owner", algorithm="RC4-128")
        out = io.BytesIO()
        writer.write(out)
        return out.getvalue()

    with pytest.raises(SourceError, match="encrypted: save it without its password"):
        load_one(put(tmp_path, "a.pdf", encrypted("secret")))
    assert load_one(put(tmp_path, "b.pdf", encrypted(""))).text == STORY  # anyone may open it


def test_a_pdf_of_images(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="text recognition"):
        load_one(put(tmp_path, "a.pdf", pdf([[], [""]])))


def test_a_pdf_that_is_too_long(tmp_path: Path) -> None:
    file = put(tmp_path, "a.pdf", pdf([[STORY]] * 4))
    (found,) = load(file, LoadOptions(limits=Limits(pages=3)))
    assert "more than 3 pages" in str(found)
    (found,) = load(file, LoadOptions(limits=Limits(article=200)))
    assert "larger than" in str(found)


def test_lines_are_joined_within_paragraphs_only() -> None:
    assert join_lines(
        "A Short Headline\nThe first line of a story that goes on and\non to its end."
    ) == ("A Short Headline\nThe first line of a story that goes on and on to its end.")
    assert join_lines("One line of some length, as long as it gets.\n\nAnother.") == (
        "One line of some length, as long as it gets.\nAnother."
    )
    assert join_lines("The well-known F-35 is a jet of the air\nforce of a small country.") == (
        "The well-known F-35 is a jet of the air force of a small country."
    )
    assert join_lines("") == ""


def columns(left: list[str], right: list[str], head: str = "", at: int = 300) -> bytes:
    """A page of two columns, its lines written across both, as some programs do."""
    writer = pypdf.PdfWriter()
    page = writer.add_blank_page(612, 792)
    lines = [f"BT /F1 8 Tf 40 770 Td ({head}) Tj ET"]
    for number, texts in enumerate(zip(left, right, strict=True)):
        lines += [
            f"BT /F1 10 Tf {x} {700 - 14 * number} Td ({text}) Tj ET"
            for x, text in zip((40, at), texts, strict=True)
        ]
    font = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/Type"): pypdf.generic.NameObject("/Font"),
            pypdf.generic.NameObject("/Subtype"): pypdf.generic.NameObject("/Type1"),
            pypdf.generic.NameObject("/BaseFont"): pypdf.generic.NameObject("/Helvetica"),
        }
    )
    page[pypdf.generic.NameObject("/Resources")] = pypdf.generic.DictionaryObject(
        {
            pypdf.generic.NameObject("/Font"): pypdf.generic.DictionaryObject(
                {pypdf.generic.NameObject("/F1"): font}
            )
        }
    )
    stream = pypdf.generic.DecodedStreamObject()
    stream.set_data("\n".join(lines).encode("latin-1"))
    page[pypdf.generic.NameObject("/Contents")] = writer._add_object(stream)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    left = [
        "The council of Velmouth approved the new",
        "bridge on Monday by nine votes to eight, af-",
        "ter a debate that lasted until midnight.",
        "Work starts in May.",
    ]
    right = [
        "The last keeper of the Brannoch lighthouse",
        "retired on Saturday after forty years in",
        "the tower. His house will be a museum, the",
        "harbour office said.",
    ]
    article = load_one(put(tmp_path, "a.pdf", columns(left, right)))
    assert (  # not the day of its making
        "approved the new bridge on Monday by nine votes to eight, after a debate" in article.text
    )
    assert "retired on Saturday after forty years in the tower. His house" in article.text
    assert "approved the new The last keeper" not in article.text


def test_a_table_makes_no_sentences(tmp_path: Path) -> None:
    left, right = ["Ward", "North", "South", "West"], ["Votes", "1,204", "988", "1,530"]
    data = columns([*left, *[""] * 2, STORY], [*right, *[""] * 3])
    article = load_one(put(tmp_path, "a.pdf", data))
    assert "North | 1,204" in article.text


def test_a_running_head_is_no_text_but_dates_the_article(tmp_path: Path) -> None:
    head = "THE FENLAND COURIER  Monday, March 1, 2021  A"
    pages = []
    for number, words in enumerate(([STORY, "More follows."], [MORE, "That is all."]), start=1):
        pages.append(columns(words, ["", ""], f"{head}{number}"))
    merged = pypdf.PdfWriter()
    for each in pages:
        merged.append(io.BytesIO(each))
    out = io.BytesIO()
    merged.write(out)
    article = load_one(put(tmp_path, "a.pdf", out.getvalue()))
    assert "COURIER" not in article.text
    assert (str(article.published), article.published_from) == ("2021-03-01", "running head")


# Office documents


def test_a_word_document(tmp_path: Path) -> None:
    article = load_one(put(tmp_path, "a.docx", docx("Bridge approved", STORY, MORE)))
    assert article.text.split("\n\n") == ["Bridge approved", STORY, MORE]
    assert article.title == "Bridge approved"


def test_it_is_told_by_what_it_is(tmp_path: Path) -> None:
    assert STORY in load_one(put(tmp_path, "a.zip", docx(STORY))).text


def test_slides_and_a_sheet(tmp_path: Path) -> None:
    import openpyxl
    import pptx

    slides = pptx.Presentation()
    slide = slides.slides.add_slide(slides.slide_layouts[1])
    slide.shapes.title.text = "Bridge approved"
    slide.placeholders[1].text = STORY
    slides.save(str(tmp_path / "a.pptx"))
    assert load_one(tmp_path / "a.pptx").text == f"Bridge approved\n\n{STORY}"
    book = openpyxl.Workbook()
    book.active.append([STORY, 61])
    book.save(tmp_path / "a.xlsx")
    assert load_one(tmp_path / "a.xlsx").text == f"{STORY} | 61"


def test_an_office_document_that_is_a_bomb(tmp_path: Path) -> None:
    data = archive({"[Content_Types].xml": "x", "word/document.xml": bytes(30_000_000)})
    with pytest.raises(SourceError, match="unpacks to 30 MB"):
        load_one(put(tmp_path, "a.docx", data))


def test_entities_in_a_word_document(tmp_path: Path) -> None:
    entities = '<!ENTITY a "lol">' + "".join(
        f'<!ENTITY {y} "{f"&{x};" * 10}">' for x, y in zip("abcdefgh", "bcdefghi", strict=True)
    )
    data = docx(f"{STORY} &i;", doctype=f"<!DOCTYPE w [{entities}]>")
    (found,) = load(put(tmp_path, "a.docx", data))
    assert isinstance(found, SourceError)


@pytest.mark.parametrize("data", [docx(""), docx(STORY)[:300]])
def test_an_office_document_without_text(tmp_path: Path, data: bytes) -> None:
    (found,) = load(put(tmp_path, "a.docx", data))
    assert isinstance(found, SourceError)


# Web archives

HTML = "text/html; charset=utf-8"


@pytest.mark.parametrize("packed", [True, False])
def test_a_web_archive(tmp_path: Path, packed: bool) -> None:
    data = warc(
        [
            ("https://a.example/bridge", "200 OK", HTML, page("Bridge approved").encode()),
            ("https://a.example/x.png", "200 OK", "image/png", b"\x89PNG"),
            ("https://a.example/old", "301 Moved", HTML, b"<html>moved</html>"),
            ("https://a.example/none", "404 Not Found", HTML, page("Not found").encode()),
            ("https://a.example/list", "200 OK", HTML, b"<html><a href='/'>Home</a></html>"),
            ("https://b.example/f", "200 OK", "text/html;charset=ISO-8859-1",
             page("Gr\xf6\xdfe", STORY).encode("latin-1")),
        ],
        packed=packed,
    )  # fmt: skip
    file = put(tmp_path, "CC-NEWS-1.warc.gz" if packed else "a.warc", data)
    first, skipped, last = load(file)
    assert isinstance(first, Article)
    assert (first.id, first.publisher) == ("https://a.example/bridge", "a.example")
    assert isinstance(skipped, SourceError)
    assert skipped.source.endswith("/https://a.example/list")
    assert isinstance(last, Article)
    assert (last.title, last.url) == ("Größe", "https://b.example/f")


def test_a_page_in_a_web_archive_may_be_packed(tmp_path: Path) -> None:
    from warcio.statusandheaders import StatusAndHeaders
    from warcio.warcwriter import WARCWriter

    out = io.BytesIO()
    writer = WARCWriter(out, gzip=True)
    body = gzip.compress(page("Bridge approved").encode())
    said = [("Content-Type", HTML), ("Content-Encoding", "gzip")]
    headers = StatusAndHeaders("200 OK", said, protocol="HTTP/1.1")
    writer.write_record(
        writer.create_warc_record(
            "https://a.example/b",
            "response",
            payload=io.BytesIO(body),
            length=len(body),
            http_headers=headers,
        )
    )
    assert load_one(put(tmp_path, "a.warc.gz", out.getvalue())).title == "Bridge approved"


@pytest.mark.parametrize("packed", [True, False])
def test_a_truncated_web_archive_gives_what_is_whole(tmp_path: Path, packed: bool) -> None:
    words = " ".join(map(str, range(2_000)))
    data = warc(
        [
            (
                f"https://a.example/{n}",
                "200 OK",
                HTML,
                page(f"N{n}", f"{n} {STORY}", words).encode(),
            )
            for n in range(3)
        ],
        packed=packed,
    )
    found = list(load(put(tmp_path, "a.warc.gz", data[: int(len(data) * 0.6)])))
    assert isinstance(found[0], Article)
    assert found[0].title == "N0"
    assert len(found) <= 3
