"""A quote holds only when its words stand at its offsets, to the character."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assistant.judging import check_quotes, check_short
from assistant.reading.reader import Quote
from tests.fakes import article

TEXT = "A \U0001f6a2 left\r\nCafe\u0301 Zoë at 5. “It sank,” he said. A \U0001f6a2 left."
ARTICLE = article(TEXT)


@given(st.integers(0, len(TEXT)), st.integers(0, len(TEXT)))
def test_the_words_at_the_offsets_are_supported(one: int, other: int) -> None:
    start, end = min(one, other), max(one, other)
    quote = Quote(ARTICLE, start, end, TEXT[start:end], 0.5)
    ((sentence, citation),) = check_quotes([quote])
    if start == end:
        assert citation is None
        assert sentence.support == "unsupported"
        return
    assert citation is not None
    assert sentence.support == "supported"
    assert sentence.citations == (citation.number,) == (1,)
    assert ARTICLE.text[citation.start : citation.end] == citation.quote == sentence.text


@given(st.integers(-5, len(TEXT) + 5), st.integers(-5, len(TEXT) + 5), st.text(max_size=60))
def test_nothing_else_is(start: int, end: int, text: str) -> None:
    ((sentence, citation),) = check_quotes([Quote(ARTICLE, start, end, text, 0.5)])
    holds = 0 <= start < end <= len(TEXT) and TEXT[start:end] == text
    assert (citation is not None) is (sentence.support == "supported") is holds
    assert sentence.text == text


@given(st.integers(0, 10), st.integers(11, 30), st.sampled_from([-3, -2, -1, 1, 2, 3]))
def test_shifted_offsets_are_found_out(start: int, end: int, shift: int) -> None:
    quote = Quote(ARTICLE, start + shift, end + shift, TEXT[start:end], 0.9)
    ((sentence, citation),) = check_quotes([quote])
    assert citation is None
    assert sentence.support == "unsupported"
    assert sentence.citations == ()


def test_negative_offsets_do_not_count_from_the_end() -> None:
    quote = Quote(ARTICLE, -5, -1, TEXT[-5:-1], 0.9)
    ((sentence, citation),) = check_quotes([quote])
    assert (sentence.support, citation) == ("unsupported", None)


def test_an_end_past_the_text_is_found_out() -> None:
    quote = Quote(ARTICLE, len(TEXT) - 5, len(TEXT) + 9, TEXT[-5:], 0.9)
    ((_, citation),) = check_quotes([quote])
    assert citation is None


def test_citations_are_numbered_without_gaps() -> None:
    good = Quote(ARTICLE, 0, 1, "A", 0.9)
    bad = Quote(ARTICLE, 0, 1, "B", 0.9)
    checked = list(check_quotes([bad, good, bad, good]))
    assert [sentence.citations for sentence, _ in checked] == [(), (1,), (), (2,)]


def test_a_short_answer_must_stand_in_the_first_quote() -> None:
    quotes = [Quote(ARTICLE, 0, len(TEXT), TEXT, 0.5)]
    citations = [citation for _, citation in check_quotes(quotes) if citation]
    assert check_short("Zoë", citations) == "Zoë"
    assert check_short("Zoe", citations) is None
    assert check_short("Zoë", []) is None
    assert check_short(None, citations) is None


def test_a_copy_is_named_when_it_prints_the_same_words() -> None:
    text = "“Twelve trams” were lost, he said. Nobody was hurt."
    quoted = article(text, publisher="One")
    printed = article(f'VELM - "Twelve TRAMS" were lost,\nhe said. {text[36:]}', publisher="Two")
    cut = article("Nobody was hurt. Trams run again.", publisher="Three")
    changed = article(text.replace("Twelve", "Thirty"), publisher="Four")
    longer = article(text.replace("he said", "he saidst"), publisher="Five")
    copies = (cut, printed, changed, longer)
    quote = Quote(quoted, 0, 34, text[:34], 0.9, copies=copies)
    ((_, citation),) = check_quotes([quote])
    assert citation is not None
    assert [copy.publisher for copy in citation.copies] == ["Two"]


def test_what_holds_no_words_has_no_copies() -> None:
    quote = Quote(article("… and so on"), 0, 1, "…", 0.9, copies=(article("… and so on"),))
    ((_, citation),) = check_quotes([quote])
    assert citation is not None
    assert citation.copies == ()
