"""Answers and articles as HTML, without a browser."""

from __future__ import annotations

import pytest

from assistant.answer import Answer, Citation, Sentence, Source
from index import Article, PublicationDate, SourceError
from index.records import Counts
from index.reports import Tally
from web.chat.conversation_html import ShownTurn, history, show_conversation
from web.chat.start import describe_counts
from web.library.library_actions import shorten, show_report
from web.parts import show_article

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


COPIES = (
    Source(article_id="b", title="Ferry", publisher='The <img src=x> "Mail"'),
    Source(article_id="c", title="Ferry", publisher="The Sun"),
)
SUPPORTED = Sentence(text=QUOTE, citations=(1,), support="supported")
UNSUPPORTED = Sentence(text="It sank.", support="unsupported")


def test_words_are_marked_by_code_points() -> None:
    page = Article(text=TEXT, title="Ferry", id="a")
    shown = show_article(page, citation())
    before, rest = shown.split('<mark tabindex="-1">')
    assert rest.startswith(f"{QUOTE}</mark>\n\nIt left again.")
    assert before.endswith("Café &lt;b&gt;bold&lt;/b&gt;. ")


def test_words_that_no_longer_stand_are_not_marked() -> None:
    page = Article(text=TEXT.replace("back", "gone"), title="Ferry", id="a")
    shown = show_article(page, citation())
    assert "<mark" not in shown
    assert "The article has changed since it was quoted" in shown
    assert "no longer in the index" in show_article(None)


@pytest.mark.parametrize(
    ("published", "said"),
    [("2019", "The Crier, 2019"), ("2019-04-16", "The Crier, 16 Apr 2019"), (None, "The Crier")],
)
def test_a_date_is_as_precise_as_it_is_known(published: str | None, said: str) -> None:
    day = PublicationDate(published) if published else None
    shown = str(
        show_article(Article(text=TEXT, title="F", publisher="The Crier", published=day, id="a"))
    )
    assert f">{said}</p>" in shown.replace("<bdi>", "").replace("</bdi>", "")


def test_an_unsupported_sentence_is_marked_in_words_and_cites_nothing() -> None:
    shown = show_conversation(
        [ShownTurn("Is it back?", answer(SUPPORTED, UNSUPPORTED), finished=True)]
    )
    supported, unsupported = shown.split("</figure>")[:2]
    assert "dl-chip" in supported
    assert "Not supported" not in supported
    assert "Not supported" in unsupported
    assert "dl-chip" not in unsupported
    assert "The Crier, 2019" in supported


def test_a_failed_turn_is_shown_but_not_remembered() -> None:
    turns = [ShownTurn("Is it?", error="It cannot be asked.", finished=True)]
    turns.append(ShownTurn("Is it back?", answer(SUPPORTED), finished=True))
    assert '<p class="dl-error" role="alert">It cannot be asked.</p>' in show_conversation(turns)
    assert history(turns) == [
        {"role": "user", "content": "Is it back?"},
        {"role": "assistant", "content": QUOTE},
    ]


@pytest.mark.parametrize("url", ["javascript:alert(1)", "data:text/html,x", "//a.b", "https://["])
def test_an_address_that_is_not_on_the_web_is_text(url: str) -> None:
    shown = show_article(Article(text=TEXT, title="F", url=url, id="a"))
    assert "<a " not in shown
    assert url in shown


def test_other_outlets_are_buttons_and_no_markup() -> None:
    cited = citation().model_copy(update={"copies": COPIES})
    shown = answer(SUPPORTED).model_copy(update={"citations": (cited,)})
    html = show_conversation([ShownTurn("Is it back?", shown, finished=True)])
    assert 'data-article="b">The &lt;img src=x&gt; &#34;Mail&#34;</button>, ' in html
    assert 'data-article="c">The Sun</button>' in html
    assert "<summary>Also in 2 other outlets</summary>" in html
    assert "<img" not in html
    assert "Also in" not in show_conversation([ShownTurn("Is it back?", answer(SUPPORTED))])


def test_the_masthead_counts() -> None:
    held = Counts(16, 40, 15, 14, first_day="2019-04-10", last_day="2023-04-05")
    assert describe_counts(held) == "16 articles, 14 stories, 15 outlets, 2019–2023"
    assert describe_counts(Counts(1, 1, 0, 1)) == "1 article, 1 story, 0 outlets"
    assert describe_counts(Counts()) == "0 articles"


def test_a_report_tells_names_and_never_where_uploads_lay() -> None:
    files = ["/uploads/ab12/news.zip"]
    skipped = [
        SourceError(shorten("/uploads/ab12/news.zip/2019/a.png", files), "not a text file"),
        SourceError("https://news.example/<b>a</b>", "there is no such page (404)"),
    ]
    tally = Tally(added=1_200, copies=3, skipped=skipped)
    html = show_report(tally.report(Counts(1, 1, 1, 1)))
    assert "<b>1,200 added (3 of them copies), 2 left out.</b>" in html
    assert "The index holds 1 article." in html
    assert "<b>news.zip/2019/a.png</b>: not a text file" in html
    assert "<b>https://news.example/&lt;b&gt;a&lt;/b&gt;</b>: there is no" in html
    assert "/uploads" not in html


def test_of_much_that_is_skipped_some_is_told() -> None:
    skipped = [SourceError(f"{number}.png", "not a text file") for number in range(73)]
    html = show_report(Tally(skipped=skipped).report(Counts()))
    assert html.count("<li") == 51
    assert "And 23 more." in html
