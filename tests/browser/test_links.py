"""Links and filters as text, without a browser."""

from __future__ import annotations

from urllib.parse import parse_qs

from web.chat.filters import Within, read_filters, write_link

HELD = Within(
    "2020-01-01", "2021-02-03", ("A & B", "C=D"), ("https://a.example/?x=1&y=2", "c0ffee")
)


def test_a_link_says_what_was_asked_and_where() -> None:
    for question in ("Why & how? <b>", "Größe +1 % ?", "q=1&since=2"):
        said = parse_qs(write_link(question, HELD).removeprefix("?"))
        assert said == {
            "q": [question],
            "since": ["2020-01-01"],
            "until": ["2021-02-03"],
            "publisher": ["A & B", "C=D"],
            "article": ["https://a.example/?x=1&y=2", "c0ffee"],
        }
    assert parse_qs(write_link("Why?", Within())[1:]) == {"q": ["Why?"]}
    assert parse_qs(write_link("half \ud83d", Within())[1:]) == {"q": ["half ?"]}


def test_of_what_a_page_says_nothing_is_taken_on_trust() -> None:
    oddities: list[object] = [
        None,
        7,
        "all",
        [],
        {"since": 3, "publishers": "A", "articles": {"a": 1}},
    ]
    for odd in oddities:
        assert read_filters(odd) == Within()
        assert not read_filters(odd).narrowed
    many = {"since": " 2020 ", "publishers": ["a", 3, "", "b" * 301], "articles": ["a"] * 50}
    assert read_filters(many) == Within("2020", "", ("a",), ("a",) * 20)
    assert read_filters(HELD.scope()) == HELD
    assert HELD.narrowed
