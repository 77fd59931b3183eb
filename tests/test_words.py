"""From texts and questions to the terms that are searched."""

from __future__ import annotations

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from index.terms import analyzer, content_words, indexed_text, query_terms


def terms_of(text: str) -> set[str]:
    return set(analyzer().analyze(indexed_text(text)))


def test_function_words_are_left_out_and_the_rest_is_kept_as_written() -> None:
    assert content_words("Why does Turkey want the S-400?") == ["Turkey", "want", "S-400"]


def test_each_word_once() -> None:
    assert content_words("Bridge, bridge and BRIDGE!") == ["Bridge"]
    assert query_terms("bridge Bridges") == [["bridg"]]


def test_a_word_with_signs_in_it_is_its_parts_together() -> None:
    assert query_terms("the S-400s of Ankara\u2019s army") == [["s", "400s"], ["ankara"], ["armi"]]
    assert query_terms("who is it?") == query_terms("?! \u2026") == []


def test_a_long_text_is_searched_by_its_first_words() -> None:
    assert len(query_terms(" ".join(f"word{number}" for number in range(900)))) == 64


@pytest.mark.parametrize(
    ("asked", "written"),
    [
        ("Erdogan", "Recep Tayyip Erdo\u011fan spoke"),
        ("Erdo\u011fan", "Erdogan spoke"),
        ("Istanbul", "\u0130STANBUL"),
        ("Sao", "Sa\u0303o Paulo"),  # the accent apart
        ("Stra\u00dfe", "strasse"),
        (
            "\u5730\u9707",
            "\u6771\u4eac\u3067\u5730\u9707\u304c\u3042\u3063\u305f",
        ),  # Japanese, earthquake
        ("\u732b", "\u9ed2\u3044\u732b\u304c\u3044\u305f"),  # Japanese, cat
        ("\u9009\u4e3e", "\u603b\u7edf\u9009\u4e3e\u7ed3\u679c"),  # Chinese, election
        ("\uc11c\uc6b8", "\uc11c\uc6b8\uc5d0\uc11c \uc5f4\ub838\ub2e4"),  # Korean, Seoul
        (
            "\u0e44\u0e17\u0e22",
            "\u0e1b\u0e23\u0e30\u0e40\u0e17\u0e28\u0e44\u0e17\u0e22\u0e27\u0e31\u0e19\u0e19\u0e35\u0e49",
        ),  # Thai
        ("\u041c\u043e\u0441\u043a\u0432\u0430", "\u041c\u041e\u0421\u041a\u0412\u0410"),
    ],
)
def test_a_word_is_found_in_any_script(asked: str, written: str) -> None:
    asked_for = query_terms(asked)
    assert asked_for
    assert {term for terms in asked_for for term in terms} <= terms_of(written)
    assert not {term for terms in asked_for for term in terms} & terms_of("Nothing of it here.")


@given(st.text(max_size=300))
@example('"')
@example("a\u0301\u0301 \u00b2 \u00bd \u0663 \u0915\u094d\u0937\u093f \U0001f6a2 \0 AND OR NOT")
def test_any_text_can_be_asked_and_indexed(text: str) -> None:
    assert all(terms and all(terms) for terms in query_terms(text))
    terms_of(text)
