"""An answer as Markdown, each sentence with its numbers, then the footnotes; a quote to paste.

Articles are data: what would be markup in them is escaped.
"""

from __future__ import annotations

from typing import TYPE_CHECKING
from urllib.parse import quote

from assistant.composing.wording import describe_source, escape, write_abstention
from assistant.writing.written_wording import MARKS, QUOTES_BENEATH, describe_verdict
from web.parts import UNTITLED, leads_to_the_web

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from assistant import Answer, Citation
    from assistant.answer import Sentence

_IN_URLS = ":/?#[]@!$&()*+,;=%~-._"  # what need not be written otherwise there


def write_quote(citation: Citation) -> str:
    """A quote to paste elsewhere, as plain text: its marks, outlet, date and address."""
    about = describe_source(citation)
    parts = [about, "" if about == citation.title else citation.title, citation.url or ""]
    return f"“{' '.join(citation.quote.split())}” — {', '.join(filter(None, parts))}"


def write_footnoted(answer: Answer, authors: Mapping[str, Sequence[str]] | None = None) -> str:
    """An answer: its sentences with [1], then what each number stands for."""
    parts = [escape(answer.lead)] if answer.lead else []
    parts += [_write_sentence(answer, each) for each in answer.sentences]
    if answer.failure:
        parts.append(f"({escape(answer.failure)})")
    if answer.abstention:
        parts.append(write_abstention(answer.abstention))
    if answer.quotes:
        parts.append(QUOTES_BENEATH)
        parts += [_write_sentence(answer, each) for each in answer.quotes]
    for citation in answer.citations:
        parts.append(_write_footnote(citation, (authors or {}).get(citation.article_id, ())))
    return "\n\n".join(parts)


def _write_sentence(answer: Answer, sentence: Sentence) -> str:
    words = escape(sentence.text)
    cited = [each for each in answer.citations if each.number in sentence.citations]
    if any(each.quote == sentence.text for each in cited):
        words = f"“{words}”"
    numbers = "".join(f"[{number}]" for number in sentence.citations)
    checked = sentence.written is not None or sentence.support != "supported"
    verdict = f" ({MARKS[sentence.support]} {escape(describe_verdict(sentence))})"
    return f"{words} {numbers}".strip() + (verdict if checked else "")


def _write_footnote(citation: Citation, authors: Sequence[str]) -> str:
    about, url = describe_source(citation), citation.url or ""
    parts = [
        f"by {escape(', '.join(authors))}" if authors else "",
        "" if about == citation.title else escape(about),
        f"“{escape(citation.title)}”" if citation.title else "",
        f"<{quote(url, safe=_IN_URLS)}>" if leads_to_the_web(url) else escape(url),
    ]
    named = ", ".join(filter(None, parts)) or UNTITLED
    return f"[{citation.number}] {named}: “{escape(citation.quote)}”"
