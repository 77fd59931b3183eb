"""The default reader over a scripted model: what it quotes, what adds up, when it stays silent."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant.reading.model_reader import ModelReader
from assistant.reading.span_model import AnswerSpan, SpanModel
from index import Article, Hit, Passage

if TYPE_CHECKING:
    from collections.abc import Generator, Sequence

QUESTION = "How many trams were lost in the Aldine flood?"


class ScriptedModel(SpanModel):
    """Finds given words in a passage that holds them, with a given score; elsewhere nothing."""

    def __init__(self, scores: dict[str, float]) -> None:
        super().__init__("scripted")
        self._scores = scores

    def read(
        self, question: str, passages: Sequence[str], count: int = 1
    ) -> Generator[list[AnswerSpan], None, None]:
        yield from ([self._find(passage)] for passage in passages)

    def _find(self, passage: str) -> AnswerSpan:
        for words, score in self._scores.items():
            if (start := passage.find(words)) >= 0:
                return AnswerSpan(start, start + len(words), score, 0.0)
        return AnswerSpan(0, 1, -20.0, -5.0)


def hit(text: str, url: str, start: int = 0) -> Hit:
    article = Article(text=text, title="The Aldine flood", url=url)
    return Hit(Passage(article.id, start, len(text), text[start:]), article, 0.03, similarity=0.6)


FIRST = "The river rose. The flood at Aldine took twelve trams. Nobody was hurt."
SECOND = "Officials counted twelve trams lost in the Aldine flood."
OTHER = "By another count the Aldine flood took thirty trams."


def test_the_sentence_that_holds_the_words_is_quoted_at_its_offsets() -> None:
    reading = ModelReader(ScriptedModel({"twelve": 9.0})).read(QUESTION, [hit(FIRST, "a.example")])
    (quote,) = reading.quotes
    assert quote.text == "The flood at Aldine took twelve trams."
    assert quote.article.text[quote.start : quote.end] == quote.text


def test_offsets_count_from_the_start_of_the_article() -> None:
    late = "Unrelated opening words stand here. " + FIRST
    found = hit(late, "a.example", start=len("Unrelated opening words stand here. "))
    (quote,) = ModelReader(ScriptedModel({"twelve": 9.0})).read(QUESTION, [found]).quotes
    assert late[quote.start : quote.end] == quote.text == "The flood at Aldine took twelve trams."


def test_below_the_threshold_nothing_is_quoted() -> None:
    assert ModelReader(ScriptedModel({})).read(QUESTION, [hit(FIRST, "a.example")]).quotes == ()
    assert ModelReader(ScriptedModel({"twelve": 9.0})).read(QUESTION, []).quotes == ()


def test_independent_articles_that_agree_are_more_likely_right() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 4.0}))
    one = reader.read(QUESTION, [hit(FIRST, "a.example")]).quotes
    two = reader.read(QUESTION, [hit(FIRST, "a.example"), hit(SECOND, "b.example")]).quotes
    assert len(two) == 2
    assert two[0].score > one[0].score


def test_copies_of_one_story_say_it_once() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 4.0}))
    one = reader.read(QUESTION, [hit(FIRST, "a.example")]).quotes
    copied = reader.read(QUESTION, [hit(FIRST, "a.example"), hit(FIRST, "b.example")]).quotes
    assert [quote.score for quote in copied] == [quote.score for quote in one]


def test_quotes_never_overlap() -> None:
    two_passages = [hit(FIRST, "a.example"), hit(FIRST, "a.example", start=len("The river rose. "))]
    model = ScriptedModel({"rose. The flood at Aldine took twelve": 9.0, "twelve": 9.0})
    quotes = ModelReader(model).read(QUESTION, two_passages).quotes
    assert len(quotes) == 1


def test_figures_that_differ_are_both_shown_best_first() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 8.0, "thirty": 9.0}))
    quotes = reader.read(QUESTION, [hit(FIRST, "a.example"), hit(OTHER, "b.example")]).quotes
    assert ["thirty" in quote.text for quote in quotes] == [True, False]


def test_at_most_four_quotes() -> None:
    texts = [f"Paper {n} counted {n} trams lost in the Aldine flood." for n in range(1, 8)]
    reader = ModelReader(ScriptedModel({"trams lost": 9.0}))
    hits = [hit(text, f"{number}.example") for number, text in enumerate(texts)]
    assert len(reader.read(QUESTION, hits).quotes) == 4


def test_the_threshold_decides() -> None:
    model, hits = ScriptedModel({"twelve": 9.0}), [hit(FIRST, "a.example")]
    (quote,) = ModelReader(model).read(QUESTION, hits).quotes
    assert ModelReader(model, threshold=quote.score - 1e-6).read(QUESTION, hits).quotes == (quote,)
    assert ModelReader(model, threshold=quote.score + 1e-6).read(QUESTION, hits).quotes == ()


def test_the_short_answer_is_the_words_found() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 9.0}))
    assert reader.read(QUESTION, [hit(FIRST, "a.example")]).short == "twelve"


@pytest.mark.parametrize(
    "question", ["Why did the Aldine flood take trams?", "How did the Aldine flood take trams?"]
)
def test_why_and_how_get_the_sentence_alone(question: str) -> None:
    reading = ModelReader(ScriptedModel({"twelve": 9.0})).read(question, [hit(FIRST, "a.example")])
    assert reading.quotes
    assert reading.short is None


def test_an_edited_copy_of_a_story_says_it_once() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 4.0}))
    first, second = hit(FIRST, "a.example"), hit(SECOND, "b.example")
    alone = [reader.read(QUESTION, [each]).quotes[0].score for each in (first, second)]
    (copied,) = reader.read(QUESTION, [first, replace(second, story=first.story)]).quotes
    assert copied.score == max(alone)


def test_an_article_of_the_days_asked_about_is_preferred() -> None:
    old = replace(hit(FIRST, "a.example"), nearness=0.1)
    new = replace(hit(OTHER, "b.example"), nearness=1.0)
    reader = ModelReader(ScriptedModel({"twelve": 6.0, "thirty": 6.0}))
    assert "thirty" in reader.read(QUESTION, [old, new]).quotes[0].text
    old, new = replace(old, nearness=1.0), replace(new, nearness=0.1)
    assert "twelve" in reader.read(QUESTION, [old, new]).quotes[0].text


def test_articles_equally_far_in_time_lose_nothing() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 6.0}))
    (undated,) = reader.read(QUESTION, [hit(FIRST, "a.example")]).quotes
    (far,) = reader.read(QUESTION, [replace(hit(FIRST, "a.example"), nearness=0.01)]).quotes
    assert far.score == undated.score


def test_what_is_asked_of_this_week_is_not_answered_as_well_by_another_year() -> None:
    reader = ModelReader(ScriptedModel({"twelve": 6.0}))
    near, far = (replace(hit(FIRST, "a.example"), nearness=each) for each in (1.0, 0.01))
    question = f"{QUESTION.rstrip('?')} this week?"
    assert (
        reader.read(question, [far]).quotes[0].score < reader.read(question, [near]).quotes[0].score
    )


def test_copies_found_with_any_passage_of_the_story_go_with_the_quote() -> None:
    one, another = (hit(f"{FIRST} {end}", "").article for end in ("One.", "Two."))
    first = replace(hit(FIRST, "a.example"), copies=(one,))
    late = replace(first, passage=Passage(first.article.id, 0, 5, "The r"), copies=(another, one))
    hits = [first, late, hit(OTHER, "d.example")]
    (quote,) = ModelReader(ScriptedModel({"twelve": 9.0})).read(QUESTION, hits).quotes
    assert quote.copies == (one, another)
