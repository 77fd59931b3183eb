"""Questions to suggest: made from the articles' own sentences, kept where those answer them."""

from __future__ import annotations

import re
from collections import Counter
from itertools import islice, zip_longest
from time import monotonic
from typing import TYPE_CHECKING

from assistant.composing.question_making import make
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.answer import Answer
    from assistant.composing.question_making import Made
    from index import NewsIndex

_MOST_TRIED = 10
_TOO_ALIKE = 0.6  # of its words in one question asked or chosen before
_SECONDS = 3.0
_SECONDS_TO_BEGIN = 30.0  # in a thread of their own, once for each change of the index
_AFTER = 3
_TO_BEGIN = 4
_NEWEST = 48  # articles that examples are made from
_NEIGHBOURS = 6  # passages nearest to the question
_NEAR = 0.45  # cosine: of a passage that is about what was asked
_KNOWN_THING = re.compile(r"\bthe ([a-z]+)")  # "the bank": which, a reader who comes in cannot know


def choose(
    made: Iterable[Made],
    answer: Callable[[str], Answer],
    *,
    most: int,
    asked: Iterable[str] = (),
    known: Iterable[tuple[str, int, int]] = (),
    seconds: float = _SECONDS,
    stop: Callable[[], bool] = lambda: False,
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
        stop: whether nobody waits for them any more.
    """
    until = monotonic() + seconds
    before, quoted = [stems(each) for each in asked], list(known)
    accepted: list[str] = []
    tried = 0
    for each in _mixed(made):
        if len(accepted) >= most or tried >= _MOST_TRIED or monotonic() > until or stop():
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


def suggest_after(
    answer: Answer, index: NewsIndex, ask: Callable[[str], Answer], stop: Callable[[], bool]
) -> tuple[str, ...]:
    """Up to three questions that may follow an answer, from what it cites and what is near to it.

    Args:
        ask: how a question would be answered if it came next.
        stop: whether nobody waits for them any more.
    """
    if not answer.answered or not answer.citations:
        return ()
    cited = dict.fromkeys(each.article_id for each in answer.citations)
    near = dict.fromkeys(
        hit.article.id
        for hit in index.search(answer.standalone_question, _NEIGHBOURS)
        if hit.similarity is not None and hit.similarity >= _NEAR
    )
    copies = {copy.article_id for each in answer.citations for copy in each.copies}
    ids = [*cited, *(each for each in near if each not in cited and each not in copies)]
    articles = [article for each in ids if (article := index.article(each))]
    titles, quotes = zip(*((each.title, each.quote) for each in answer.citations), strict=True)
    about = stems(" ".join([answer.standalone_question, *titles, *quotes]))
    return choose(
        (
            made
            for article in articles
            for made in make(article)
            # Of the same story, where an article has several, and of no thing unheard of.
            if about & stems(made.question) and _known_things(made.question) <= about
        ),
        ask,
        most=_AFTER,
        asked=[answer.question, answer.standalone_question],
        known=[(each.article_id, each.start, each.end) for each in answer.citations],
        stop=stop,
    )


def suggest_from(index: NewsIndex, ask: Callable[[str], Answer]) -> tuple[str, ...]:
    """Up to four questions to begin with, from the newest articles, of each article one first."""
    articles = islice(index.articles(), _NEWEST)
    made = (
        each for each in _in_turn(map(make, articles)) if not _KNOWN_THING.search(each.question)
    )
    return choose(made, ask, most=_TO_BEGIN, seconds=_SECONDS_TO_BEGIN)


def _known_things(question: str) -> frozenset[str]:
    return stems(" ".join(_KNOWN_THING.findall(question)))


def _in_turn(each: Iterable[Iterator[Made]]) -> Iterator[Made]:
    for row in zip_longest(*each):
        yield from (made for made in row if made)
