"""Answers and abstentions in Markdown, for whoever reads `Answer.text`.

Articles are data: nothing in one may become markup, so every word of theirs is escaped.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

import prompts
from assistant.composing.day_words import tell_days
from index import PublicationDate
from index.stories.copies import outlet_of

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Abstention, Citation, Searched, Sentence, Source
    from assistant.composing.composition import Composition

NOTHING_CLEAR = "No passage clearly answers the question."
UNSURE = "I am not sure. These passages come nearest:"
MOST_NAMED = 6
"""Outlets named under one quote; of more, the number tells enough."""

_MARKUP = re.compile(r"([\\`*_\[\]<>~|#!&$])")
_LIST = re.compile(r"^(\d{0,9})([-+=.)])")  # at the start of a line only
_LINK = re.compile(r"(?i)\b(https?|ftp|mailto|www)([:.])")


def write_answer(
    sentences: Sequence[Sentence],
    citations: Sequence[Citation],
    short: str | None = None,
    lead: str = "",
    composed: Composition | None = None,
) -> str:
    """The answer's own words, its short answer in bold, then the quotes: number, outlet and date.

    What failed its check is marked.

    Args:
        composed: what else is told: the articles meant, and the times of a timeline's quotes.
    """
    by_number = {citation.number: citation for citation in citations}
    quotations = [
        "\n".join(_quotation(sentence, [by_number[number] for number in sentence.citations]))
        for sentence in sentences
    ]
    said = [write_lead(lead, short)] if lead or short else []
    if composed and composed.about and not quotations:
        articles = composed.about.articles
        said += ["\n".join(f"- {_source_line(each)}" for each in articles)] if articles else []
    for event in composed.timeline if composed else ():
        for number in event.citations:
            if number <= len(quotations):
                quotations[number - 1] = f"{escape(event.label)}\n\n{quotations[number - 1]}"
    return "\n\n".join(said + quotations)


def write_lead(lead: str, short: str | None) -> str:
    """The answer's own line: the short answer in bold, or its "Yes" or "No"."""
    if short:
        before, _, after = lead.partition(short) if short in lead else ("", "", "")
        return f"{escape(before)}{_space(before)}**{escape(short)}**{_escape_on(after)}".strip()
    if verdict := re.match(r"(?:Yes|No)\b", lead):
        return f"**{verdict.group()}**{_escape_on(lead[verdict.end() :])}"
    return escape(lead)


def write_abstention(abstention: Abstention) -> str:
    """That it is not sure, with the nearest passages; or that there is no answer, and why.

    From the templates `unsure.md` and `abstention.md`.
    """
    searched = _scope(abstention.searched)
    if abstention.unsure:
        passages = "\n\n".join(
            f"> {escape(each.quote)}\n> — {escape(describe_source(each))}"
            for each in abstention.nearest
            if each.quote
        )
        told = prompts.load("unsure").format(nearest=passages, searched=searched).strip()
        return told.replace(UNSURE, describe_outcome(abstention))
    nearest = "; ".join(map(_source_line, abstention.nearest))
    return (
        prompts.load("abstention")
        .format(
            reason=abstention.reason,
            searched=searched,
            nearest=f"Nearest: {nearest}." if nearest else "",
        )
        .strip()
    )


def describe_outcome(abstention: Abstention) -> str:
    """The first line of an abstention: whether it is unsure, or found nothing."""
    if not abstention.unsure:
        return f"I found no answer. {abstention.reason}"
    return UNSURE if abstention.reason == NOTHING_CLEAR else abstention.reason


def describe_source(source: Source) -> str:
    """ "Bloomberg, 16 Apr 2019", as much of it as is known; the title where neither is."""
    day = PublicationDate(source.published).label if source.published else None
    return ", ".join(filter(None, [source.publisher, day])) or source.title


def elsewhere(citation: Citation) -> dict[str, Source]:
    """The other outlets that printed the quoted words, by name, each with its article.

    An article of unknown outlet is named by its host; one that has none is left out, since it may
    be of any outlet, of the one cited too.
    """
    others: dict[str, Source] = {}
    seen = {_outlet(citation).casefold(), ""}
    for each in citation.copies:
        name = _outlet(each)
        if name.casefold() not in seen:
            seen.add(name.casefold())
            others[name] = each
    return others


def count_outlets(citation: Citation) -> str:
    """ "3 outlets, 1 story", with the one cited."""
    return f"{count(1 + len(elsewhere(citation)), 'outlet')}, 1 story"


def also_in(citation: Citation) -> str:
    """ "Also in: Outlet B, Outlet C (3 outlets, 1 story)"; empty when no other outlet is known."""
    others = list(elsewhere(citation))
    if not others:
        return ""
    named = ", ".join(others[:MOST_NAMED])
    rest = f" and {len(others) - MOST_NAMED} more" if len(others) > MOST_NAMED else ""
    return f"Also in: {named}{rest} ({count_outlets(citation)})"


def count(number: int, noun: str, several: str = "") -> str:
    """ "1 article", "1,200 articles"; `several` where the plural is not the noun with an s."""
    return f"{number:,} {noun if number == 1 else several or f'{noun}s'}"


def escape(text: str) -> str:
    """The words on one line, with nothing in them that is Markdown, HTML or a link."""
    escaped = _MARKUP.sub(r"\\\1", " ".join(text.split()))
    escaped = _LIST.sub(r"\1\\\2", escaped)
    # A word joiner keeps renderers from making links.
    return _LINK.sub("\\1\u2060\\2", escaped).replace("@", "\u2060@")


def _space(text: str) -> str:
    return " " if text.endswith(" ") else ""


def _escape_on(text: str) -> str:
    """What goes on in a line: its first space is kept."""
    return (" " if text.startswith(" ") else "") + escape(text)


def _quotation(sentence: Sentence, citations: Sequence[Citation]) -> list[str]:
    words = escape(" ".join(sentence.text.split()))
    if not citations:
        return [f"> {words}", "> (not found in the article: not supported)"]
    numbers = "".join(f"[{citation.number}]" for citation in citations)
    sources = "; ".join(escape(describe_source(citation)) for citation in citations)
    days = "; ".join(filter(None, (tell_days(c.quote, c.published) for c in citations)))
    sources += f" ({escape(days)})" if days else ""
    copies = [f"> {escape(said)}" for said in map(also_in, citations) if said]
    return [f"> {words} {numbers}", f"> — {sources}", *copies]


def _outlet(source: Source) -> str:
    """The outlet, else the host of the address; empty when neither is known."""
    return source.publisher or outlet_of(None, source.url) or ""


def _scope(searched: Searched) -> str:
    days = _range(searched.first_day, searched.last_day)
    outlets = " or ".join(map(escape, searched.publishers))
    asked = _range(searched.since, searched.until) if searched.since or searched.until else ""
    parts = [
        count(searched.articles, "article"),
        f"published {days}" if days and searched.articles else "",
        "chosen one by one" if searched.article_ids else "",
        f"in {outlets}" if outlets else "",
        f"within the dates asked for ({asked})" if asked else "",
    ]
    return ", ".join(filter(None, parts))


def _range(first: object, last: object) -> str:
    days = [PublicationDate(str(day)).label if day else "" for day in (first, last)]
    if days[0] == days[1]:
        return days[0]
    if not days[1]:
        return f"from {days[0]} on"
    return f"up to {days[1]}" if not days[0] else f"{days[0]} to {days[1]}"


def _source_line(source: Source) -> str:
    line = escape(source.title) or "an article without a title"
    about = describe_source(source)
    return line if about == source.title else f"{line} ({escape(about)})"
