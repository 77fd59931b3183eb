"""Whether a question goes on from what was said, and from where on that counts.

What was said before the conversation turned to something else is not meant any more.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.followup.standing import chance_by_signs, leans, refers

if TYPE_CHECKING:
    from assistant.followup.conversation import Conversation, Said

_MANY_WORDS = 4  # that mean something; fewer are often what is left out of a follow-up


def changes_topic(question: Said, conversation: Conversation) -> bool:
    """Whether the question has nothing in common with what was said, and says what it is about.

    It says so with a name, or with many words; and no word of it points back.
    """
    if leans(question.text) or question.keys & conversation.keys:
        return False
    return any(word.named for word in question.content) or len(question.keys) >= _MANY_WORDS


def settled(question: Said, conversation: Conversation) -> float | None:
    """The chance that the question stands alone, where it is plain; None where signs must tell."""
    if not conversation.asked or changes_topic(question, conversation):
        return 1.0
    return 0.0 if refers(question.text, conversation) else None


def chance_alone(question: Said, conversation: Conversation) -> float:
    """How likely the question can be understood without the conversation, 0 to 1."""
    plain = settled(question, conversation)
    return chance_by_signs(question, conversation) if plain is None else plain


def since_change(conversation: Conversation) -> Conversation:
    """The conversation from the question on that changed its topic last; all of it if none did."""
    begin = 0
    for number, turn in enumerate(conversation.turns):
        before = replace(conversation, turns=conversation.turns[begin:number])
        asks = turn.role == "user" and not turn.is_topic
        if asks and before.asked and changes_topic(turn, before):
            begin = number
    return replace(conversation, turns=conversation.turns[begin:])
