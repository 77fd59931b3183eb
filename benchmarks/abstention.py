"""How well it declines what no article answers, beside the plain pipeline.

    python -m benchmarks.abstention DATA [--limit N] [--month 2022-06] [--json]
                                    [--home FOLDER] [--all-articles]

DATA, the index and the options are those of `benchmarks.news`. Each open question of which an
article is known that contains the answer is asked as of its day, with a threshold of 0: over
everything, and with the articles that bear its answer taken out of what the search may return
(`benchmarks/removal.py`): every article indexed that contains a right answer's words, and the one
that the quiz's editor linked. An answer's score is its best citation's, 0 for an abstention; an
answer is right when a displayed quote contains a right answer's words. An article that answers in
other words is left in ("six" for "6"), so that not every answer after the removal is a mistake.

The data lists the articles with the answer's words among those that a web search gave for that one
question. Over all articles these are not all that answer: those found for the week's other
questions do so too. With only the listed ones removed, most of the surest answers are right ones.
That measure is given as well: declined_listed and auroc_listed.

What `--json` prints: "ours" and "plain", each with

- declined: after the removal, the share that score below the shipped threshold;
- kept: of the right answers over everything, the share that reach it;
- auroc: area under the ROC curve of the score, the right answers over everything against all
  answers after the removal; auroc_all: all answers over everything against the same;
- declined_listed, auroc_listed: declined and auroc with the listed articles alone removed;
- right: the share of right answers over everything;

"questions", "threshold", "articles" (indexed), "skipped", "chunks", "removed" (the median count of
articles removed for a question), and "by_threshold", which tells what other thresholds would do: a
description, from which no threshold is to be chosen.

The plain pipeline has no threshold: it never declines. Its score is the cosine of its nearest chunk
for auroc and auroc_all, and of its nearest sentence for sentence_auroc and sentence_auroc_all.
"""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Any

from sklearn.metrics import roc_auc_score

from assistant.reading.model_reader import THRESHOLD
from benchmarks.command import ending_on_errors, figures_table, progress_bars, show
from benchmarks.parts import choose, job_parser, run_all_parts, run_part
from benchmarks.realtimeqa import read_questions
from benchmarks.removal import answer_bearing
from benchmarks.scores import Figures, holds, mean

if TYPE_CHECKING:
    from collections.abc import Sequence

    from rich.table import Table

    from assistant import Answer
    from benchmarks.parts import Job

_THRESHOLDS = (0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5, 0.55, 0.6)
_LEAST_COSINE = -1.0  # the score of the plain pipeline where no chunk is left
_RATES = {"declined": "declined %", "kept": "kept %"}
_COLUMNS = {
    **_RATES,
    "auroc": "AUROC",
    "auroc_all": "AUROC, all",
    "right": "right %",
    "declined_listed": "declined, listed removed %",
    "auroc_listed": "AUROC, listed removed",
}


@dataclass(frozen=True, slots=True)
class Asked:
    """One question asked with and without its articles: whether and how surely it was answered.

    Attributes:
        right: whether the answer over everything is right.
        score: of the answer over everything.
        score_without: of the answer after the removal.
        score_without_listed: of the answer when the listed articles alone are removed.
    """

    right: bool
    score: float
    score_without: float
    score_without_listed: float


def main(argv: Sequence[str] | None = None) -> None:
    """Measure and print."""
    arguments = job_parser(__doc__.splitlines()[0]).parse_args(argv)
    with ending_on_errors():
        questions = choose([q for q in read_questions(arguments.data) if q.answering], arguments)
        if arguments.part:
            run_part(questions, arguments, {"ours": ours, "plain": plain})
            return
        found = run_all_parts("benchmarks.abstention", arguments)
    result: dict[str, Any] = {
        **found["ours"],
        **found["plain"],
        **found["index"],
        **found["embed"],
        "questions": len(questions),
        "threshold": THRESHOLD,
    }
    thresholds = {f"{each['threshold']:.2f}": each for each in result["by_threshold"]}
    tables: list[Table | str] = [
        figures_table({name: result[name] for name in ("ours", "plain")}, _COLUMNS),
        "What other thresholds would do: a description, not a tuning",
        figures_table(thresholds, _RATES, "threshold"),
        f"{len(questions)} questions; {result['articles']:,} articles indexed, "
        f"{result['skipped']} skipped; threshold {THRESHOLD}",
    ]
    show(result, tables, as_json=arguments.json)


