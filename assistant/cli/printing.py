"""What the command shows: for people, or one JSON object."""

from __future__ import annotations

import json
import re
from contextlib import contextmanager
from dataclasses import asdict, replace
from typing import TYPE_CHECKING, Annotated, Any

import typer
from rich.console import Console
from rich.progress import (
    BarColumn,
    MofNCompleteColumn,
    ProgressColumn,
    Task,
    TextColumn,
    TimeRemainingColumn,
)
from rich.progress import Progress as ProgressBar
from rich.table import Table
from rich.text import Text

from assistant.answer import Citation
from assistant.composing.wording import also_in, count, describe_outcome, describe_source
from assistant.writing.written_wording import (
    MARKS,
    QUOTES_BENEATH,
    describe_dropped,
    describe_verdict,
)
from index.reports import skipped_lines

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from assistant.answer import Abstention, Answer, Near, Sentence
    from index import Article
    from index.reports import Progress, Report, Status
    from index.watching import Round

ANSWERED, FAILED, WRONG_USE, ABSTAINED = 0, 1, 2, 3
STOPPED = 130
"""Exit statuses; the last is that of a command stopped by Ctrl-C."""

AsJson = Annotated[bool, typer.Option("--json", help="Print one JSON object.")]

_REPORTED = (
    *("removed", "added", "replaced", "unchanged", "copies", "skipped", "named"),
    *("articles", "passages", "seconds"),
)
_DIGEST = re.compile(r"[0-9a-f]{64}")
_CONTROL = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def print_answer(answer: Answer, *, as_json: bool) -> None:
    """The quotes with their sources, or why there are none."""
    if as_json:
        print(answer.model_dump_json(indent=2))
        return
    if answer.standalone_question != " ".join(answer.question.split()):
        out.print(plain(f"Searched for: {answer.standalone_question}"), style="dim")
    if told := answer.lead or answer.short:
        out.print(plain(" ".join(told.split())), style="bold")
    if answer.about:
        for each in answer.about.articles:
            out.print(plain(f"  {each.title} ({describe_source(each)})"))
    if answer.abstention:
        _print_abstention(answer.abstention)
    numbers = {citation.number: citation for citation in answer.citations}
    for sentence in answer.sentences:
        _print_sentence(sentence, numbers)
    if answer.quotes:
        out.print(QUOTES_BENEATH)
    for quote in answer.quotes:
        _print_sentence(quote, numbers)
    if dropped := describe_dropped(answer.dropped_citations):
        out.print(f"{dropped}.", style="dim")
    if answer.failure:
        err.print(plain(answer.failure))


def _print_sentence(sentence: Sentence, numbers: dict[int, Citation]) -> None:
    """A quote with its sources; what a chat model wrote with its verdict and quotes, too."""
    cited = [numbers[number] for number in sentence.citations]
    marks = "".join(f" [{citation.number}]" for citation in cited)
    if sentence.written is None:
        doubt = "" if cited else " (not found in the article: not supported)"
        out.print(plain(f"> {' '.join(sentence.text.split())}{marks}{doubt}"), style="bold")
    else:
        out.print(plain(f"{sentence.text}{marks}"), style="bold")
        out.print(plain(f"  {MARKS[sentence.support]} {describe_verdict(sentence)}"))
    for citation in cited:
        if sentence.written is not None:
            out.print(plain(f"  [{citation.number}] “{' '.join(citation.quote.split())}”"))
        _print_source(citation)


def _print_source(cited: Citation | Near) -> None:
    said = isinstance(cited, Citation) and cited.speaker
    source = f"  {describe_source(cited)}: {cited.title}".rstrip(": ")
    source += f", said by {said}" if said else ""
    where = "" if cited.field == "text" else " of the headline"
    out.print(plain(f"{source} (characters {cited.start} to {cited.end}{where})"))
    if isinstance(cited, Citation) and (others := also_in(cited)):
        out.print(plain(f"  {others}"))


def _print_abstention(abstention: Abstention) -> None:
    searched = abstention.searched
    out.print(plain(describe_outcome(abstention)), style="" if abstention.unsure else "bold")
    for near in abstention.nearest:
        if near.quote:
            out.print(plain(f"> {' '.join(near.quote.split())}"))
            _print_source(near)
    days = f", published {searched.first_day} to {searched.last_day}" if searched.first_day else ""
    out.print(f"Searched {count(searched.articles, 'article')}{days}.")
    for near in () if abstention.unsure else abstention.nearest:
        out.print(plain(f"  Nearest: {near.title} ({describe_source(near)})"))


