"""News services' JSON, HTML in cells, names, dates, pages that are no article, saved mail."""

# ruff: noqa: E501
from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

import pytest

from index import Article, SourceError
from index.loading import LoadOptions, load
from index.loading.clean_names import (
    clean_authors,
    clean_language,
    clean_outlet,
    without_outlet,
)
from index.loading.date_text import read_date
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, archive, page

if TYPE_CHECKING:
    from pathlib import Path


def put(folder: Path, name: str, data: str | bytes) -> Path:
    file = folder / name
    file.write_bytes(data.encode() if isinstance(data, str) else data)
    return file


NESTED: dict[str, Any] = {
    "headline": {"main": "Bridge approved"},
    "byline": {"original": "By Ines Vale and Bo Lind"},
    "lead_paragraph": STORY,
    "pub_date": "2021-03-01T23:30:12+0000",
    "web_url": "https://courier.example/bridge",
    "source": "The Fenland Courier",
}
SECTIONS = {"sections": [{"headline": ["Bridge"], "paragraphs": [STORY, MORE]}]}
SHAPES: dict[str, Any] = {
    "an answer of a service": {"response": {"docs": [NESTED]}},
    "a list": [NESTED],
    "by outlet": {
        "Courier": [{"title": "Bridge approved", "body": SECTIONS}],
        "Mail": [{"title": "Bridge approved", "text": STORY}],
    },
    "documents of LangChain": [{"page_content": STORY, "metadata": {"title": "Bridge approved"}}],
    "a feed that is described": {
        "version": "https://jsonfeed.org/version/1.1",
        "title": "Fenland Courier",
        "description": "All the news of the fens, every day of the week.",
        "items": [{"title": "Bridge approved", "content_html": f"<p>{STORY}</p>"}],
    },
}


@pytest.mark.parametrize("shape", SHAPES)
def test_articles_are_found_wherever_they_lie(tmp_path: Path, shape: str) -> None:
    found = list(load(put(tmp_path, "a.json", json.dumps(SHAPES[shape]))))
    assert len(found) == (2 if shape == "by outlet" else 1)
    for each in found:
        assert isinstance(each, Article), each
        assert (each.title, STORY in each.text) == ("Bridge approved", True)
        assert "<p>" not in each.text


def test_a_nested_column_may_be_named(tmp_path: Path) -> None:
    row = {"deep": {"words": STORY}, "top": {"line": "Bridge approved"}}
    options = LoadOptions(columns={"text": "deep.words", "title": "top.line"})
    article = load_one(put(tmp_path, "a.json", json.dumps([row])), options)
    assert (article.text, article.title) == (STORY, "Bridge approved")


def test_what_says_nothing_is_passed_over(tmp_path: Path) -> None:
    rows = [
        {"title": "Cut", "content": f"{STORY} The vote… [+2314 chars]", "description": "Short."},
        {"title": "Empty", "content": None, "description": MORE, "publishedAt": "1970-01-01T00:00:00Z"},
        {"title": "[Removed]", "content": "[Removed]", "description": "[Removed]"},
    ]  # fmt: skip
    cut, summed, removed = load(put(tmp_path, "a.json", json.dumps(rows)))
    assert isinstance(cut, Article)
    assert "chars]" not in cut.text
    assert isinstance(summed, Article)
    assert (summed.text, summed.published) == (MORE, None)
    assert isinstance(removed, SourceError)


def test_html_and_lists_in_cells(tmp_path: Path) -> None:
    cell = f"<p>{STORY}</p><p>It cost &pound;61&nbsp;m.</p><script>var a=1</script>"
    table = f"title,content,author\nBridge,\"{cell}\",\"['Ines Vale', 'Bo Lind']\"\n"
    article = load_one(put(tmp_path, "a.csv", table))
    assert article.text == f"{STORY}\nIt cost £61 m."
    assert article.authors == ("Ines Vale", "Bo Lind")


@pytest.mark.parametrize(
    ("said", "names"),
    [
        ("By Ines Vale and Bo Lind", ("Ines Vale", "Bo Lind")),
        ("Von Ines Vale und Bo Lind, dpa", ("Ines Vale", "Bo Lind")),
        ("Vale, Ines; Lind, Bo", ("Ines Vale", "Bo Lind")),
        ("Ines Vale, Political Editor", ("Ines Vale",)),
        ("Ines Vale in Velmouth", ("Ines Vale",)),
        ("news@courier.example (Ines Vale)", ("Ines Vale",)),
        ("Inés Ortega y Gasset", ("Inés Ortega y Gasset",)),
        ("Staff Reporter", ()),
        ("105092", ()),
        ("https://courier.example/vale", ()),
        ("dpa", ("dpa",)),  # where nobody else is named
    ],
)
def test_authors_are_people(said: str, names: tuple[str, ...]) -> None:
    assert clean_authors([said]) == names


def test_outlets_and_languages_have_one_name() -> None:
    assert clean_outlet("NYTimes.com") == clean_outlet("NYT") == "The New York Times"
    assert clean_outlet("https://twitter.com/courier") is None
    assert clean_outlet("© 2021 All rights reserved") is None
    assert clean_outlet("Fenland Courier GmbH & Co. KG") == "Fenland Courier"
    assert [clean_language(each) for each in ("eng", "Deutsch", "pt_BR", "x")] == [
        *("en", "de", "pt"),
        None,
    ]
    assert without_outlet("Bridge opens | News | Courier", ["Courier"]) == "Bridge opens | News"


