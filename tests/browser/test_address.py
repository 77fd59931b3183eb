"""A page from a server, added by its address: what is told of it, and which words are marked."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Page, expect

from assistant import Assistant, Settings
from tests.browser.conftest import Neighbourly, add_address, ask, served
from tests.sources.site import Site

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

pytestmark = [pytest.mark.browser, pytest.mark.slow]

STORY = [
    "\N{SHIP} The harbour of Tarn\N{COMBINING ACUTE ACCENT}e was closed at dawn; 🛳️ no ferry left.",
    "A crane had fallen across the quay of Pier Nine in the night, and the harbour master, Oda "
    "Lindqvist, said that divers would have to cut it into pieces.",
    "The pier reopens on Saturday & not <before>, Lindqvist said.",
]
MARKS = """
<title>Crane falls across Tarné's quay | The Tarn Observer</title>
<link rel="canonical" href="/2021/03/crane">
<script type="application/ld+json">{"@context": "https://schema.org", "@type": "NewsArticle",
 "headline": "Crane falls across Tarné&#8217;s quay", "datePublished": "2021-03-09T06:40:00+01:00",
 "author": [{"@type": "Person", "name": "Wen Okafor"}, {"@type": "Person", "name": "Ilse Brandt"}],
 "publisher": {"@type": "Organization", "name": "The Tarn Observer"}}</script>
"""
PAGE = f"""<!DOCTYPE html><html lang="en"><head>{MARKS}</head><body>
<nav><a href="/">Home</a> <a href="/sport">Sport</a></nav><article><h1>Crane falls across Tarné’s
quay</h1>{"".join(f"<p>{each.replace('&', '&amp;').replace('<', '&lt;')}</p>" for each in STORY)}
<p>Read more: <a href="/storms">storms of the north</a></p></article>
<footer>We use cookies. <a href="/cookies">Cookie policy</a></footer></body></html>"""


def test_what_a_page_says_is_shown_and_the_right_words_are_marked(
    visit: Callable[..., Page], samples: Assistant, tmp_path: Path
) -> None:
    index = Neighbourly(tmp_path / "home", samples.index.embeddings)
    assistant = Assistant(Settings(home=tmp_path / "home"), index=index)
    with Site() as news, served(assistant) as address:
        url = news.serve("/crane?utm_source=feed", PAGE)
        page = visit(address)
        page.get_by_role("tab", name="Articles").click()
        add_address(page, url)
        expect(page.locator("#report")).to_contain_text("1 added.")
        listed = page.locator("#list")
        expect(listed).to_contain_text("Crane falls across Tarné’s quay")
        expect(listed).to_contain_text("The Tarn Observer, 9 Mar 2021")

        page.get_by_role("tab", name="Ask").click()
        ask(page, "What had fallen across the quay of Pier Nine?")
        page.locator("#turn-1-citation-1").click()
        reader = page.locator("#reader")
        expect(reader.locator(".dl-headline")).to_have_text("Crane falls across Tarné’s quay")
        expect(reader.locator(".dl-outlet")).to_have_text("The Tarn Observer, 9 Mar 2021")
        expect(reader.locator(".dl-byline")).to_have_text("By Wen Okafor, Ilse Brandt")
        expect(reader.locator(".dl-address a")).to_have_text(news.url("/2021/03/crane"))
        expect(reader.locator("mark")).to_have_text(STORY[1])
        expect(reader.locator("mark")).to_be_in_viewport()
        # what is marked stands where the article says, and the rest is the article, unchanged
        (article,) = index.articles()
        before, marked, after = page.evaluate(
            """() => {
              const [before, mark, after] = document.querySelector("#reader .dl-text").childNodes;
              return [before.textContent, mark.textContent, after.textContent];
            }"""
        )
        assert (before + marked + after, marked) == (article.text, STORY[1])
        assert len(before) > 0
        assert STORY[2] in after
        assert "Sport" not in article.text
        assert "cookies" not in article.text