def ours(job: Job) -> dict[str, Any]:
    """Dateline's figures over the index that the job's home keeps."""
    from benchmarks.systems import Ours

    dateline = Ours.over(job.home)
    over_everything = dateline.assistant(threshold=0.0)
    bearing = answer_bearing(job.corpus, job.questions)
    asked = []
    with progress_bars() as progress:
        for question in progress.track(job.questions, description="Asking ours"):
            answer, other, listed = (
                assistant.answer(question.text, as_of=question.asked)
                for assistant in (
                    over_everything,
                    dateline.assistant(threshold=0.0, without=bearing[question.id]),
                    dateline.assistant(threshold=0.0, without=question.answer_bearing),
                )
            )
            right = holds((each.quote for each in answer.citations), question.answers)
            asked.append(Asked(right, *map(best_score, (answer, other, listed))))
    by_threshold = [{"threshold": each, **rates(asked, each)} for each in _THRESHOLDS]
    measured = {**rates(asked, THRESHOLD), **areas(asked), "right": mean(e.right for e in asked)}
    removed = median(len(bearing[question.id]) for question in job.questions)
    return {"ours": measured, "by_threshold": by_threshold, "removed": removed}


def plain(job: Job) -> dict[str, Any]:
    """The plain pipeline's figures; its vectors come from the job's home."""
    from benchmarks.systems import Plain

    pipeline = Plain.over(job.corpus, job.home)
    bearing = answer_bearing(job.corpus, job.questions)
    by_chunk, by_sentence = [], []
    with progress_bars() as progress:
        for question in progress.track(job.questions, description="Asking plain"):
            nearest = [
                pipeline.nearest(question.text, without)
                for without in (frozenset[str](), bearing[question.id], question.answer_bearing)
            ]
            found = nearest[0]
            right = found is not None and holds([found.sentence], question.answers)
            chunks = (each.chunk_similarity if each else _LEAST_COSINE for each in nearest)
            sentences = (each.similarity if each else _LEAST_COSINE for each in nearest)
            by_chunk.append(Asked(right, *chunks))
            by_sentence.append(Asked(right, *sentences))
    measured = {
        **rates(by_chunk, _LEAST_COSINE),
        **areas(by_chunk),
        **{f"sentence_{name}": area for name, area in areas(by_sentence).items()},
        "right": mean(each.right for each in by_chunk),
    }
    return {"plain": measured}


def best_score(answer: Answer) -> float:
    """The best citation's score; 0 for an abstention."""
    return max((citation.score for citation in answer.citations), default=0.0)


def rates(asked: Sequence[Asked], threshold: float) -> Figures:
    """declined, declined_listed and kept with this threshold."""
    return {
        "declined": mean(each.score_without < threshold for each in asked),
        "declined_listed": mean(each.score_without_listed < threshold for each in asked),
        "kept": mean(each.score >= threshold for each in asked if each.right),
    }


def areas(asked: Sequence[Asked]) -> Figures:
    """auroc, auroc_all and auroc_listed."""
    right = [each.score for each in asked if each.right]
    without = [each.score_without for each in asked]
    return {
        "auroc": area_under_roc(right, without),
        "auroc_all": area_under_roc([each.score for each in asked], without),
        "auroc_listed": area_under_roc(right, [each.score_without_listed for each in asked]),
    }


def area_under_roc(answered: Sequence[float], removed: Sequence[float]) -> float | None:
    """The chance that one of the first scores higher than one of the second; ties count half."""
    if not answered or not removed:
        return None
    truth = [1] * len(answered) + [0] * len(removed)
    return float(roc_auc_score(truth, [*answered, *removed]))


if __name__ == "__main__":
    main()
