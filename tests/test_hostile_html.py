"""Every injection in every field: the HTML has the elements that harmless words would have."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import pytest

from assistant.answer import Abstention, Answer, Citation, Near, Searched, Sentence, Source
from index import Article, PublicationDate
from index.records import Listed, ListPage
from tests.hostile import ADDRESSES, EVIL, INJECTIONS
from web.auth.login import show_login
from web.chat.conversation_html import ShownTurn, show_conversation
from web.library.library_views import show_list
from web.parts import show_article, show_error

if TYPE_CHECKING:
    from collections.abc import Iterator

HARMLESS = "Harmless words"
VOID = {"input", "meta", "link"}


class Outline(HTMLParser):
    """The elements with the names of their attributes, and the words apart."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.links: list[str | None] = []
        self.feed(text)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append(" ".join([tag, *(name for name, _ in attrs)]))
        self.links += [value for name, value in attrs if name in {"href", "src", "action"}]

    def handle_endtag(self, tag: str) -> None:
        self.elements.append(f"/{tag}")

    def handle_comment(self, data: str) -> None:
        self.elements.append("comment")

    def handle_pi(self, data: str) -> None:
        self.elements.append("instruction")

    def unknown_decl(self, data: str) -> None:
        self.elements.append("declaration")


def source(said: str) -> Source:
    return Source(
        article_id=said, title=said, publisher=said, published="2020", url="https://news.example/"
    )


def article(said: str, url: str = "https://news.example/") -> Article:
    """What says it throughout."""
    published = PublicationDate("2020")
    return Article(
        text=said,
        title=said,
        publisher=said,
        authors=(said, said),
        published=published,
        url=url,
        id=said,
    )


def citation(said: str) -> Citation:
    return Citation(
        **source(said).model_dump(), number=1, quote=said, start=0, end=len(said), score=0.5
    )


def everything(said: str) -> Iterator[str]:
    """All that is shown of articles, questions, answers and errors, with one string throughout."""
    cited = citation(said)
    whole = Answer(
        question=said,
        standalone_question=f"{said}?",
        answered=True,
        text=said,
        short=said,
        sentences=(Sentence(text=said, citations=(1,), support="supported"),),
        citations=(cited,),
        timings={"total": 1.0},
        model=said,
        draft=said,
        failure=said,
    )
    searched = Searched(query=said, articles=1, publishers=(said,), since=date(2020, 1, 1))
    near = Near(**source(said).model_dump(), quote=said, start=0, end=1)
    nothing = Abstention(reason=said, searched=searched, nearest=(near,))
    none = Answer(
        question=said,
        standalone_question=said,
        answered=False,
        text=said,
        abstention=nothing,
        timings={},
        model=said,
    )
    yield show_conversation(
        [ShownTurn(said, whole, finished=True), ShownTurn(said, none, finished=True)]
    )
    yield show_conversation([ShownTurn(said, error=said, finished=True)])
    held = said.replace("\0", "")  # which no article holds
    yield show_article(article(held), citation(held))
    listed = Listed(said, said, said, None, 2, 3)
    yield (
        show_list(ListPage((listed,), 1), first=0, most=50, order="newest", narrowed=False)
        + show_error(said)
    )
    yield bytes(show_login(said[:64], said, said).body).decode()


@pytest.mark.parametrize("said", INJECTIONS)
def test_it_makes_no_element_and_no_attribute(said: str) -> None:
    for hostile, harmless in zip(everything(said), everything(HARMLESS), strict=True):
        found, wanted = Outline(hostile), Outline(harmless)
        assert found.elements == wanted.elements
        assert found.links == wanted.links


@pytest.mark.parametrize("address", ADDRESSES)
def test_an_address_is_a_link_of_the_web_or_none(address: str) -> None:
    shown = Outline(show_article(article("Words", address)))
    assert shown.links in ([], [address])
    for link in shown.links:
        assert link is not None
        assert link.startswith("https://")
    assert not any("onmouseover" in each or "script" in each for each in shown.elements)


def test_there_are_sixty_of_many_families() -> None:
    assert len(set(INJECTIONS)) >= 60
    assert sum(EVIL in each for each in INJECTIONS) >= 8
