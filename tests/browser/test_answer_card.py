"""The answer card as HTML: three levels, what changed, who differs, who says so, how old it is."""

from __future__ import annotations

from typing import Any

import pytest

from assistant.answer import (
    Abstention,
    Answer,
    Citation,
    Event,
    Member,
    MemberList,
    Near,
    Searched,
    Sentence,
    Source,
    Version,
)
from web.chat.conversation_html import ShownTurn, show_turn
from web.chat.filters import Within

QUOTE = "The toll at Orrel rose to 135, the hospital said."
ASKED = "2020-09-08T10:00:00+00:00"


def cited(number: int = 1, **more: Any) -> Citation:
    given: dict[str, Any] = {
        "article_id": f"a{number}",
        "title": "Toll rises",
        "publisher": "The Orrel Sentinel",
        "published": "2020-08-06",
        "url": "https://orrel.example/toll",
        "number": number,
        "quote": QUOTE,
        "start": 0,
        "end": len(QUOTE),
        "score": 0.9,
    }
    return Citation(**(given | more))


def answered(**more: Any) -> Answer:
    given: dict[str, Any] = {
        "question": "How many died at Orrel?",
        "standalone_question": "How many died at Orrel?",
        "answered": True,
        "text": "",
        "short": "135",
        "sentences": (Sentence(text=QUOTE, citations=(1,), support="supported"),),
        "citations": (cited(),),
    }
    return Answer(**(given | more))


def card(answer: Answer, **more: Any) -> str:
    return show_turn(1, ShownTurn(answer.question, answer, finished=True, when=ASKED, **more))


def abstained(*near: Near, **more: Any) -> Answer:
    searched = Searched(query="orrel", articles=12)
    said = Abstention(reason="No passage answers it.", searched=searched, nearest=near)
    return answered(answered=False, short=None, sentences=(), citations=(), abstention=said, **more)


NEAR = Near(article_id="n", title="Orrel counts", quote="Many are missing.", start=0, end=17)


def test_three_levels_differ_in_words_and_in_kind() -> None:
    sure, unsure, nothing = card(answered()), card(abstained(NEAR)), card(abstained())
    assert 'class="dl-turn dl-answered"' in sure
    assert "<strong>135</strong>" in sure
    assert 'rose to <strong class="dl-said">135</strong>, the' in sure
    assert 'class="dl-turn dl-unsure"' in unsure
    assert "No article says this outright; these come nearest." in unsure
    assert "“Many are missing.”" in unsure
    assert 'class="dl-turn dl-nothing"' in nothing
    assert "Nothing found. No passage answers it." in nothing
    for html in (unsure, nothing):
        assert "<strong" not in html
        assert "dl-chip" not in html
        assert "Searched 12 articles" in html


def test_the_verdict_comes_first_with_the_words_in_bold() -> None:
    html = card(answered(lead="No, says the hospital: 135 died."))
    assert ">No, says the hospital: <strong>135</strong> died.</p>" in html
    assert html.index("No, says") < html.index("<blockquote")


def version(day: str, value: str, number: int = 1, **more: Any) -> Version:
    return Version(value=value, published=day, citations=(number,), **more)


def test_a_figure_that_changed_is_a_dated_strip_the_oldest_first() -> None:
    html = card(
        answered(
            versions=(
                version("2020-08-06", "135", publisher="The Sentinel"),
                version("2020-08-05", "at least 78", publisher="The <b>Mail</b>"),
            )
        )
    )
    first, second = html.index("<b>at least 78</b>"), html.index("<b>135</b>")
    assert first < html.index(">→<") < second
    assert "<span>5 Aug 2020:</span>" in html
    assert '<span class="dl-outlets">2 outlets</span>' in html
    assert "dl-plot" not in html
    assert "<strong>135</strong> (The Sentinel, 6 Aug 2020)</p>" in html, "the strip tells more"
    assert "<b>Mail" not in html


def test_four_figures_are_plotted_and_a_corrected_one_is_struck_out() -> None:
    days = [version(f"2020-08-{day:02}", f"{day * 100:,}") for day in (9, 8, 7, 6)]
    html = card(answered(versions=(*days[:3], version("2020-08-06", "600", corrected=True))))
    assert html.count("<circle") == 4
    assert 'aria-label="From 600 to 900"' in html
    assert "<s>600</s> <i>corrected</i>" in html
    vague = [version("2020-08-05", "several"), *days]
    assert "dl-plot" not in card(answered(versions=tuple(vague)))


def test_sources_that_differ_stand_side_by_side() -> None:
    html = card(
        answered(
            differs=(
                version("2020-08-06", "140", publisher="The Mail"),
                version("2020-08-06", "165", publisher="The Sun", speaker="The governor"),
            )
        )
    )
    assert 'aria-label="Sources differ"' in html
    assert "<span>The Mail:</span> <b>140</b>" in html
    assert "<span>The governor:</span> <b>165</b>" in html


def test_members_days_and_articles_are_told() -> None:
    events = (Event(day="2020-08-06", label="6 Aug 2020", citations=(1,)),)
    members = MemberList(members=(Member(text="Lebanon", citations=(1,)),), complete=False)
    html = card(answered(timeline=events, list=members))
    assert '<b class="dl-when">6 Aug 2020</b>' in html
    assert "<summary>The same as quotes</summary><figure" in html
    assert "Lebanon <button" in html
    assert "There may be more than the articles name." in html


def test_a_question_about_now_is_told_how_old_its_newest_article_is() -> None:
    now = {"question": "Is the harbour still shut?", "standalone_question": "x"}
    assert "The newest article here is 33 days old." in card(answered(**now))
    old = (cited(published="2018-03"),)
    assert "The newest article here is 2 years old." in card(answered(citations=old, **now))
    new = (cited(published="2020-09-07"),)
    assert "dl-age" not in card(answered(citations=new, **now))
    assert "dl-age" not in card(answered()), "a question about what was is not of now"


def test_a_quote_names_its_speaker_and_can_be_taken_along_with_its_source() -> None:
    html = card(answered(citations=(cited(speaker="The <i>hospital</i>"),)))
    assert '<span class="dl-speaker" dir="auto">The &lt;i&gt;hospital&lt;/i&gt;</span> · ' in html
    copied = f"“{QUOTE}” — The Orrel Sentinel, 6 Aug 2020, Toll rises, https://orrel.example/toll"
    assert f'data-quote="{copied}"' in html
    assert f'“<span class="dl-words">{QUOTE.partition("135")[0]}' in html, "the marks are text"


def test_copies_are_folded() -> None:
    copies = tuple(
        Source(article_id=f"c{number}", title="Toll", publisher=f"Outlet {number}")
        for number in range(3)
    )
    html = card(answered(citations=(cited(copies=copies),)))
    assert "<summary>Also in 3 other outlets</summary>" in html
    assert html.count('class="dl-copy"') == 3


@pytest.mark.parametrize("narrowed", [True, False])
def test_an_abstention_under_filters_offers_to_ask_without_them(narrowed: bool) -> None:
    within = Within(publishers=("The Mail",)) if narrowed else Within()
    assert ("Ask without the filters" in card(abstained(), within=within)) == narrowed
