"""Which articles questions are made from: those cited and their neighbours, or the newest."""

from __future__ import annotations

import re
from itertools import islice, zip_longest
from typing import TYPE_CHECKING

from assistant.composing.suggesting.choosing import choose
from assistant.composing.suggesting.making import make
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.answer import Answer
    from assistant.composing.suggesting.choosing import Made
    from index import NewsIndex

_AFTER = 3
_TO_BEGIN = 4
_NEWEST = 48  # articles that examples are made from
_NEIGHBOURS = 6  # passages nearest to the question
_NEAR = 0.45  # cosine: of a passage that is about what was asked
_KNOWN_THING = re.compile(r"\bthe ([a-z]+)")  # "the bank": which, a reader who comes in cannot know


def suggest_after(
    answer: Answer, index: NewsIndex, ask: Callable[[str], Answer]
) -> tuple[str, ...]:
    """Up to three questions that may follow an answer, from what it cites and what is near to it.

    Args:
        ask: how a question would be answered if it came next.
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
    )


def suggest_from(index: NewsIndex, ask: Callable[[str], Answer]) -> tuple[str, ...]:
    """Up to four questions to begin with, from the newest articles, of each article one first."""
    articles = islice(index.articles(), _NEWEST)
    made = (
        each for each in _in_turn(map(make, articles)) if not _KNOWN_THING.search(each.question)
    )
    return choose(made, ask, most=_TO_BEGIN)


def _known_things(question: str) -> frozenset[str]:
    return stems(" ".join(_KNOWN_THING.findall(question)))


def _in_turn(each: Iterable[Iterator[Made]]) -> Iterator[Made]:
    for row in zip_longest(*each):
        yield from (made for made in row if made)
