"""What stands around quoted words: shown where a citation is pointed at or has the focus."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from markupsafe import Markup

from web.parts import show_about_source

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant import Assistant
    from assistant.answer import Citation

_AROUND = 150  # characters on either side: enough to see what is spoken of
_LONGEST = 420  # of the quoted words


@dataclass(frozen=True, slots=True)
class Around:
    """The words before and after a quote; an ellipsis where the article goes on."""

    before: str = ""
    after: str = ""


def look_around(
    assistant: Assistant, citations: Sequence[Citation], known: Mapping[int, Around]
) -> dict[int, Around]:
    """By the number of each citation, what stands around its words in the article, by offsets.

    Args:
        known: what was looked up before.
    """
    found = dict(known)
    for citation in citations:
        if citation.number not in found:
            article = assistant.index.article(citation.article_id)
            text = getattr(article, citation.field) if article else ""
            if text[citation.start : citation.end] == citation.quote:
                found[citation.number] = Around(
                    _before(text, citation.start), _after(text, citation.end)
                )
    return found


def show_passage(turn: int, citation: Citation, around: Around | None) -> Markup:
    """The quote in its surroundings, with outlet and date; its citation brings it up."""
    said = citation.quote if len(citation.quote) <= _LONGEST else f"{citation.quote[:_LONGEST]}…"
    beside = around or Around()
    return Markup(
        '<div class="dl-passage" role="tooltip" popover="manual" id="{}">'
        '<p class="dl-passage-text" dir="auto">{}<strong>{}</strong>{}</p>'
        '<p class="dl-passage-from" dir="auto">{}</p></div>'
    ).format(
        passage_id(turn, citation.number),
        beside.before,
        " ".join(said.split()),
        beside.after,
        show_about_source(citation),
    )


def passage_id(turn: int, number: int) -> str:
    """What the passage of a citation is called in the page."""
    return f"turn-{turn}-passage-{number}"


def _before(text: str, start: int) -> str:
    first = max(0, start - _AROUND)
    words = text[first:start]
    if first:  # from a whole word on
        words = f"…{words[words.find(' ') :]}" if " " in words else "…"
    return _fold(words)


def _after(text: str, end: int) -> str:
    words = text[end : end + _AROUND]
    if end + _AROUND < len(text):
        words = f"{words[: words.rfind(' ')]} …" if " " in words else "…"
    return _fold(words)


def _fold(words: str) -> str:
    """White space folded, with what separates the words from the quote kept."""
    folded = " ".join(words.split())
    return f"{' ' if words[:1].isspace() else ''}{folded}{' ' if words[-1:].isspace() else ''}"
