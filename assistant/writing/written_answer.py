"""Passages into a written answer: each sentence checked when finished, quotes where it fails."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from time import perf_counter
from typing import TYPE_CHECKING

import sentencex

from assistant.answer import Answer, Citation, Sentence, Written
from assistant.composing.wording import escape, write_answer
from assistant.judging import Claim, Given, SentenceCheck, check_quotes, check_short
from assistant.reading.reader import Quote
from assistant.work import Survey, Work, abstain
from assistant.writing.chat_model import ChatModelError
from assistant.writing.left_out import hidden_values, missing_speaker, notes_for
from assistant.writing.writer import ChatWriter, without_invisible
from assistant.writing.written_wording import write_written

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from assistant.answer import Support
    from assistant.judging.meaning import Encode
    from assistant.judging.sentences import Checked
    from assistant.writing.writer import Writer
    from index import Hit

NO_ANSWER = "NO ANSWER"
"""What the model is to write when no passage answers."""

_TELLING = 12  # characters
_LONGEST = 1_200  # characters of one sentence; what has no end is cut
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|and|[-–])\s*(?:passages?\s*)?\d{1,3})*"
_MARK = re.compile(
    rf"(?:(?<!\s)\s+)?(?:[\[【]\s*(?:passages?\s*|sources?\s*|\^)?({_NUMBERS})\s*[\]】]"
    rf"|\((?:passages?|sources?)\s*({_NUMBERS})\))",  # "(47)" alone may be an age
    re.IGNORECASE,
)
_ONLY_MARKS = re.compile(rf"(?:{_MARK.pattern})+[.\s]*", re.IGNORECASE)
_EMPHASIS = re.compile(
    r"\*{1,3}|_{2,3}|`+|^[^\S\n]*(?:#{1,6}|[-*+•]|>|\d{1,2}[.)])\s+", re.MULTILINE
)
_MOST_IN_RANGE = 20
_MOST_PASSAGES = 8
_DECLINED = "The chat model found no answer in the passages."
_UNSUPPORTED = "The chat model wrote nothing that the passages support."


class Sentences:
    """Collects what a model writes and gives its sentences as they are finished.

    A sentence is finished once the next one has begun, since its citation may follow its full stop.

    Attributes:
        draft: what has been written since the last finished sentence, in plain words.
    """

    def __init__(self) -> None:
        self._rest = ""

    @property
    def draft(self) -> str:
        """The sentence that is being written."""
        return plain(_MARK.sub("", self._rest))

    def feed(self, text: str) -> Iterator[Claim]:
        """Take in more text; gives the sentences that it finishes."""
        if not text.strip() and (not self._rest or self._rest[-1:].isspace()):
            # More white space: some small models write it for ever.
            if "\n" not in text or self._rest[-1:] in {"", "\n"}:
                return
            self._rest = self._rest.rstrip()
            text = "\n"
        self._rest += text
        *finished, rest = _cut(self._rest)
        held = bool(finished) and len(rest) < _TELLING and len(finished[-1]) <= _LONGEST
        if held and not finished[-1].endswith("\n"):
            rest = finished.pop() + rest  # "Mr. H": too little to tell a new sentence by
        self._rest = rest
        yield from map(_claim, filter(_says_something, finished))

    def close(self) -> list[Claim]:
        """What is left: the last sentence, and one before it that was held back."""
        rest, self._rest = self._rest, ""
        return [_claim(part) for part in _cut(rest) if _says_something(part)]


def plain(text: str) -> str:
    """The words alone, on one line: no emphasis, list or heading marks, nothing invisible."""
    return without_invisible(_EMPHASIS.sub("", text))


def _cut(text: str) -> list[str]:
    """Sentences, the last of them perhaps unfinished; marks go with the sentence before."""
    parts: list[str] = []
    for line in text.splitlines(keepends=True):
        marks = _EMPHASIS.match(line)
        opening = line[: marks.end()] if marks else ""  # "1. " is no sentence
        bounds = sentencex.get_sentence_boundaries("en", line[len(opening) :])
        cut = [
            line[len(opening) + each["start_index"] : len(opening) + each["end_index"]]
            for each in bounds
        ] or [line[len(opening) :]]
        cut[0] = opening + cut[0]
        parts += cut
    kept: list[str] = []
    for part in parts:
        if kept and (not _says_something(part) or _ONLY_MARKS.fullmatch(part.strip())):
            kept[-1] += part
            continue
        mark = re.match(rf"(?:{_MARK.pattern})+[.]?", part, re.IGNORECASE)
        if kept and mark and not kept[-1].endswith("\n"):
            kept[-1] += mark.group()
            part = part[mark.end() :]
        kept.append(part)
    if kept and kept[-1].endswith("\n") and _says_something(kept[-1]):
        kept.append("")  # a line break ends a sentence
    if kept and len(kept[-1]) > _LONGEST:
        kept.append("")
    return kept or [""]


def _says_something(text: str) -> bool:
    return any(each.isalnum() for each in _MARK.sub("", text))


def _claim(text: str) -> Claim:
    cited = tuple(
        dict.fromkeys(n for mark in _MARK.finditer(text) for n in _numbers(mark[1] or mark[2]))
    )
    words = re.sub(r"(?<!\s)\s+([.,;:!?])", r"\1", plain(_MARK.sub("", text)))
    return Claim(words, cited)


def _numbers(listed: str) -> Iterator[int]:
    for part in re.split(r",|;|and", re.sub(r"(?i)passages?", "", listed)):
        ends = [int(each) for each in re.findall(r"\d+", part)]
        if len(ends) == 2 and 0 <= ends[1] - ends[0] <= _MOST_IN_RANGE:
            yield from range(ends[0], ends[1] + 1)
        else:
            yield from ends


@dataclass
class _Page:
    """A written answer while it grows."""

    work: Work
    writer: str
    given: dict[int, Given]
    began: float = field(default_factory=perf_counter)
    sentences: list[Sentence] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    quotes: tuple[Sentence, ...] = ()
    dropped: int = 0
    checked: float = 0.0

    def add(self, claim: Claim, result: Checked, *, cut_off: bool) -> None:
        """A written sentence with its verdict and what it rests on."""
        numbers = [
            self._cite(Quote(each.article, each.start, each.end, each.text, result.chance, copies))
            for each in result.said
            for copies in [self.given[each.passage].hit.copies]
        ]
        cited = tuple(dict.fromkeys(number for number in numbers if number))
        self.dropped += result.dropped
        support: Support = result.support if cited else "unsupported"
        lacking = result.lacking
        if support == "supported" and (who := missing_speaker(claim.text, result.said, self.given)):
            support, lacking = "partly", (*lacking, who)
        self.sentences.append(
            Sentence(
                text=claim.text,
                citations=cited,
                support=support,
                written=Written(
                    found=result.found,
                    lacking=lacking,
                    recited=result.recited,
                    cut_off=cut_off,
                ),
            )
        )

    def mark_hidden(self) -> None:
        """Mark the sentences that give one source's figure where another's is left out."""
        texts = [each.text for each in self.sentences]
        for place, values in hidden_values(texts, self.work.composition).items():
            sentence = self.sentences[place]
            written = sentence.written or Written()
            told = written.model_copy(update={"lacking": (*written.lacking, *values)})
            support: Support = "unsupported" if sentence.support == "unsupported" else "partly"
            self.sentences[place] = sentence.model_copy(
                update={"support": support, "written": told}
            )

    def quote(self, quotes: Sequence[Quote]) -> None:
        """Put the articles' own sentences beneath; one that does not stand is left out."""
        cited = [(quote.text, self._cite(quote)) for quote in quotes]
        self.quotes = tuple(
            Sentence(text=text, citations=(number,), support="supported")
            for text, number in cited
            if number
        )

    def _cite(self, quote: Quote) -> int | None:
        """The number of these words, a new one where they are not cited yet."""
        for known in self.citations:
            place = (known.article_id, known.start, known.end)
            if place == (quote.article.id, quote.start, quote.end):
                return known.number
        ((_, citation),) = check_quotes([quote])
        if citation is None:
            return None
        number = len(self.citations) + 1
        self.citations.append(citation.model_copy(update={"number": number}))
        return number

    def stage(self, *, draft: str = "", failure: str | None = None) -> Answer:
        """All of it so far."""
        spent = (perf_counter() - self.began) * 1000
        took = self.work.timings | {"write": spent - self.checked, "check": self.checked}
        return Answer(
            question=self.work.question.text,
            standalone_question=self.work.standalone,
            answered=True,
            text=write_written(self.sentences, self.quotes, self.citations, failure),
            sentences=tuple(self.sentences),
            quotes=self.quotes,
            draft=draft,
            failure=failure,
            dropped_citations=self.dropped,
            citations=tuple(self.citations),
            timings=took | {"total": sum(took.values())},
            model=self.writer,
        )


