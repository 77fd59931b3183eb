"""An article that wants to be more than text: nothing of it may run, load or become a link."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import FilePayload, Page, expect

from tests.browser.conftest import ask, narrow_outlet

pytestmark = [pytest.mark.browser, pytest.mark.slow]

SENTENCE = (
    "The Zorblatt council chose <img src=x onerror=alert(1)> as its emblem because "
    "</mark><script>alert(2)</script> [it](javascript:alert(3)) was "
    "![cheap](https://evil.example/x.png) ${alert(4)} {{constructor}} &lt;b&gt; \" ' `."
)
TITLE = "<script>alert(5)</script><svg onload=alert(6)> ${alert(7)}"
OUTLET = "<img src=https://evil.example/o.png onerror=alert(8)> Herald"
AUTHOR = "<iframe src=https://evil.example></iframe> Quill"
FILE = f"""---
title: '{TITLE}'
publisher: '{OUTLET}'
author: '{AUTHOR}'
published: 2020-01-02
url: ADDRESS
---
{SENTENCE} It is <a href=https://evil.example>here</a> <img src=x onerror=alert(15)>.
"""
ADDRESSES = [
    "javascript:alert(9)//zorblatt",
    'https://zorblatt.example/"onmouseover="alert(10)"x="<img/src/onerror=alert(11)>',
]
FOREIGN = ":is(#conversation, #reader, #list, #report, #counts, .toast-body, .dl-ask)"
ELEMENTS = ":is(img, script, iframe, svg, object, embed, a)"


@pytest.mark.parametrize("address", ADDRESSES)
def test_a_hostile_article_is_shown_as_text(page: Page, address: str) -> None:
    title = f"Zorblatt {ADDRESSES.index(address)}"  # its markup is left out as it is added
    page.get_by_role("tab", name="Articles").click()
    name = "<img src=x onerror=alert(12)>"
    page.locator("#add-file-input").set_input_files(
        [
            FilePayload(
                name=f"{name}.md",
                mimeType="text/markdown",
                buffer=FILE.replace("ADDRESS", f"'{address}'")
                .replace(TITLE, f"{title} {TITLE}")
                .encode(),
            ),
            FilePayload(name=f"{name}.txt", mimeType="text/html", buffer=b""),
        ]
    )
    expect(page.locator("#report")).to_contain_text("1 left out")
    expect(page.locator("#list")).to_contain_text(title)
    _expect_text_only(page)
    page.locator("#list .dl-open", has_text=title).click()
    expect(page.locator(".dl-headline")).to_have_text(title)
    # An outlet that is markup may be left out as it is added; what is shown is text in any case.
    expect(page.locator(".dl-outlet")).to_have_text(re.compile("2 Jan 2020$"))
    outlet = page.locator(".dl-outlet").inner_text().removesuffix("2 Jan 2020")
    expect(page.locator(".dl-byline")).to_have_text("By Quill")
    _expect_text_only(page)

    page.get_by_role("tab", name="Ask").click()
    if outlet:
        narrow_outlet(page, outlet.removesuffix(", "))
    ask(page, "Why did the Zorblatt council choose its emblem? <img src=x onerror=alert(13)>")
    expect(page.locator("#turn-1 .dl-words").first).to_have_text(SENTENCE)
    page.locator("#turn-1-citation-1").click()
    expect(page.locator("#reader mark")).to_have_text(SENTENCE)
    expect(page.locator("#reader mark")).to_be_in_viewport()
    ask(page, "Why so, and was it that, Zorblatt ${alert(14)} {{this}}?")
    _expect_text_only(page)


def test_only_web_addresses_become_links(page: Page) -> None:
    page.get_by_role("tab", name="Articles").click()
    text = "---\ntitle: Linked\nurl: https://news.example/a?b=1&c=2\n---\nA ship came to Pellmoor."
    page.locator("#add-file-input").set_input_files(
        [FilePayload(name="linked.md", mimeType="text/markdown", buffer=text.encode())]
    )
    page.locator("#list").get_by_role("button", name="Linked").click()
    link = page.locator("#reader .dl-address a")
    expect(link).to_have_attribute("href", "https://news.example/a?b=1&c=2")
    expect(link).to_have_attribute("rel", "noopener noreferrer")
    expect(link).to_have_attribute("target", "_blank")


def _expect_text_only(page: Page) -> None:
    """Nothing that the article or its file name holds has become an element."""
    ours = "#reader .dl-address a"
    made = page.locator(f"{FOREIGN} {ELEMENTS}:not({ours})")
    expect(made).to_have_count(0)
    expect(page.locator(f"{FOREIGN} [onerror], {FOREIGN} [onmouseover]")).to_have_count(0)
    expect(page.locator(".toast-body")).to_have_count(0)
