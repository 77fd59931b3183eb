"""The records of an answer, to and from JSON; and the public names."""

from __future__ import annotations

import json
from datetime import date

import pytest
from pydantic import ValidationError

import assistant
import index
from assistant import Answer, Citation
from assistant.answer import (
    About,
    Abstention,
    Event,
    Member,
    MemberList,
    Near,
    Part,
    Searched,
    Sentence,
    Source,
    Verdict,
    Version,
)

CITATION = Citation(
    number=1,
    article_id="a",
    title="Ferry \U0001f6a2",
    publisher=None,
    published="2019",
    quote="Cafe\u0301\r\n“sank”",
    start=3,
    end=15,
    score=0.75,
    copies=(Source(article_id="b", title="Ferry", publisher="The Crier"),),
)
ANSWERED = Answer(
    question="q?",
    standalone_question="q?",
    answered=True,
    text="> q [1]",
    sentences=(
        Sentence(text="s", citations=(1,), support="supported"),
        Sentence(text="t", support="unsupported"),
    ),
    citations=(CITATION,),
    timings={"total": 1.5},
    model="reader",
)
ABSTAINED = Answer(
    question="q?",
    standalone_question="q?",
    answered=False,
    text="no",
    abstention=Abstention(
        reason="r",
        searched=Searched(query="q?", articles=2, since=date(2019, 1, 1), publishers=("A",)),
        nearest=(Near(article_id="a", title="t"),),
    ),
)


COMPOSED = ANSWERED.model_copy(
    update={
        "lead": "No, says Ada Finch.",
        "verdict": Verdict(answer="no", speaker="Ada Finch", citations=(1,)),
        "versions": (
            Version(value="31", published="2025-07-06", publisher="A", citations=(1,)),
            Version(value="at least 12", published="2025-07-03", corrected=True, citations=(1,)),
        ),
        "differs": (Version(value="31", speaker="the ministry", citations=(1,)),),
        "speaker": "Ada Finch",
        "timeline": (Event(day="2019-04-15", label="15 Apr 2019", citations=(1,)),),
        "list": MemberList(members=(Member(text="a comb", citations=(1,)),), complete=False),
        "about": About(kind="count", subject="ferries", number=2, outlets=("A", "B")),
        "parts": (Part(question="q?", answered=True, short="s", citations=(1,)),),
    }
)


@pytest.mark.parametrize("answer", [ANSWERED, ABSTAINED, COMPOSED])
def test_to_json_and_back(answer: Answer) -> None:
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    assert json.loads(answer.model_dump_json())["question"] == "q?"


def test_the_json_contract() -> None:
    answered = json.loads(ANSWERED.model_dump_json())
    assert {"question", "answered", "text", "sentences", "citations"} <= answered.keys()
    assert {"abstention", "timings"} <= answered.keys()
    assert answered["sentences"][0].keys() == {"text", "citations", "support", "written"}
    assert answered["sentences"][0]["written"] is None
    assert {
        *("number", "article_id", "title", "publisher", "published", "url"),
        *("quote", "start", "end", "score", "copies"),
    } <= answered["citations"][0].keys()
    assert answered["citations"][0]["copies"][0].keys() == {
        *("article_id", "title", "publisher", "published", "url")
    }
    assert answered["abstention"] is None
    abstained = json.loads(ABSTAINED.model_dump_json())
    assert {"reason", "searched", "nearest"} <= abstained["abstention"].keys()


def test_an_answer_kept_before_answers_were_composed_still_loads() -> None:
    kept = json.loads(ANSWERED.model_dump_json())
    for newer in (
        *("lead", "verdict", "versions", "differs", "speaker"),
        *("timeline", "list", "about", "parts"),
    ):
        del kept[newer]
    del kept["citations"][0]["speaker"]
    assert Answer.model_validate_json(json.dumps(kept)) == ANSWERED


def test_records_are_frozen_and_take_nothing_unknown() -> None:
    with pytest.raises(ValidationError, match="frozen"):
        ANSWERED.text = "other"  # type: ignore[misc]
    with pytest.raises(ValidationError, match="extra"):
        Answer.model_validate(ANSWERED.model_dump() | {"mood": "good"})


@pytest.mark.parametrize("change", [{"number": 0}, {"quote": ""}, {"start": -1}, {"end": 0}])
def test_a_citation_that_cannot_be_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Citation.model_validate(CITATION.model_dump() | change)


def test_the_public_names() -> None:
    assert assistant.__all__ == [
        "Answer",
        "Assistant",
        "Citation",
        "DatelineError",
        "IndexMissingError",
        "ModelMismatchError",
        "QuestionError",
        "Settings",
        "SourceError",
        "answer",
    ]
    assert index.__all__ == [
        "Article",
        "DatelineError",
        "Filters",
        "Hit",
        "IndexMissingError",
        "ModelMismatchError",
        "NewsIndex",
        "Passage",
        "PublicationDate",
        "SourceError",
    ]
    for module in (assistant, index):
        assert len(module.__all__) <= 10
        assert all(hasattr(module, name) for name in module.__all__)