def compose(
    work: Work, writer: Writer, reader: str, encode: Encode | None, survey: Survey
) -> Iterator[Answer]:
    """A written answer as it grows: each stage holds all sentences of the one before.

    Args:
        reader: what read the quotes, which stand in when the writer fails.
        encode: sentences to vectors, for the check.
    """
    given = {n: Given(n, hit) for n, hit in enumerate(_passages(work), start=1)}
    page = _Page(work, writer.name, given)
    if not given:
        yield abstain(page.stage(), work, survey)
        return
    check = SentenceCheck(list(given.values()), encode)
    writing, declined, failure = Sentences(), False, None

    def add(claim: Claim, *, cut_off: bool = False) -> bool:
        if claim.text.strip(" .").upper() == NO_ANSWER:
            return True
        began = perf_counter()
        page.add(claim, check.check(claim), cut_off=cut_off)
        page.checked += (perf_counter() - began) * 1000
        return False

    page.quote(work.composition.quotes or work.reading.quotes)
    if page.quotes:
        yield page.stage()  # nobody waits for the model to read what the articles say
    hits = [each.hit for each in given.values()]
    try:
        for text in _write(writer, work, hits):
            for claim in writing.feed(text):
                declined |= add(claim)
                yield page.stage()
            if writing.draft and not NO_ANSWER.startswith(writing.draft.upper()):
                yield page.stage(draft=writing.draft)
    except ChatModelError as error:
        failure = str(error)
    left = writing.close()
    for claim in left:
        declined |= add(claim, cut_off=failure is not None and claim is left[-1])
    yield _end(page, survey, reader, declined=declined, failure=failure)


