"""Pages from a server: what they say of themselves, and pages that hold no article."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index import NewsIndex, SourceError
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, page, pdf

if TYPE_CHECKING:
    from index.loading import LoadOptions
    from tests.sources.site import Site

MARKS = """
<link rel="canonical" href="/news/bridge">
<script type="application/ld+json">{"@type": "NewsArticle", "headline": "Bridge approved",
 "datePublished": "2021-03-01T10:00:00+01:00", "dateModified": "2021-03-02T08:00:00+01:00",
 "author": {"name": "Ines Vale"}, "publisher": {"name": "The Fenland Courier"}}</script>
"""


def test_title_outlet_author_and_dates_of_a_page(site: Site, private: LoadOptions) -> None:
    url = site.serve("/a?utm_source=x", page("Bridge approved", head=MARKS))
    article = load_one(url, private)
    assert article.title == "Bridge approved"
    assert article.publisher == "The Fenland Courier"
    assert article.authors == ("Ines Vale",)
    assert str(article.published) == "2021-03-01T10:00:00+01:00"
    assert article.published_from == "JSON-LD"
    assert str(article.updated) == "2021-03-02T08:00:00+01:00"
    assert article.language == "en"
    assert article.url == article.id == site.url("/news/bridge")
    assert STORY in article.text
    assert "Home" not in article.text


def test_a_page_that_says_nothing_is_its_hosts(site: Site, private: LoadOptions) -> None:
    article = load_one(site.serve("/2021/03/01/bridge", page("Bridge approved")), private)
    assert article.publisher == "127.0.0.1"
    assert (str(article.published), article.published_from) == ("2021-03-01", "URL")


def test_a_page_cannot_pass_for_another_sites(site: Site, private: LoadOptions) -> None:
    mark = '<link rel="canonical" href="https://fenland-courier.example/news/bridge">'
    url = site.serve("/fake", page("Bridge approved", head=mark))
    assert load_one(url, private).id == url


def test_the_charset_that_the_server_declares(site: Site, private: LoadOptions) -> None:
    text = page("Brücke", "Die Brücke über die Velm wurde am Montag nach zwölf Jahren eröffnet.")
    url = site.serve("/b", text.encode("latin-1"), "text/html; charset=ISO-8859-1")
    assert "Die Brücke über die Velm" in load_one(url, private).text


def test_other_forms_are_told_by_what_they_are(site: Site, private: LoadOptions) -> None:
    url = site.serve("/report", pdf([[STORY]]), "application/octet-stream")
    assert load_one(url, private).text == STORY
    text = site.serve("/plain", STORY, "text/plain")
    article = load_one(text, private)
    assert (article.text, article.url) == (STORY, text)


def test_many_articles_at_one_url_are_many(
    site: Site, private: LoadOptions, news: NewsIndex
) -> None:
    url = site.serve("/table", f'title,text\nA,"{STORY}"\nB,"{MORE}"\n', "text/csv")
    assert news.add([url], options=private).added == 2


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (page("Sign in", "Please sign in.", "<input type='password'>"), "asks for a login"),
        ("<html><body><a href='/a'>One</a> <a href='/b'>Two</a></body></html>", "no article"),
        ("<html></html>", "no article"),
        ("", "empty"),
    ],
)
def test_a_page_without_an_article(
    site: Site, private: LoadOptions, body: str, reason: str
) -> None:
    url = site.serve("/x", body)
    with pytest.raises(SourceError, match=reason) as caught:
        load_one(url, private)
    assert caught.value.source == url


def test_one_bad_address_stops_no_other(site: Site, private: LoadOptions, news: NewsIndex) -> None:
    good = site.serve("/good", page("Bridge approved"))
    report = news.add([site.url("/none"), "ftp://x.example/a", good], options=private)
    assert report.added == 1
    assert ["404" in str(report.skipped[0]), "http" in str(report.skipped[1])] == [True, True]
    assert news.add([good], options=private).unchanged == 1
