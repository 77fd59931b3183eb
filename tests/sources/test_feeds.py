"""Feeds: links followed, gaps filled from the feed, and feeds that mean no good."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

import pytest

from index import Article, SourceError
from index.loading import Limits, LoadOptions, load
from index.loading.politeness import Visits
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, archive, page

if TYPE_CHECKING:
    from pathlib import Path

    from tests.sources.site import Site


def rss(*items: str, title: str = "The Fenland Courier") -> str:
    return (
        '<?xml version="1.0"?><rss version="2.0" '
        'xmlns:content="http://purl.org/rss/1.0/modules/content/"><channel>'
        f"<title>{title}</title><language>en-GB</language>{''.join(items)}</channel></rss>"
    )


def item(link: str, title: str = "In the feed", more: str = "") -> str:
    return (
        f"<item><title>{title}</title><link>{link}</link>{more}"
        "<pubDate>Mon, 01 Mar 2021 10:00:00 +0100</pubDate></item>"
    )


@pytest.mark.parametrize("media_type", ["application/rss+xml", "text/html", "text/plain", "x/y"])
def test_links_are_followed(site: Site, private: LoadOptions, media_type: str) -> None:
    site.serve("/a", page("Bridge approved"))
    site.serve("/b", page("Ferry sold", MORE, STORY))
    url = site.serve("/feed", rss(item("/a"), item(site.url("/b"))), media_type)
    found = list(load(url, private))
    assert [each.title for each in found if isinstance(each, Article)] == [
        "Bridge approved",
        "Ferry sold",
    ]


def test_the_page_counts_first_and_the_feed_fills_its_gaps(
    site: Site, private: LoadOptions
) -> None:
    head = '<meta property="article:published_time" content="2021-03-01T09:58:00Z">'
    site.serve("/a", page("On the page", head=head))
    site.serve("/b", "<html><body><div><p>" + STORY + "</p><p>" + MORE + "</p></div></body></html>")
    url = site.serve("/feed", rss(item("/a"), item("/b")), "application/rss+xml")
    first, second = load(url, private)
    assert isinstance(first, Article)
    assert isinstance(second, Article)
    assert (first.title, str(first.published)) == ("On the page", "2021-03-01T09:58:00Z")
    assert first.published_from == "meta article:published_time"
    assert first.publisher == second.publisher == "The Fenland Courier"
    assert (second.title, second.published_from) == ("In the feed", "feed")
    assert str(second.published) == "2021-03-01T10:00:00+01:00"
    assert second.language == "en"


def test_full_content_is_not_fetched_again(site: Site, private: LoadOptions) -> None:
    full = f"<content:encoded><![CDATA[<p>{STORY}</p><p>{MORE}</p>]]></content:encoded>"
    url = site.serve("/feed", rss(item("/a", more=full)), "application/rss+xml")
    article = load_one(url, private)
    assert article.text == f"{STORY}\n{MORE}"
    assert article.url == site.url("/a")
    assert [path for path, _ in site.seen] == ["/feed"]


def test_a_teaser_is_followed(site: Site, private: LoadOptions) -> None:
    site.serve("/a", page("Bridge approved"))
    teaser = f"<content:encoded><![CDATA[<p>{STORY} […]</p>]]></content:encoded>"
    url = site.serve("/feed", rss(item("/a", more=teaser)), "application/rss+xml")
    assert MORE in load_one(url, private).text


def test_one_bad_link_stops_no_other(site: Site, private: LoadOptions) -> None:
    site.serve("/b", page("Ferry sold"))
    links = ["/none", "javascript:alert(1)", "file:///etc/passwd", "/b"]
    url = site.serve("/feed", rss(*map(item, links)), "application/rss+xml")
    found = list(load(url, private))
    assert [isinstance(each, Article) for each in found] == [False, False, False, True]


def test_a_feed_cannot_send_us_to_this_machine(site: Site, tmp_path: Path) -> None:
    file = tmp_path / "feed.xml"
    file.write_text(rss(item(site.url("/secret"))))
    with pytest.raises(SourceError, match="--allow-private"):
        load_one(file)
    assert site.seen == site.rules == []


def test_a_feed_that_links_itself_ends(site: Site, private: LoadOptions) -> None:
    url = site.serve("/feed", rss(item("/feed"), item("/feed")), "application/rss+xml")
    found = list(load(url, private))
    assert all("feed within" in str(each) for each in found)
    assert len(site.seen) <= 3


def test_too_many_entries(site: Site) -> None:
    site.serve("/a", page("Bridge approved"))
    url = site.serve("/feed", rss(*[item("/a")] * 9), "application/rss+xml")
    options = LoadOptions(allow_private=True, limits=Limits(links=3), visits=Visits(pause=0))
    assert "6 of its entries are left out" in str(list(load(url, options))[-1])
    assert len(site.seen) == 4


@pytest.mark.parametrize(
    "entities",
    [
        '<!ENTITY a "lol">' + "".join(f'<!ENTITY {y} "{f"&{x};" * 9}">' for x, y in zip(
            "abcdefghij", "bcdefghijk", strict=True)),
        f'<!ENTITY k "{"x" * 1_000_000}">',
        '<!ENTITY k SYSTEM "file:///etc/passwd">',
    ],
    ids=["billion laughs", "one huge", "outside"],
)  # fmt: skip
def test_no_entity_is_expanded(tmp_path: Path, entities: str) -> None:
    file = tmp_path / "bomb.xml"
    text = f"<content:encoded>{STORY} &k;{'&k;' * 99}</content:encoded>"
    feed = rss(item("https://x.example/a", more=text))
    file.write_text(feed.replace("<rss", f"<!DOCTYPE r [{entities}]><rss"))
    started = time.process_time()
    (found,) = load(file)
    assert time.process_time() - started < 5
    if isinstance(found, Article):
        assert len(found.text) < 2_000
        assert "root:" not in found.text


def test_a_feed_in_an_archive_is_not_followed(tmp_path: Path) -> None:
    file = tmp_path / "a.zip"
    file.write_bytes(archive({"feed.xml": rss(item("https://news.example/a"))}))
    with pytest.raises(SourceError, match="within a feed or an archive"):
        load_one(file)
