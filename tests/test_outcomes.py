"""Answered, unsure, or nothing found: what each of them shows, and what it never does."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from assistant import Answer, Assistant
from assistant.cli.printing import ABSTAINED, print_answer
from assistant.judging import check_nearest, check_quotes
from assistant.reading.agreement import NEAREST_CHARACTERS
from assistant.reading.model_reader import ModelReader
from assistant.reading.reader import Quote, Reading
from index import NewsIndex
from tests.fakes import article
from tests.test_model_reader import FIRST, QUESTION, ScriptedModel, hit

if TYPE_CHECKING:
    from collections.abc import Sequence

    from index import Hit


class Near:
    """A reader that finds no answer, and passages that come near."""

    name = "near"

    def __init__(self, shift: int = 0) -> None:
        self._shift = shift

    def read(self, question: str, hits: Sequence[Hit]) -> Reading:
        quotes = [
            Quote(
                each.article,
                each.passage.start + self._shift,
                each.passage.end + self._shift,
                each.passage.text,
                0.1,
            )
            for each in hits[:3]
        ]
        return Reading(nearest=tuple(quotes))


@pytest.fixture
def unsure(news: NewsIndex) -> Answer:
    return Assistant(index=news, reader=Near()).answer("What opens to visitors in *spring*?")


def test_unsure_shows_verbatim_passages_and_calls_none_of_them_an_answer(
    news: NewsIndex, unsure: Answer
) -> None:
    assert not unsure.answered
    assert (unsure.short, unsure.citations, unsure.sentences) == (None, (), ())
    assert unsure.abstention is not None
    assert unsure.abstention.unsure
    assert len(unsure.abstention.nearest) == 3
    for near in unsure.abstention.nearest:
        cited = news.article(near.article_id)
        assert cited is not None
        assert getattr(cited, near.field)[near.start : near.end] == near.quote
        assert near.quote
        assert near.quote[:30] in unsure.text
    assert unsure.text.startswith("I am not sure. These passages come nearest")
    assert "**" not in unsure.text
    assert "no answer" not in unsure.text


def test_nothing_of_it_is_carried_into_the_next_question(unsure: Answer) -> None:
    assert unsure.said == ""


def test_the_command_prints_the_passages_with_their_places(
    unsure: Answer, capsys: pytest.CaptureFixture[str]
) -> None:
    print_answer(unsure, as_json=False)
    said = capsys.readouterr().out
    assert said.startswith("I am not sure. These passages come nearest")
    assert unsure.abstention is not None
    for near in unsure.abstention.nearest:
        assert f"(characters {near.start} to {near.end})" in said
    assert ABSTAINED == 3


def test_a_passage_that_does_not_stand_is_not_shown(news: NewsIndex) -> None:
    answer = Assistant(index=news, reader=Near(shift=1)).answer("What opens in spring?")
    assert answer.abstention is not None
    assert not answer.abstention.unsure
    assert answer.text.startswith("I found no answer.")


def test_words_of_a_headline_are_quoted_at_their_place_in_it() -> None:
    told = article(title="Bridge at Velm closed for nine days")
    quote = Quote(told, 7, 14, "at Velm", 0.9, field="title")
    ((sentence, citation),) = check_quotes([quote])
    assert citation is not None
    assert (sentence.support, citation.field) == ("supported", "title")
    assert told.title[citation.start : citation.end] == citation.quote
    ((_, none),) = check_quotes([replace(quote, field="text")])
    assert none is None
    assert [each.field for each in check_nearest([quote, replace(quote, field="text")])] == [
        "title"
    ]


def test_what_is_likely_is_answered_what_is_less_so_unsure_and_the_rest_not_shown() -> None:
    hits = [hit(FIRST, "a.example")]
    outcomes = [
        ModelReader(ScriptedModel({"twelve": score})).read(QUESTION, hits) for score in (9, -2, -20)
    ]
    assert [bool(each.quotes) for each in outcomes] == [True, False, False]
    assert [bool(each.nearest) for each in outcomes] == [False, True, False]
    (near,) = outcomes[1].nearest
    assert near.article.text[near.start : near.end] == near.text


def test_of_a_long_passage_the_neighbours_of_the_sentence_are_shown() -> None:
    filler = "Many other things were said at length about the weather in the valley. " * 6
    text = f"{filler}The flood at Aldine took twelve trams. Nobody was hurt. {filler}"
    reader = ModelReader(ScriptedModel({"twelve": -2.0}))
    (near,) = reader.read(QUESTION, [hit(text, "a.example")]).nearest
    assert "The flood at Aldine took twelve trams. Nobody was hurt." in near.text
    assert near.text.startswith("Many")
    assert len(near.text) <= NEAREST_CHARACTERS
    assert text[near.start : near.end] == near.text


def test_one_place_is_shown_once() -> None:
    hits = [hit(FIRST, "a.example"), hit(FIRST, "a.example", start=16), hit(FIRST, "b.example")]
    reader = ModelReader(ScriptedModel({"twelve": -2.0}))
    assert len(reader.read(QUESTION, hits).nearest) == 1


OLD = {
    "question": "q?",
    "standalone_question": "q?",
    "answered": False,
    "text": "I found no answer.",
    "abstention": {
        "reason": "r",
        "searched": {"query": "q?", "articles": 1},
        "nearest": [
            {"article_id": "a", "title": "t", "publisher": None, "published": None, "url": None}
        ],
    },
}


def test_answers_that_an_older_version_kept_still_load() -> None:
    answer = Answer.model_validate_json(json.dumps(OLD))
    assert answer.abstention is not None
    assert not answer.abstention.unsure
    assert answer.abstention.nearest[0].quote is None