def print_report(report: Report, *, as_json: bool, adding: bool = False) -> None:
    """What a change did; what was skipped goes to standard error, equal reasons once.

    Args:
        adding: the change removes nothing, and need not say so.
    """
    if as_json:
        facts, told = facts_of(report), _REPORTED[1:] if adding else _REPORTED
        print(json.dumps({name: facts[name] for name in told}, indent=2))
    else:
        copies = f" ({report.copies} of them copies)" if report.copies else ""
        removed = "" if adding else f"{report.removed} removed, "
        out.print(
            f"{report.added} added{copies}, {report.replaced} replaced, {report.unchanged} "
            f"unchanged, {removed}{len(report.skipped)} skipped in {report.seconds:.1f} s. "
            f"The index holds {count(report.articles, 'article')} in "
            f"{count(report.passages, 'passage')}."
        )
    for line in skipped_lines(report.skipped):
        err.print(plain(line))


def facts_of(done: Report | Round) -> dict[str, Any]:
    """What a change did, as JSON takes it."""
    skipped = [{"source": each.source, "reason": each.reason} for each in done.skipped]
    return asdict(replace(done, skipped=())) | {"skipped": skipped}


class _Rate(ProgressColumn):
    """Articles a second, over the last half minute."""

    def render(self, task: Task) -> Text:
        """As "12.3/s"; empty until there is something to tell from."""
        speed = task.finished_speed or task.speed
        return Text("" if speed is None else f"{speed:,.1f}/s")


class _Count(MofNCompleteColumn):
    """How many of how many: "64/4,736"; "64/~4,700" where the latter is only expected."""

    def render(self, task: Task) -> Text:
        """As told."""
        if not task.fields.get("about"):
            return super().render(task)
        return Text(f"{int(task.completed):,}/~{int(task.total or 0):,}")


@contextmanager
def progress_bar(label: str) -> Iterator[Callable[[Progress], None]]:
    """A bar on standard error, and the function that moves it.

    Where nobody knows how many there are, it goes by how many are expected; where that is unknown
    too, it tells how many are done and how quickly, and no time left.
    """
    columns = (TextColumn("{task.description}"), BarColumn(), _Count(), _Rate())
    with ProgressBar(
        *columns, TimeRemainingColumn(), console=err, transient=True, disable=not err.is_terminal
    ) as bar:
        task = bar.add_task(label, total=None)
        yield lambda now: bar.update(
            task,
            completed=now.done,
            total=now.total or now.expected,
            about=now.total is None and now.expected is not None,
        )


def print_status(now: Status, articles: Iterable[Article] | None, *, as_json: bool) -> None:
    """What the index holds, with a line for each of the articles if these are given."""
    counts, model = now.counts, now.manifest.embedding_model if now.manifest else None
    if as_json:
        facts = {
            "location": now.name,
            **asdict(counts),
            "bytes": now.bytes_on_disk,
            "embedding_model": model,
        }
        listed = {} if articles is None else {"list": [_facts(each) for each in articles]}
        print(json.dumps(facts | listed, indent=2))
        return
    out.print(plain(f"Index: {now.name} ({now.bytes_on_disk / 1e6:.1f} MB)"))
    out.print(
        f"{count(counts.articles, 'article')}, {count(counts.stories, 'story', 'stories')}, "
        f"{count(counts.publishers, 'outlet')}, {count(counts.passages, 'passage')}"
    )
    if counts.first_day:
        out.print(f"Dates covered: {counts.first_day} to {counts.last_day}")
    if model:
        out.print(plain(f"Embedding model: {model}"))
    if articles is not None and counts.articles:
        _print_articles(articles)


def _print_articles(articles: Iterable[Article]) -> None:
    """A table on a terminal; elsewhere one line an article, its fields separated by tabs."""
    table = Table(box=None)
    table.add_column("id", no_wrap=True, overflow="ignore")
    for name in ("date", "outlet", "title"):
        table.add_column(name)
    for each in articles:
        short = each.id[:12] if _DIGEST.fullmatch(each.id) else each.id
        day = each.published.label if each.published else None
        row = [plain(cell or "-") for cell in (short, day, each.publisher, each.title)]
        if out.is_terminal:
            table.add_row(*row)
        else:
            print("\t".join(cell.plain for cell in row))  # rich would make spaces of the tabs
    if out.is_terminal:
        out.print(table)


def plain(text: object) -> Text:
    """Text that a terminal shows and never obeys: articles may hold control characters."""
    return Text(_CONTROL.sub("", str(text)))


def _facts(article: Article) -> dict[str, object]:
    return {
        "id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "authors": list(article.authors),
        "published": article.published.iso if article.published else None,
        "url": article.url,
    }
