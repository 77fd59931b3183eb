"""Which of the questions that were made are good enough to be suggested."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from time import monotonic
from typing import TYPE_CHECKING

from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from assistant.answer import Answer

_MOST_TRIED = 10
_TOO_ALIKE = 0.6  # of its words in one question asked or chosen before
_SECONDS = 3.0


@dataclass(frozen=True, slots=True)
class Made:
    """A question, and the sentence it was made from: `article.text[start:end]`."""

    question: str
    article_id: str
    start: int
    end: int


def choose(
    made: Iterable[Made],
    answer: Callable[[str], Answer],
    *,
    most: int,
    asked: Iterable[str] = (),
    known: Iterable[tuple[str, int, int]] = (),
    seconds: float = _SECONDS,
) -> tuple[str, ...]:
    """The questions to suggest; rather none than a poor one.

    A question is accepted only when all of these hold:
    - asked as a reader would ask it, it is answered above the reading model's threshold;
    - the first quote of that answer is the very sentence that it was made from, so the question
      means what the sentence says;
    - it was searched as it stands: nothing of the conversation had to be added;
    - it is not about a sentence that is quoted already, and shares no more than
      three fifths of its words with a question asked or accepted before.
    At most ten are tried, and none once `seconds` have passed.

    Args:
        made: best first.
        answer: asks one.
        asked: what was asked already.
        known: (article id, start, end) of what is quoted already.
    """
    until = monotonic() + seconds
    before, quoted = [stems(each) for each in asked], list(known)
    accepted: list[str] = []
    tried = 0
    for each in _mixed(made):
        if len(accepted) >= most or tried >= _MOST_TRIED or monotonic() > until:
            break
        own = stems(each.question)
        alike = any(len(own & other) / (len(own) or 1) > _TOO_ALIKE for other in before)
        if alike or any(_overlap(each, place) for place in quoted):
            continue
        tried += 1
        if _holds(each, answer(each.question)):
            accepted.append(each.question)
            before.append(own)
            quoted.append((each.article_id, each.start, each.end))
    return tuple(accepted)


def _holds(made: Made, answer: Answer) -> bool:
    if not answer.answered or not answer.citations or answer.standalone_question != made.question:
        return False
    first = answer.citations[0]
    own = (first.article_id, *(copy.article_id for copy in first.copies))
    if made.article_id not in own:
        return False
    if made.article_id != first.article_id:
        return True  # a copy of the story prints the same words
    return _overlap(made, (first.article_id, first.start, first.end))


def _mixed(made: Iterable[Made]) -> list[Made]:
    """In turn by how they begin, so that not all of them ask when."""
    seen: Counter[str] = Counter()
    placed = []
    for position, each in enumerate(made):
        kind = each.question.split()[0]
        placed.append((seen[kind], position, each))
        seen[kind] += 1
    return [each for _, _, each in sorted(placed, key=lambda item: item[:2])]


def _overlap(made: Made, place: tuple[str, int, int]) -> bool:
    article_id, start, end = place
    return made.article_id == article_id and made.start < end and start < made.end
