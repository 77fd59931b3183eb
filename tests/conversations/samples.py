"""Turns to keep, with answers as the engine makes them."""

from __future__ import annotations

from assistant import Answer, Citation
from assistant.answer import Abstention, Searched, Sentence
from web.conversations.kept_turns import KeptTurn

TEXT = "The lighthouse at Skerry Point was lit again on Friday."


def answer(question: str, quote: str = TEXT, **about: object) -> Answer:
    citation = Citation.model_validate(
        {
            "number": 1,
            "article_id": "article-1",
            "title": "Light again",
            "publisher": "The Skerry Times",
            "published": "2019-06-07",
            "url": "https://example.com/light",
            "quote": quote,
            "start": 0,
            "end": len(quote),
            "score": 0.9,
        }
        | about
    )
    sentence = Sentence(text=quote, citations=(1,), support="supported")
    return Answer(
        question=question,
        standalone_question=question,
        answered=True,
        text=f"> {quote} [1]",
        short="on Friday",
        sentences=(sentence,),
        citations=(citation,),
        timings={"total": 12.5},
        model="dateline-reader",
    )


def abstained(question: str) -> Answer:
    searched = Searched(query=question, articles=3)
    return Answer(
        question=question,
        standalone_question=question,
        answered=False,
        text="I found no answer.",
        abstention=Abstention(reason="No article searched answers it.", searched=searched),
    )


def turn(name: str, question: str = "When was the lighthouse lit?", **more: object) -> KeptTurn:
    given = {"id": name, "question": question, "answer": answer(question)}
    return KeptTurn.model_validate(given | {"when": "2026-03-04T10:00:00+01:00"} | more)
