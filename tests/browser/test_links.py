"""Links and filters as text, without a browser."""

from __future__ import annotations

from typing import TYPE_CHECKING

from web.chat.link import read_link, write_link
from web.chat.within import Within, drop, show_within, within

if TYPE_CHECKING:
    from assistant import Assistant

HELD = Within(
    "2020-01-01", "2021-02-03", ("A & B", "C=D"), ("https://a.example/?x=1&y=2", "c0ffee")
)


def test_a_link_says_what_was_asked_and_where() -> None:
    for question in ("Why & how? <b>", "Größe +1 % ?", "q=1&since=2"):
        link = read_link(write_link(question, HELD))
        assert (link.question, link.within, link.asks) == (question, HELD, True)
    assert read_link(write_link("Why?", Within())).within == Within()
    assert read_link(write_link("half \ud83d", Within())).question == "half ?"


def test_what_a_link_says_is_bounded() -> None:
    assert read_link("") == read_link("?x=1") == read_link("?q=%20")
    assert not read_link("").asks
    long = read_link("?q=" + "a" * 2_001)
    assert (len(long.question), long.asks) == (2_001, False)
    assert read_link("?q=" + "a" * 30_000).question == ""
    assert read_link("&".join(f"q{n}=1" for n in range(200))).question == ""
    odd = read_link("?since=yesterday&until=2021-02-30&publisher=" + "a" * 301 + "&publisher=b")
    assert odd.within == Within(publishers=("b",))
    many = read_link("?" + "&".join(f"article={n}" for n in range(50)))
    assert len(many.within.articles) == 20


def test_a_filter_can_be_taken_off() -> None:
    assert drop(HELD, "since", "").since == ""
    assert drop(HELD, "publishers", "C=D").publishers == ("A & B",)
    assert drop(HELD, "articles", "").articles == ()
    assert drop(HELD, "editing", "") == HELD
    assert within(None, " 2020 ", ["a", 3, ""], "abc") == Within("", "2020", ("a",), ())


def test_filters_are_shown_as_text(samples: Assistant) -> None:
    evil = '"><img src=x>'
    shown = show_within(samples, Within(evil, "2021-02-03", (evil,), (evil,)))
    assert "<img" not in shown
    assert "To 3 Feb 2021" in shown
    assert shown.count("<button") == 4
    assert "3 articles" in show_within(samples, Within(articles=("a", "b", "c")))
    assert show_within(samples, Within()) == ""
