"""How well news questions are answered over a large index, beside the plain pipeline.

    python -m benchmarks.news DATA [--limit N] [--month 2022-06] [--json]
                              [--home FOLDER] [--all-articles]

DATA is a folder of RealTime QA (`benchmarks/realtimeqa.py` says what is in it). All its articles go
into one index; each open question is asked as of its own day. With `--limit`, N questions drawn
with a fixed seed, and only the articles listed for them, unless `--all-articles` is given.

What `--json` prints: "ours", "ours_always" (with a threshold of 0, so that it hardly ever abstains;
what has been published for language models never abstains either) and "plain", each with

- quote_hit: the share of questions for which a displayed quote contains a right answer's words,
  of those questions of which an article is known that contains them ("quote_hit_questions");
- em, f1: SQuAD's, over all questions, of the short answer where there is one, else of the first
  quote; an abstention counts as an empty answer;
- answered: the share answered;
- median_ms, p95_ms: wall time of one warm answer (not for "ours_always");
- rss_mb: peak resident set, in MiB, of the process that answered, which embedded no article
  (not for "ours_always");

"by_month" and "plain_by_month" (quote_hit, em, f1 and questions), "questions", "articles"
(indexed), "skipped" (articles with nothing in them), "chunks" (of the plain pipeline) and
"threshold".

Typographic quotation marks are no punctuation to SQuAD's normalisation: an answer that comes in
them is found only where an article prints them too.
"""

from __future__ import annotations

import resource
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any, Protocol

import numpy as np

from assistant.reading.model_reader import THRESHOLD
from benchmarks.command import ending_on_errors, figures_table, progress_bars, show
from benchmarks.parts import choose, job_parser, run_all_parts, run_part
from benchmarks.realtimeqa import read_questions
from benchmarks.scores import Figures, holds, mean, mean_exact_match, mean_f1

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from rich.table import Table

    from assistant import Answer
    from benchmarks.parts import Job
    from benchmarks.realtimeqa import NewsQuestion

_ROWS = {"ours": "ours", "ours, always": "ours_always", "plain": "plain"}
_COLUMNS = {
    "quote_hit": "quote hit %",
    "em": "EM %",
    "f1": "F1 %",
    "answered": "answered %",
    "median_ms": "median ms",
    "p95_ms": "p95 ms",
    "rss_mb": "peak MiB",
}
_MONTHLY = {"quote_hit": "quote hit %", "em": "EM %", "f1": "F1 %", "questions": "questions"}


class Answers(Protocol):
    """What answers questions: an `Assistant`."""

    def answer(self, question: str, *, as_of: date) -> Answer:
        """The answer as of a day."""


@dataclass(frozen=True, slots=True)
class Reply:
    """What was answered: quotes displayed, none for an abstention, and the short answer."""

    quotes: tuple[str, ...] = ()
    short: str = ""


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    arguments = job_parser(__doc__.splitlines()[0]).parse_args(argv)
    with ending_on_errors():
        questions = choose(read_questions(arguments.data), arguments)
        if arguments.part:
            run_part(questions, arguments, {"ours": ours, "plain": plain})
            return
        found = run_all_parts("benchmarks.news", arguments)
    result: dict[str, Any] = {
        **found["ours"],
        **found["plain"],
        **found["index"],
        **found["embed"],
        "questions": len(questions),
        "quote_hit_questions": sum(bool(question.answering) for question in questions),
        "threshold": THRESHOLD,
    }
    tables: list[Table | str] = [
        figures_table({row: result[key] for row, key in _ROWS.items()}, _COLUMNS),
        figures_table(result["by_month"], _MONTHLY, "ours"),
        figures_table(result["plain_by_month"], _MONTHLY, "plain"),
        f"{len(questions)} questions, {result['quote_hit_questions']} of them for the quote hit; "
        f"{result['articles']:,} articles indexed, {result['skipped']} skipped; "
        f"threshold {THRESHOLD}",
    ]
    show(result, tables, as_json=arguments.json)


def ours(job: Job) -> dict[str, Any]:
    """Dateline's figures over the index that the job's home keeps."""
    from benchmarks.systems import Ours

    dateline = Ours.over(job.home)
    shipped = dateline.assistant()
    shipped.warm_up()
    replies, took = ask(job.questions, lambda question: reply(shipped, question), "Asking ours")
    measured = {**figures(job.questions, replies), **took, "rss_mb": peak_rss()}
    always = dateline.assistant(threshold=0.0)
    without_threshold, _ = ask(
        job.questions, lambda question: reply(always, question), "Asking ours, always"
    )
    return {
        "ours": measured,
        "ours_always": figures(job.questions, without_threshold),
        "by_month": by_month(job.questions, replies),
    }


def plain(job: Job) -> dict[str, Any]:
    """The plain pipeline's figures; its vectors come from the job's home."""
    from benchmarks.systems import Plain

    pipeline = Plain.over(job.corpus, job.home)

    def nearest(question: NewsQuestion) -> Reply:
        found = pipeline.nearest(question.text)
        return Reply((found.sentence,), found.sentence) if found else Reply()

    replies, took = ask(job.questions, nearest, "Asking plain")
    return {
        "plain": {**figures(job.questions, replies), **took, "rss_mb": peak_rss()},
        "plain_by_month": by_month(job.questions, replies),
    }


def reply(assistant: Answers, question: NewsQuestion) -> Reply:
    """What the assistant says to a question as of its day."""
    answer = assistant.answer(question.text, as_of=question.asked)
    quotes = tuple(citation.quote for citation in answer.citations)
    if not answer.answered or not quotes:
        return Reply()
    return Reply(quotes, quotes[0] if answer.short is None else answer.short)


def ask(
    questions: Sequence[NewsQuestion], answer: Callable[[NewsQuestion], Reply], label: str
) -> tuple[list[Reply], dict[str, float]]:
    """The replies to all questions, and median_ms and p95_ms; the first is asked twice, to warm."""
    replies, times = [], []
    answer(questions[0])
    with progress_bars() as progress:
        for question in progress.track(questions, description=label):
            began = perf_counter()
            replies.append(answer(question))
            times.append(1000 * (perf_counter() - began))
    median, late = np.percentile(times, [50, 95])
    return replies, {"median_ms": float(median), "p95_ms": float(late)}


def figures(questions: Sequence[NewsQuestion], replies: Sequence[Reply]) -> Figures:
    """quote_hit, em, f1 and answered."""
    said = [each.short for each in replies]
    gold = [question.answers for question in questions]
    return {
        "quote_hit": mean(
            holds(each.quotes, question.answers)
            for question, each in zip(questions, replies, strict=True)
            if question.answering
        ),
        "em": mean_exact_match(said, gold),
        "f1": mean_f1(said, gold),
        "answered": mean(bool(each.quotes) for each in replies),
    }


def by_month(
    questions: Sequence[NewsQuestion], replies: Sequence[Reply]
) -> dict[str, dict[str, float | None]]:
    """The figures of each month's questions, and how many those are."""
    found = {}
    for month in sorted({question.month for question in questions}):
        pairs = [
            (question, each)
            for question, each in zip(questions, replies, strict=True)
            if question.month == month
        ]
        measured = figures([question for question, _ in pairs], [each for _, each in pairs])
        del measured["answered"]
        found[month] = {**measured, "questions": len(pairs)}
    return found


def peak_rss() -> float:
    """The most memory that this process has held so far, in MiB; Linux counts it in KiB."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


if __name__ == "__main__":
    main()
