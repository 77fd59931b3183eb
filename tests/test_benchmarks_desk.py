"""How the answers to a news desk's questions are scored."""

from __future__ import annotations

import pytest

from assistant.answer import Abstention, Answer, Citation, Near, Searched, Sentence
from benchmarks.desk import judge

CITED = Citation(
    number=1, article_id="a", title="t", quote="Owls ate 12 mice.", start=0, end=17, score=0.9
)


def answer(text: str, short: str | None = None) -> Answer:
    return Answer(
        question="q?",
        standalone_question="q?",
        answered=True,
        text=text,
        short=short,
        sentences=(Sentence(text=CITED.quote, citations=(1,), support="supported"),),
        citations=(CITED,),
    )


UNSURE = answer("").model_copy(
    update={
        "abstention": Abstention(
            reason="r",
            searched=Searched(query="q?", articles=1),
            nearest=(Near(article_id="a", title="t", quote="Owls ate 12 mice."),),
        )
    }
)
ASKED = {"expect": "answer", "quote": ["12 mice"], "short": "12"}


@pytest.mark.parametrize(
    ("item", "given", "outcome"),
    [
        (ASKED, answer("**12**\n\n> Owls ate 12 mice. [1]", "12"), "right"),
        (ASKED, answer("**9**", "9"), "false"),
        (ASKED | {"quote": ["hawks"]}, answer("x"), "beside"),
        (ASKED, UNSURE, "near"),
        (ASKED | {"quote": ["hawks"]}, UNSURE, "missed"),
        ({"expect": "decline"}, UNSURE, "right"),
        ({"expect": "decline"}, answer("x"), "loose"),
        (ASKED | {"yesno": "no"}, answer("**No.**\n\n> Owls"), "right"),
        (ASKED | {"yesno": "no"}, answer("**Yes.**\n\n> Owls"), "false"),
        (ASKED | {"yesno": "no"}, answer("> Owls ate 12 mice. [1]"), "half"),
    ],
)
def test_outcomes(item: dict[str, object], given: Answer, outcome: str) -> None:
    assert judge(item, given) == outcome
