"""A question and what was said before it, into what is understood, shown and searched.

Without a chat model: words of the conversation are weighed one by one, and whether the question
stands alone is weighed too. Where it leans ("and when did he say that?"), the words that it most
likely means go with it. Which words it means is seldom sure, and to search for one too many costs
little, so that there is a wide form as well, which is only searched: it takes along all words that
have a fair chance, and it is used too where the question is in doubt and is left as it stands.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.followup.conversation import Conversation, SaidTurn
from assistant.followup.ellipsis import asked_before, complete
from assistant.followup.standing import chance_alone, since_change, weigh_words

if TYPE_CHECKING:
    from assistant.followup.standing import Carried
    from assistant.question import Question

__all__ = ["asked_before", "search_forms", "stand_alone"]

# Chosen by the figures of training/weigh_followups.py, out of fold.
_ALONE = 0.04  # the chance from which a question is left as it is: 95 % of those that stand alone
_SURELY_ALONE = 0.45  # the chance from which it is searched for by itself
_SHOWN_CHANCE, _SHOWN_WORDS = 0.2, 6
_AT_LEAST = 2
_TELLING_WORDS = 2
_WIDE_CHANCE, _WIDE_WORDS = 0.022, 24  # nearly twice as long, then, as what people write


def stand_alone(question: Question) -> str:
    """The question as it is understood and shown: unchanged when it stands alone already."""
    completed = complete(question.text, question.history)
    if completed != question.text:
        return completed
    said, conversation = _read(question)
    if chance_alone(said, conversation) >= _ALONE:
        return question.text
    weighed = weigh_words(said, conversation)
    likely = [each for each in weighed if each.chance >= _SHOWN_CHANCE] or weighed[:_AT_LEAST]
    names = [each for each in likely if each.word.named]
    if names and len(said.keys) >= _TELLING_WORDS:
        likely = names  # it says itself what is asked of them, and other words mislead its reader
    return _together(question.text, likely[:_SHOWN_WORDS])


def search_forms(question: Question, standalone: str) -> tuple[str, ...]:
    """What is searched for: the standalone question and, unless it surely stood alone, a wide form.

    Args:
        standalone: as `stand_alone` or a chat model wrote it; it always comes first.
    """
    said, conversation = _read(question)
    if chance_alone(said, conversation) >= _SURELY_ALONE:
        return (standalone,)
    likely = [each for each in weigh_words(said, conversation) if each.chance >= _WIDE_CHANCE]
    return tuple(dict.fromkeys((standalone, _together(question.text, likely[:_WIDE_WORDS]))))


def _read(question: Question) -> tuple[SaidTurn, Conversation]:
    return SaidTurn("user", question.text), since_change(Conversation.of(question.history))


def _together(text: str, carried: list[Carried]) -> str:
    """The question and the words, in the order in which they were said."""
    words = [each.word.text for each in sorted(carried, key=lambda each: each.place)]
    return f"{text} ({' '.join(words)})" if words else text
