"""Passages stand at their offsets, between sentences, without boilerplate, with nothing lost."""

from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from index import Article
from index.records import is_blank
from index.splitting import (
    PASSAGE_CHARACTERS,
    Span,
    has_story,
    is_boilerplate,
    paragraphs,
    sentences,
    split,
)

SENTENCES = (
    "The council approved the bridge on Monday.",
    "“It will stand,” Dr. Vale said.",
    "Work costs $4.5 million, U.S. officials say.",
    "Le café a fermé à 5 h.",
    "नदी पर पुल बनेगा।",
    "橋は五月に完成する。",
    "\U0001f6a2 sails \U0001f468\u200d\U0001f469\u200d\U0001f467 home!",
    "e\u0301toile a\u030a\u0323 ring",
    "no full stop here",
    "https://paper.example/a?b=c",
    "x" * 950,
    "word " * 230,
)
BOILERPLATE = (
    "©2021 The Fenland Courier",
    "To contact the reporter on this story: Ines Vale at ivale@paper.example",
    "Read more: How the bridge was paid for",
)
LINE_ENDS = ("\n", "\n\n", "\r\n", "\r\n\r\n", "\r", "\t\n \n", "\u2028", "\u2029", "\x0c")
GAPS = (" ", "\u3000", *LINE_ENDS)
HARBOUR = [f"Sentence number {number} tells of the harbour and its cranes." for number in range(60)]

news_like = st.lists(
    st.tuples(st.sampled_from(SENTENCES + BOILERPLATE), st.sampled_from(GAPS)), min_size=1
).map(lambda parts: "".join(text + gap for text, gap in parts))
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1)
texts = st.one_of(any_text, news_like).filter(lambda text: not is_blank(text))


@given(texts, st.sampled_from([None, "en", "de", "ar", "ja", "th", "xx", "not a language"]))
@example("a\r\rb\r\r©2021 The Fenland Courier", None)
@example("\u0130" * 20 + ". \u0130stanbul. " * 80, "tr")
@example("\U0001f6a2. " * 400, None)
@example("line\n\nCRLF\r\n\r\n©2021 X", None)
@settings(max_examples=300)
def test_passages_of_any_text(text: str, language: str | None) -> None:
    article = Article(text=text, language=language)
    passages = split(article)
    for passage in passages:
        assert 0 <= passage.start < passage.end <= len(text)
        assert text[passage.start : passage.end] == passage.text
        assert passage.article_id == article.id
        assert passage.text == passage.text.strip()
        assert len(passage.text) <= PASSAGE_CHARACTERS
    for one, next_one in pairwise(passages):
        assert one.start < next_one.start
        assert one.end < next_one.end
    assert bool(passages) == has_story(article)


@given(texts)
@settings(max_examples=300)
def test_every_story_sentence_is_in_a_passage_and_no_boilerplate_is(text: str) -> None:
    covered = [Span(each.start, each.end) for each in split(Article(text=text))]
    for paragraph in paragraphs(text):
        if is_boilerplate(text[paragraph.start : paragraph.end]):
            assert not any(
                each.start < paragraph.end and paragraph.start < each.end for each in covered
            )
            continue
        for sentence in sentences(text, paragraph):
            whole = any(
                each.start <= sentence.start and sentence.end <= each.end for each in covered
            )
            assert whole or sentence.end - sentence.start > PASSAGE_CHARACTERS
    story = {
        position
        for paragraph in paragraphs(text)
        if not is_boilerplate(text[paragraph.start : paragraph.end])
        for position in range(paragraph.start, paragraph.end)
        if not text[position].isspace()
    }
    assert story <= {position for each in covered for position in range(each.start, each.end)}


@given(texts)
def test_paragraphs_and_sentences_are_exact_and_in_order(text: str) -> None:
    found = list(paragraphs(text))
    for span in found:
        assert text[span.start : span.end] == text[span.start : span.end].strip() != ""
        inner = sentences(text, span)
        assert inner
        assert inner[0].start == span.start
        assert inner[-1].end == span.end
        assert all(one.end <= other.start for one, other in pairwise(inner))
    assert all(one.end <= other.start for one, other in pairwise(found))


def test_cuts_between_sentences() -> None:
    article = Article(text=" ".join(HARBOUR))
    passages = split(article)
    assert len(passages) > 2
    for passage in passages:
        assert passage.text.startswith("Sentence number")
        assert passage.text.endswith("cranes.")


def test_the_last_sentence_opens_the_next_passage() -> None:
    passages = split(Article(text=" ".join(HARBOUR)))
    for one, next_one in pairwise(passages):
        assert next_one.start < one.end
        assert next_one.text.startswith(one.text[one.text.rindex("Sentence") :])


def test_a_sentence_too_long_to_repeat_is_not_repeated() -> None:
    said = [f"Number {number}: {'the harbour and its cranes, ' * 11}done." for number in range(9)]
    passages = split(Article(text=" ".join(said)))
    for one, next_one in pairwise(passages):
        assert one.end <= next_one.start


def test_a_passage_does_not_span_boilerplate() -> None:
    text = "The bridge opened.\n\nRead more: All about it\n\nThousands came to see it."
    assert [each.text for each in split(Article(text=text))] == [
        "The bridge opened.",
        "Thousands came to see it.",
    ]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_boilerplate_is_left_out_whatever_ends_a_line(end: str) -> None:
    lines = ["The bridge opened.", "", "Thousands came.", "", "©2021 The Fenland Courier", ""]
    passages = split(Article(text=end.join(lines)))
    assert "Fenland" not in " ".join(each.text for each in passages)
    assert "Thousands came." in passages[-1].text


def test_hard_wrapped_prose_is_one_paragraph() -> None:
    text = "The council approved\nthe new bridge on\nMonday.\n\n©2021 The\nFenland Courier\n"
    assert [each.text for each in split(Article(text=text))] == [
        "The council approved\nthe new bridge on\nMonday."
    ]


def test_a_line_longer_than_a_passage_is_cut_at_white_space() -> None:
    text = "word " * 600
    passages = split(Article(text=text))
    assert all(each.text.replace("word", "").strip() == "" for each in passages)
    assert all(each.text.startswith("word") and each.text.endswith("word") for each in passages)


def test_boilerplate_from_end_to_end_has_no_passage() -> None:
    article = Article(text="\n\n".join(BOILERPLATE))
    assert split(article) == []
    assert not has_story(article)


@pytest.mark.parametrize(
    "sentence",
    [
        "The U.S. offered Lockheed Martin Corp. a deal.",
        "Mr. Vale met Dr. Lind at 5 p.m. on Monday.",
        "“We waited. Nobody came,” she said.",
    ],
)
def test_abbreviations_do_not_end_a_sentence_at_the_wrong_place(sentence: str) -> None:
    text = f"{sentence} Then it rained."
    found = [text[each.start : each.end] for each in sentences(text, Span(0, len(text)))]
    assert "Then it rained." in found
    assert "".join(found).replace(" ", "") == text.replace(" ", "")
