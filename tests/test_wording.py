"""Articles are data: nothing in one becomes markup in an answer."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from markdown_it import MarkdownIt

from assistant import Assistant, Settings
from assistant.answer import Citation, Sentence, Source
from assistant.composing.wording import also_in, count, count_outlets, elsewhere, write_answer
from index import Article, NewsIndex
from tests.fakes import FirstSentences, Fixed, HashedWords

if TYPE_CHECKING:
    from pathlib import Path

    from assistant import Answer

HOSTILE = (
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "![pixel](https://evil.example/p.png)",
    "[click](javascript:alert(1))",
    "[click][1]\n\n[1]: https://evil.example",
    "<https://evil.example>",
    "https://evil.example/path?a=1&b=2",
    "www.evil.example and HTTP://evil.example",
    "mail ceo@evil.example or mailto:ceo@evil.example",
    "# Headline",
    "- a bullet",
    "+ another",
    "1. a number",
    "2019) another",
    "| a | b |\n|---|---|\n| 1 | 2 |",
    "```\ncode\n```",
    "    indented code",
    "`code` **bold** __bold__ *it* _it_ ~~gone~~",
    "&lt;script&gt; &#60;b&#62;",
    "> quoted\n> deeper",
    "===\n---",
    "text\n===",
    "\\<script>alert(1)</script>",
    "$x^2$ and $$y$$",
    "a [2] b [99]",
)
PLAIN_TAGS = {"p", "blockquote", "br", None}


def answer_about(text: str, folder: Path, *, title: str, quotes: int = 1) -> Answer:
    index = NewsIndex(folder, HashedWords())
    index.add([Article(text=text, title=title, publisher=title)])
    reader = FirstSentences(quotes=quotes, characters=10_000)
    return Assistant(index=index, reader=reader).answer("what stands in it?")


def render(markdown: str) -> tuple[str, set[str]]:
    """(HTML, the names of its tags), with raw HTML and tables on: the worst a reader may do."""
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])
    html = parser.render(markdown)
    return html, set(re.findall(r"<\s*([a-zA-Z][\w-]*)", html))


@pytest.mark.parametrize("quotes", [1, 0])
@pytest.mark.parametrize("hostile", HOSTILE)
def test_nothing_in_an_article_becomes_markup(hostile: str, quotes: int, folder: Path) -> None:
    answer = answer_about(f"{hostile}\n\nA story.", folder, title=hostile, quotes=quotes)
    html, tags = render(answer.text)
    assert tags <= PLAIN_TAGS, html
    assert not re.search(r"(?i)(?<![\w\u2060])(?:https?:|www\.)", html), "a bare link"
    assert not re.search(r"[\w.+-]@", html), "a bare address"


@pytest.mark.parametrize("hostile", HOSTILE)
def test_the_words_are_all_there(hostile: str, folder: Path) -> None:
    answer = answer_about(hostile + " end", folder, title="Title")
    html, _ = render(answer.text)
    shown = re.sub(r"<[^>]+>", "", html)
    for entity, character in (("&lt;", "<"), ("&gt;", ">"), ("&quot;", '"'), ("&amp;", "&")):
        shown = shown.replace(entity, character)
    shown = " ".join(shown.replace("\u2060", "").split())
    for citation in answer.citations:
        assert " ".join(citation.quote.split()) in shown


SIGNS = [*"<>[]()!*_`~#|\\&-+=.:/@$1 ab", "\n", "\n\n", "http", "www.", "    "]


@given(st.lists(st.sampled_from(SIGNS), min_size=1, max_size=30).map("".join))
def test_no_mixture_of_signs_becomes_markup(text: str) -> None:
    document = Document(f"start {text}\n\n{text} end.", metadata={"title": text, "source": text})
    for quotes in (1, 0):
        answer = Assistant(
            Settings(),
            index=NewsIndex("nowhere", HashedWords()),
            retriever=Fixed(documents=[document]),
            reader=FirstSentences(quotes=quotes, characters=10_000),
        ).answer("what stands in it?")
        _, tags = render(answer.text)
        assert tags <= PLAIN_TAGS


def test_only_our_own_numbers_look_like_citations(folder: Path) -> None:
    answer = answer_about("As noted [2], and [99] too.", folder, title="Title [3]")
    assert re.findall(r"(?<!\\)\[(\d+)(?<!\\)\]", answer.text) == ["1"]


def test_the_short_answer_comes_first_in_bold_and_is_no_markup() -> None:
    assert write_answer([], [], "twelve").startswith("**twelve**")
    assert write_answer([], [], "<b>*2*</b>") == r"**\<b\>\*2\*\</b\>**"


def test_the_outlet_and_the_day_stand_under_a_quote(news: NewsIndex) -> None:
    text = Assistant(index=news, reader=FirstSentences(quotes=1)).answer("comet astronomers").text
    assert text.endswith("> — The Observatory Times, 5 Jun 2019")


def test_an_abstention_says_what_was_searched(news: NewsIndex) -> None:
    assistant = Assistant(index=news, reader=FirstSentences(quotes=0))
    text = assistant.answer("What comet?", since="2016-01-01", publishers="*Bold* Times").text
    assert "0 articles" in text
    assert r"\*Bold\* Times" in text
    assert "from 1 Jan 2016 on" in text
    text = assistant.answer("Who found the comet?").text
    assert "5 articles, published 1 Jun 2015 to 5 Jun 2019" in text


def printed_by(*outlets: str | None, url: str | None = None) -> Citation:
    """A citation of The Crier with copies in these outlets."""
    copies = [
        Source(article_id=str(number), title="Ferry", publisher=outlet, url=url)
        for number, outlet in enumerate(outlets)
    ]
    return Citation(
        article_id="a",
        title="Ferry",
        publisher="The Crier",
        number=1,
        quote="It sank.",
        start=0,
        end=8,
        score=0.9,
        copies=tuple(copies),
    )


def test_other_outlets_are_named_once_each() -> None:
    citation = printed_by("The Mail", "the crier", "The Sun", "THE MAIL", None)
    assert also_in(citation) == "Also in: The Mail, The Sun (3 outlets, 1 story)"
    assert elsewhere(citation)["The Mail"].article_id == "0"
    assert also_in(printed_by("The Mail")) == "Also in: The Mail (2 outlets, 1 story)"
    assert also_in(printed_by()) == also_in(printed_by("The Crier", None)) == ""


def test_an_outlet_without_a_name_is_told_by_its_host() -> None:
    assert "Also in: mail.example (2" in also_in(printed_by(None, url="https://www.mail.example/a"))


def test_of_many_outlets_some_are_named() -> None:
    citation = printed_by(*(f"Outlet {number}" for number in range(9)))
    assert "Outlet 5 and 3 more (10 outlets, 1 story)" in also_in(citation)
    assert count_outlets(citation) == "10 outlets, 1 story"


def test_other_outlets_stand_under_a_quote_and_are_no_markup() -> None:
    citation = printed_by("<b>*Bold*</b> Times")
    sentence = Sentence(text="It sank.", citations=(1,), support="supported")
    assert write_answer([sentence], [citation]).splitlines() == [
        "> It sank. [1]",
        "> — The Crier",
        r"> Also in: \<b\>\*Bold\*\</b\> Times (2 outlets, 1 story)",
    ]


def test_counts_in_words() -> None:
    assert count(1, "story", "stories") == "1 story"
    assert count(1_200, "story", "stories") == "1,200 stories"
    assert count(2, "article") == "2 articles"
