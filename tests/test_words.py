"""A question's words as FTS5 text."""

from __future__ import annotations

import sqlite3

from hypothesis import example, given
from hypothesis import strategies as st

from index.searching.query_words import content_words, match_expression, search_words


def expression(text: str) -> str:
    return match_expression(search_words(text))


def test_function_words_are_left_out_and_the_rest_is_kept_as_written() -> None:
    assert content_words("Why does Turkey want the S-400?") == ["Turkey", "want", "S-400"]


def test_each_word_once() -> None:
    assert content_words("Bridge, bridge and BRIDGE!") == ["Bridge"]


def test_nothing_typed_is_fts5_syntax() -> None:
    assert expression('bridge" OR title:x* NEAR(a b) -c') == (
        '"bridge" OR "title" OR "x" OR "NEAR" OR "b" OR "c"'
    )
    assert expression("who is it?") == ""


def test_a_long_text_is_searched_by_its_first_words() -> None:
    assert expression(" ".join(f"word{number}" for number in range(900))).count("OR") == 63


@given(st.text(max_size=300))
@example('"')
@example("a\u0301\u0301 ² ½ ٣ क्षि \U0001f6a2 \0 AND OR NOT")
def test_any_text_can_be_searched(text: str) -> None:
    database = sqlite3.connect(":memory:")
    database.execute("CREATE VIRTUAL TABLE t USING fts5 (body, tokenize = 'porter unicode61')")
    wanted = expression(text)
    if wanted:
        database.execute("SELECT * FROM t WHERE t MATCH ?", (wanted,)).fetchall()
    database.close()