@pytest.mark.parametrize(
    "said",
    "1. März 2021|1 mars 2021|1 de marzo de 2021|2021年3月1日|令和3年3月1日|2021년 3월 1일|1 มีนาคม 2564"
    "|1 марта 2021 года|١ مارس ٢٠٢١|2021. március 1.|ngày 1 tháng 3 năm 2021|01.03.2021|01-Mar-2021"
    "|20210301T101500Z|1614556800|1 mars 2021 à 10 h 30|1 de março de 2021 às 10h30|Montag, 1.3.2021"
    "|2021. gada 1. marts|2021 m. kovo 1 d.".split("|"),
)
def test_a_day_in_any_form_and_language(said: str) -> None:
    found = read_date(said)
    assert found
    assert found.iso[:10] == "2021-03-01"


def test_a_month_of_two_languages_is_no_month_until_the_language_is_known() -> None:
    said = {language: read_date("5. listopada 2023", language) for language in (None, "hr", "pl")}
    assert [found and found.iso for found in said.values()] == ["2023", "2023-10-05", "2023-11-05"]


def test_bytes_that_are_utf_8_are_utf_8(tmp_path: Path) -> None:
    html = page("Größe", "Der Rat von Velmouth hat am Montag die neue Brücke genehmigt, knapp.")
    data = html.replace("utf-8", "iso-8859-15").encode()
    assert "Brücke" in load_one(put(tmp_path, "a.html", data)).text


LINKS = "".join(f'<h3><a href="/{n}">Story {n} of the day</a></h3><p>{STORY}</p>' for n in range(9))
NO_ARTICLE = {
    "a paywall": ("<p>Subscribe to continue reading</p><p>Already a subscriber? Log in.</p>", "subscri"),
    "consent": ("<p>We and our 812 partners store cookies and process personal data with your consent "
                "for personalised ads.</p>", "consent"),
    "a front page": (f"<main>{LINKS}</main>", "front page"),
}  # fmt: skip


@pytest.mark.parametrize("kind", NO_ARTICLE)
def test_a_page_without_an_article_says_what_it_is(tmp_path: Path, kind: str) -> None:
    body, reason = NO_ARTICLE[kind]
    html = f"<html><head><title>Courier</title><meta property='og:type' content='website'></head><body><h1>News</h1>{body}</body></html>"
    (found,) = load(put(tmp_path, "a.html", html))
    assert isinstance(found, SourceError), found
    assert reason in found.reason


def test_the_page_s_own_linked_data_count(tmp_path: Path) -> None:
    other = {"@type": "NewsArticle", "headline": "Another story", "url": "https://c.example/x",
             "datePublished": "2001-01-01"}  # fmt: skip
    own = {"@type": "NewsArticle", "headline": "Bridge approved", "datePublished": "2021-03-01",
           "author": [{"@type": "Person", "givenName": "Ines", "familyName": "Vale"}]}  # fmt: skip
    scripts = "".join(
        f'<script type="application/ld+json">{json.dumps(each)}</script>' for each in (other, own)
    )
    article = load_one(put(tmp_path, "a.html", page("Bridge approved", STORY, head=scripts)))
    assert (str(article.published), article.authors) == ("2021-03-01", ("Ines Vale",))


def test_mail_books_and_documents(tmp_path: Path) -> None:
    head = "From: Fenland Courier <n@c.example>\nSubject: Bridge approved\nMIME-Version: 1.0\n"
    mail = load_one(
        put(tmp_path, "a.eml", f"{head}Date: Mon, 1 Mar 2021 10:00:00 +0000\n\n{STORY}\n")
    )
    assert (mail.title, mail.publisher, mail.text) == ("Bridge approved", "Fenland Courier", STORY)
    rtf = load_one(put(tmp_path, "a.doc", r"{\rtf1\ansi\pard " + STORY + r"\par}"))
    assert rtf.text == STORY
    xml = (
        '<o xmlns:t="urn:oasis:names:tc:opendocument:xmlns:text:1.0"><body><t:p>{}</t:p></body></o>'
    )
    odt = archive({"mimetype": "application/vnd.oasis.opendocument.text",
                   "content.xml": xml.replace("<body>", "<t:body>").replace("</body>", "</t:body>")
                   .format(STORY)})  # fmt: skip
    assert load_one(put(tmp_path, "a.odt", odt)).text == STORY
    book = archive({"META-INF/container.xml": "<c/>", "nav.xhtml": "<html><nav>1</nav></html>",
                    "c1.xhtml": page("Bridge", STORY), "c2.xhtml": page("Light", MORE)})  # fmt: skip
    assert [getattr(each, "title", each) for each in load(put(tmp_path, "a.epub", book))] == [
        *("Bridge", "Light")
    ]


def test_every_file_is_accounted_for(tmp_path: Path) -> None:
    for name in ("a.png", "b.parquet", "c.xyz", "d", "README.md", ".hidden"):
        put(tmp_path, name, "x")
    put(tmp_path, "e.txt", STORY)
    found = list(load(tmp_path))
    named = [each.source.rpartition("/")[2] for each in found if isinstance(each, SourceError)]
    assert named == ["a.png", "b.parquet", "c.xyz", "d"]
    assert all(each.__traceback__ is None for each in found if isinstance(each, SourceError))
