"""Answers and articles as HTML, without a browser."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Citation, Sentence, Source
from web.conversation import Turn, history, show_conversation
from web.reader import Page, show_page

TEXT = "\N{FERRY}\N{FERRY} Café <b>bold</b>. The ferry is back.\n\nIt left again."
QUOTE = "The ferry is back."


def citation(quote: str = QUOTE, published: str | None = "2019") -> Citation:
    start = TEXT.index(QUOTE)
    return Citation(
        article_id="a",
        title="Ferry",
        publisher="The Crier",
        published=published,
        number=1,
        quote=quote,
        start=start,
        end=start + len(quote),
        score=0.9,
    )


def answer(*sentences: Sentence) -> Answer:
    return Answer(
        question="Is it back?",
        standalone_question="Is it back?",
        answered=True,
        text="",
        sentences=sentences,
        citations=(citation(),),
    )


SUPPORTED = Sentence(text=QUOTE, citations=(1,), support="supported")
UNSUPPORTED = Sentence(text="It sank.", support="unsupported")


def test_words_are_marked_by_code_points() -> None:
    page = Page(Source(article_id="a", title="Ferry"), TEXT)
    shown = show_page(page, citation())
    before, rest = shown.split('<mark tabindex="-1">')
    assert rest.startswith(f"{QUOTE}</mark>\n\nIt left again.")
    assert before.endswith("Café &lt;b&gt;bold&lt;/b&gt;. ")


def test_words_that_no_longer_stand_are_not_marked() -> None:
    page = Page(Source(article_id="a", title="Ferry"), TEXT.replace("back", "gone"))
    shown = show_page(page, citation())
    assert "<mark" not in shown
    assert "The article has changed since it was quoted" in shown
    assert "no longer in the index" in show_page(None)


@pytest.mark.parametrize(
    ("published", "said"),
    [("2019", "The Crier, 2019"), ("2019-04-16", "The Crier, 16 Apr 2019"), (None, "The Crier")],
)
def test_a_date_is_as_precise_as_it_is_known(published: str | None, said: str) -> None:
    source = Source(article_id="a", title="F", publisher="The Crier", published=published)
    assert f">{said}</p>" in show_page(Page(source, TEXT))


def test_an_unsupported_sentence_is_marked_in_words_and_cites_nothing() -> None:
    shown = show_conversation([Turn("Is it back?", answer(SUPPORTED, UNSUPPORTED), finished=True)])
    supported, unsupported = shown.split("</figure>")[:2]
    assert "dl-chip" in supported
    assert "Not supported" not in supported
    assert "Not supported" in unsupported
    assert "dl-chip" not in unsupported
    assert "The Crier, 2019" in supported


def test_a_failed_turn_is_shown_but_not_remembered() -> None:
    turns = [Turn("Is it?", error="It cannot be asked.", finished=True)]
    turns.append(Turn("Is it back?", answer(SUPPORTED), finished=True))
    assert '<p class="dl-error" role="alert">It cannot be asked.</p>' in show_conversation(turns)
    assert history(turns) == [
        {"role": "user", "content": "Is it back?"},
        {"role": "assistant", "content": QUOTE},
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//a.b", "https://["])
def test_an_address_that_is_not_on_the_web_is_text(url: str) -> None:
    shown = show_page(Page(Source(article_id="a", title="F", url=url), TEXT))
    assert "<a " not in shown
    assert url in shown
