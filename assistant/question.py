"""What was asked: the question, what was said before it, and where to look."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import TYPE_CHECKING, TypedDict, Unpack

from langchain_core.messages import MessageLikeRepresentation, convert_to_messages

from assistant.answer import Answer
from assistant.dating import read_days
from index import DatelineError, Filters

if TYPE_CHECKING:
    from index.searching.fusion import Days

LONGEST_QUESTION = 2_000
"""Characters. A question is a sentence or three; a pasted article is not a question."""

History = Sequence[Answer | MessageLikeRepresentation]
"""What was said before, oldest first: an `Answer` for a question and what was answered, or a
message as LangChain takes it, such as {"role": "user", "content": "..."}. An `Answer` tells more:
which sentences hold, and that an abstention said nothing."""


class Scope(TypedDict, total=False):
    """Where and when to look, as a caller may say it: keyword arguments of every way to ask.

    Keys:
        since, until: only articles published within these days, both inclusive; dates, ISO text or
            plain words ("last week", "3 May 2019"), told from `as_of`.
        publishers: only these outlets; None for all.
        articles: only the articles with these ids; None for all.
        as_of: the day the question is asked; None for today.
    """

    since: date | str | None
    until: date | str | None
    publishers: Iterable[str] | None
    articles: Iterable[str] | None
    as_of: date | str | None


class QuestionError(DatelineError):
    """What was asked cannot be searched for: empty, too long, or impossible dates."""


@dataclass(frozen=True, slots=True)
class Turn:
    """One earlier message of the conversation: `role` is "user" or "assistant".

    Attributes:
        articles: ids of the articles that it cites, as far as that is known.
        short: the short answer that it gave, as far as that is known.
    """

    role: str
    text: str
    articles: tuple[str, ...] = ()
    short: str = ""


@dataclass(frozen=True, slots=True)
class Question:
    """A question ready to be answered, with white space folded.

    Attributes:
        as_of: the day it is asked; "this week" is the week of that day.
    """

    text: str
    history: tuple[Turn, ...] = ()
    within: Filters = field(default_factory=Filters)
    as_of: date = field(default_factory=date.today)


def ask(
    text: str,
    history: History | None = None,
    **scope: Unpack[Scope],
) -> Question:
    """A question from what a caller gives.

    Args:
        text: the question.
        history: what was said before.
        scope: where and when to look.

    Raises:
        QuestionError: it is empty or too long, a date cannot be read, or no day lies between them.
        TypeError: a name is none of `Scope`'s.
    """
    if unknown := scope.keys() - Scope.__annotations__.keys():
        raise TypeError(f"{', '.join(sorted(unknown))}: no such filter")
    folded = _clean(text, "question")
    if not folded:
        raise QuestionError("The question is empty: ask something, such as who, what, when or why.")
    if len(folded) > LONGEST_QUESTION:
        raise QuestionError(
            f"The question has {len(folded):,} characters; at most {LONGEST_QUESTION:,} can be "
            "read: shorten it. (To add an article, use `dateline add`.)"
        )
    days = _days(scope.get("as_of"), "as_of", date.today())
    day = days.last if days else date.today()
    return Question(folded, _turns(history or ()), _filters(scope, day), day)


def _filters(scope: Scope, as_of: date) -> Filters:
    first = _days(scope.get("since"), "since", as_of)
    last = _days(scope.get("until"), "until", as_of)
    try:
        return Filters(
            since=first.first if first else None,
            until=last.last if last else None,
            publishers=tuple(
                _clean(each, "publishers")
                for each in _listed(scope.get("publishers"), "publishers")
            ),
            articles=tuple(
                _readable(each, "articles") for each in _listed(scope.get("articles"), "articles")
            ),
        )
    except ValueError as error:
        raise QuestionError(f"{error}.") from error


def _listed(given: Iterable[str] | None, name: str) -> Iterable[str]:
    if isinstance(given, str | bytes):
        return [given]  # bytes are refused as a whole, not byte by byte
    if given is not None and not isinstance(given, Iterable):
        raise QuestionError(f"{name}: {given!r} is neither text nor a list of texts.")
    return given or ()


def _clean(text: str, name: str) -> str:
    """The text with white space folded."""
    return " ".join(_readable(text, name).split())


def _readable(text: str, name: str) -> str:
    """The text; a byte of the command line that is not UTF-8 comes as half a character."""
    if not isinstance(text, str):
        raise QuestionError(f"{name}: {text!r} is not text.")
    return text.encode("utf-8", "replace").decode()


def _days(value: date | str | None, name: str, as_of: date) -> Days | None:
    if value is None:
        return None
    try:
        return read_days(value, as_of)
    except ValueError as error:
        raise QuestionError(
            f"{name}: {value!r} is not a date; write it as 2019-04-15, or in words such as "
            '"last week" or "3 May 2019".'
        ) from error


def _turns(history: History) -> tuple[Turn, ...]:
    turns: list[Turn] = []
    try:
        if isinstance(history, str | Mapping | Answer):
            raise TypeError("one message is no history")
        for each in history:
            if isinstance(each, Answer):
                cited = tuple(dict.fromkeys(one.article_id for one in each.citations))
                turns += (
                    Turn("user", each.question),
                    Turn("assistant", each.said, cited, each.short or ""),
                )
            else:
                turns += _turn(each)
    except (ValueError, TypeError, LookupError, NotImplementedError) as error:
        raise QuestionError(
            'The history is not understood: give answers, {"role", "content"} dicts or LangChain '
            "messages."
        ) from error
    return tuple(turns)


def _turn(given: MessageLikeRepresentation) -> list[Turn]:
    (message,) = convert_to_messages([given])
    roles = {"human": "user", "ai": "assistant"}
    text = " ".join(str(message.text).split())
    return [Turn(roles[message.type], text)] if message.type in roles else []