def _write(writer: Writer, work: Work, hits: Sequence[Hit]) -> Iterator[str]:
    """What the writer writes; Dateline's own gets an editor's notes too."""
    asked, today = work.standalone, work.question.as_of
    if isinstance(writer, ChatWriter):
        return writer.write(asked, hits, today, notes=notes_for(work.composition))
    return writer.write(asked, hits, today)


def _end(
    page: _Page, survey: Survey, reader: str, *, declined: bool, failure: str | None
) -> Answer:
    """The whole answer, with the quotes where the writer's sentences do not suffice."""
    work = page.work
    page.mark_hidden()
    holds = any(each.support != "unsupported" for each in page.sentences)
    answer = page.stage(failure=failure)
    if failure is not None and not page.sentences and page.quotes:
        return _stand_in(answer, work, reader)
    if holds:
        return answer
    if failure is not None:
        reason = "" if not page.sentences else _UNSUPPORTED
    else:
        reason = _DECLINED if declined and not page.sentences else _UNSUPPORTED
    declined_answer = abstain(answer, work, survey, reason)
    text = f"{declined_answer.text}\n\n{answer.text}".strip()
    return declined_answer.model_copy(update={"sentences": answer.sentences, "text": text})


def _stand_in(answer: Answer, work: Work, reader: str) -> Answer:
    """The quotes as the answer, as they are without a chat model."""
    composed, quotes = work.composition, answer.quotes
    short = check_short(composed.short, answer.citations)
    lead = composed.lead if short or not composed.short else ""
    failure = f"({escape(answer.failure or '')})"
    return answer.model_copy(
        update={
            "sentences": quotes,
            "quotes": (),
            "short": short,
            "lead": lead,
            "text": f"{write_answer(quotes, answer.citations, short, lead)}\n\n{failure}",
            "model": reader,
        }
    )


def _passages(work: Work) -> list[Hit]:
    """The passages to write from: those that the quotes stand in, then the best of the rest."""

    def quoted(hit: Hit) -> bool:
        return any(
            quote.article.id == hit.article.id
            and hit.passage.start <= quote.start < hit.passage.end
            for quote in work.reading.quotes
        )

    return sorted(work.hits, key=lambda hit: not quoted(hit))[:_MOST_PASSAGES]
