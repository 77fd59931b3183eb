"""A written answer in words: each sentence with its verdict, readable without colour."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.answer import Written
from assistant.composing.wording import describe_source, escape, write_abstention, write_answer

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Answer, Citation, Sentence

MARKS = {"supported": "✓", "partly": "◐", "unsupported": "✗"}
_VERDICTS = {
    "supported": "Supported",
    "partly": "Only partly supported",
    "unsupported": "Not supported",
}
_MOST_WORDS = 4
UNCHECKED = "Being written, not checked yet"
QUOTES_BENEATH = "In the articles’ own words:"


def describe_verdict(sentence: Sentence) -> str:
    """ "Not supported: the passages lack “1,430 kilometres”"; the words that decided it."""
    verdict, written = _VERDICTS[sentence.support], sentence.written or Written()
    if sentence.support == "supported":
        said = f"{verdict} by “{_listed(written.found)}”" if written.found else verdict
    elif written.lacking:
        said = f"{verdict}: the passages lack “{_listed(written.lacking)}”"
    else:
        said = f"{verdict}: no passage says this"
    if written.recited:
        said += "; cited by the check"
    return f"{said}; cut off" if written.cut_off else said


def describe_dropped(number: int) -> str:
    """ "2 citations of passages that do not exist were dropped"; empty for none."""
    if not number:
        return ""
    what = "1 citation of a passage" if number == 1 else f"{number} citations of passages"
    verb = "does not exist was" if number == 1 else "do not exist were"
    return f"{what} that {verb} dropped"


def write_written(
    sentences: Sequence[Sentence],
    quotes: Sequence[Sentence],
    citations: Sequence[Citation],
    failure: str | None,
) -> str:
    """The sentences in Markdown, what is doubtful marked, then the words that are cited."""
    beneath = {number for quote in quotes for number in quote.citations}
    cited = {number for each in sentences for number in each.citations}
    parts = [_sentence(each) for each in sentences]
    if failure:
        parts.append(f"({escape(failure)})")
    sources = [_source(each) for each in citations if each.number in cited]
    if sources:
        parts.append("\n".join(sources))
    if quotes:
        kept = [each for each in citations if each.number in beneath]
        parts.append(f"{QUOTES_BENEATH}\n\n{write_answer(quotes, kept)}")
    return "\n\n".join(parts)


def transcribe(answer: Answer, *, whole: bool) -> str:
    """An answer for other programs, in Markdown: each stage begins as the one before it.

    Args:
        whole: whether this is its last stage; only then is there an end to tell.
    """
    parts = [_plainly(each) for each in answer.sentences]
    if whole:
        if answer.failure:
            parts.append(f"({escape(answer.failure)})")
        if answer.abstention:
            parts.append(write_abstention(answer.abstention))
        if answer.quotes:
            parts += [QUOTES_BENEATH, *map(_plainly, answer.quotes)]
    return "\n\n".join(parts)


def _plainly(sentence: Sentence) -> str:
    if sentence.written is not None:
        return _sentence(sentence)
    numbers = "".join(f"[{number}]" for number in sentence.citations)
    doubt = "" if numbers else " (not found in the article: not supported)"
    return f"“{escape(sentence.text)}” {numbers}".strip() + doubt


def _sentence(sentence: Sentence) -> str:
    numbers = "".join(f"[{number}]" for number in sentence.citations)
    words = f"{escape(sentence.text)} {numbers}".strip()
    if sentence.support == "supported" and not (sentence.written and sentence.written.cut_off):
        return words
    return f"{words} ({MARKS[sentence.support]} {escape(describe_verdict(sentence))})"


def _source(citation: Citation) -> str:
    return f"- [{citation.number}] “{escape(citation.quote)}” — {escape(describe_source(citation))}"


def _listed(words: Sequence[str]) -> str:
    return "”, “".join(words[:_MOST_WORDS])
