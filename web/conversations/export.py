"""Files to take away: a conversation as Markdown or JSON, judged answers as a test set."""

from __future__ import annotations

import json
import re
import unicodedata
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.composing.wording import escape
from web.article_panel import find_article
from web.chat.answer_text import write_footnoted
from web.chat.conversation_html import history

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from assistant import Answer, Assistant
    from web.conversations.kept_turns import Conversation, KeptTurn

_LONGEST_STEM = 60
_THOUGHT = {"up": "Marked as helpful", "down": "Marked as wrong"}


class Download(NamedTuple):
    """A file, made in the browser from its text."""

    name: str
    media_type: str
    text: str


def export_markdown(conversation: Conversation, assistant: Assistant) -> Download:
    """One conversation, to be read."""
    text = write_conversation(conversation, _authors(conversation.turns, assistant))
    return Download(f"{_stem(conversation.name)}.md", "text/markdown", text)


def export_json(conversation: Conversation, assistant: Assistant) -> Download:
    """One conversation, whole: each `answer` in it is an `assistant.Answer` in JSON.

    `authors` stand beside it, by article id, where the index knows them still.
    """
    turns = [
        turn.model_dump(mode="json") | {"authors": _authors([turn], assistant)}
        for turn in conversation.turns
    ]
    whole = {"name": conversation.name, "changed": conversation.changed, "turns": turns}
    text = json.dumps(whole, ensure_ascii=False, indent=2) + "\n"
    return Download(f"{_stem(conversation.name)}.json", "application/json", text)


def export_test_set(conversations: Iterable[Conversation]) -> Download:
    """Each judged answer as a line: what was asked, what came, what was thought of it."""
    lines = [
        json.dumps(_case(conversation.turns[:number], turn, turn.answer), ensure_ascii=False)
        for conversation in conversations
        for number, turn in enumerate(conversation.turns)
        if turn.verdict and turn.answer
    ]
    return Download("dateline-judged.jsonl", "application/jsonl", "".join(f"{x}\n" for x in lines))


def write_conversation(conversation: Conversation, authors: Mapping[str, Sequence[str]]) -> str:
    """The whole conversation, a heading for each question.

    Args:
        authors: those known, by article id.
    """
    parts = [f"# {escape(conversation.name)}"]
    for turn in conversation.turns:
        parts += [f"## {escape(turn.question)}", *_write_turn(turn, authors)]
    return "\n\n".join(parts) + "\n"


def _write_turn(turn: KeptTurn, authors: Mapping[str, Sequence[str]]) -> list[str]:
    parts = [_write_scope(turn)]
    if turn.answer:
        parts.append(write_footnoted(turn.answer, authors))
    if turn.error:
        parts.append(escape(turn.error))
    if turn.verdict:
        note = f": {escape(turn.note)}" if turn.note.strip() else ""
        parts.append(f"({_THOUGHT[turn.verdict]}{note})")
    return [part for part in parts if part]


def _write_scope(turn: KeptTurn) -> str:
    said = [f"Asked {turn.when[:16].replace('T', ' ')}"] if turn.when else []
    for name, value in turn.filters.items():
        shown = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
        said.append(f"{name} {shown}")
    return f"({escape('; '.join(said))})" if said else ""


def _case(before: Sequence[KeptTurn], turn: KeptTurn, answer: Answer) -> dict[str, Any]:
    return {
        "question": turn.question,
        "filters": turn.filters,
        "as_of": turn.when[:10] or None,
        "history": history([each.turn() for each in before]),
        "expected": {
            "answered": answer.answered,
            "short": answer.short,
            "citations": [
                each.model_dump(include={"article_id", "quote", "start", "end"})
                for each in answer.citations
            ],
        },
        "verdict": turn.verdict,
        "note": turn.note,
    }


def _authors(turns: Iterable[KeptTurn], assistant: Assistant) -> Mapping[str, Sequence[str]]:
    cited = (each.article_id for turn in turns if turn.answer for each in turn.answer.citations)
    pages = {each: find_article(assistant, each) for each in dict.fromkeys(cited)}
    return {each: page.authors for each, page in pages.items() if page and page.authors}


def _stem(name: str) -> str:
    """A file name's beginning: letters and digits that every system takes."""
    plain = unicodedata.normalize("NFKC", name)
    words = "-".join(re.findall(r"[^\W_]+", plain))[:_LONGEST_STEM].strip("-").lower()
    return f"dateline-{words or 'conversation'}"
