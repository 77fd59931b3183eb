"""`dateline check`, `backup` and `restore`: the index kept whole."""

from __future__ import annotations

import hashlib
import json
from base64 import urlsafe_b64encode
from dataclasses import asdict
from importlib import metadata
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from assistant.cli.printing import FAILED, err, out, plain, progress_bar
from assistant.composing.wording import count
from assistant.settings import Settings
from index.errors import DatelineError, ModelError

if TYPE_CHECKING:
    from index.keeping import Fault, Health

REINSTALL = "pip install --force-reinstall --no-deps dateline"
_NAMED_ARTICLES = 10  # articles, for people; --json names them all


def check(
    repair: Annotated[
        bool, typer.Option("--repair", help="Mend what can be mended; losses are named.")
    ] = False,
    as_json: Annotated[bool, typer.Option("--json", help="Print one JSON object.")] = False,
) -> None:
    """Look the whole index over: database, articles, passages, vectors, words, stories, models.

    Exit status 0 whole, 1 damaged, or mended with losses.
    """
    from index import keeping  # late, as below: `--help` should not wait for it
    from index.models.embedding import SentenceTransformerEmbeddings

    settings = _kept_here("check")
    embeddings = SentenceTransformerEmbeddings(settings.embedding_model) if repair else None
    with progress_bar("Checking") as progress:
        weights = _check_weights(settings)
        health = keeping.check(settings.home, embeddings, weights=weights, progress=progress)
    if as_json:
        print(json.dumps(_facts(health), indent=2))
    else:
        _print(health, repair=repair)
    if not health.whole:
        raise typer.Exit(FAILED)


def backup(
    file: Annotated[Path, typer.Argument(help="The file to write, such as monday.zip.")],
) -> None:
    """Write the index and the conversations into one file, while others go on using them."""
    from index import keeping

    with progress_bar("Checking the copy") as progress:
        made = keeping.back_up(_kept_here("backup").home, file, progress)
    size = file.stat().st_size / 1e6
    out.print(plain(f"{file}: {count(made.articles, 'article')}, {size:.1f} MB."))


def restore(
    file: Annotated[Path, typer.Argument(help="A file that `dateline backup` wrote.")],
) -> None:
    """Make the index what it was when a backup was made; what is there now is kept."""
    from index import keeping

    home = _kept_here("restore").home
    with progress_bar("Checking the backup") as progress:
        done = keeping.restore(file, home, progress)
    made = done.listing
    out.print(plain(f"{home}: {count(made.articles, 'article')}, as of {made.made}."))
    if done.aside:
        out.print(plain(f"What was there before is in {done.aside}."))


def _kept_here(command: str) -> Settings:
    """The settings, where the index is in SQLite.

    Raises:
        DatelineError: it is in a Milvus, which has tools of its own.
    """
    settings = Settings()
    if settings.index_uri is not None:
        raise DatelineError(
            f"`dateline {command}` is for an index in DATELINE_HOME, and DATELINE_INDEX_URI "
            "names a Milvus: use its own backup, or move the index into a folder with "
            "`dateline rebuild --from`."
        )
    return settings


def _check_weights(settings: Settings) -> list[Fault]:
    """What is wrong with the files that Dateline came with, those of its models above all.

    Models that somebody else named are theirs.
    """
    from assistant.reading.context_model import check_context_model
    from assistant.reading.span_model import SHIPPED, check_shipped_model
    from index.keeping import Fault
    from index.models.embedding import DEFAULT_MODEL, check_default_model

    found = []
    for name, default, check_files in (
        (settings.embedding_model, DEFAULT_MODEL, check_default_model),
        (settings.reader_model, SHIPPED, check_shipped_model),
        (settings.reader_model, SHIPPED, check_context_model),
    ):
        if name == default:
            try:
                check_files()
            except ModelError as error:
                found.append(Fault("weights", str(error)))
    if altered := _altered_files():
        what = f"{len(altered)} files are not as they were installed: {REINSTALL}"
        found.append(Fault("installation", what, names=tuple(altered)))
    return found


def _altered_files() -> list[str]:
    """The installed files that are not what pip wrote down; it wrote none down of a checkout."""
    try:
        installed = metadata.distribution("dateline").files or []
    except metadata.PackageNotFoundError:
        return []
    altered = []
    for each in installed:
        if each.hash is None or each.hash.mode != "sha256" or each.suffix == ".pyc":
            continue
        path = Path(str(each.locate()))
        digest = hashlib.sha256(path.read_bytes()).digest() if path.is_file() else b""
        if urlsafe_b64encode(digest).rstrip(b"=").decode() != each.hash.value:
            altered.append(str(each))
    return altered


def _facts(health: Health) -> dict[str, object]:
    facts = asdict(health)
    return {"whole": health.whole, **facts, "location": str(health.location)}


def _print(health: Health, *, repair: bool) -> None:
    for each in health.findings:
        _print_finding(each)
    for line in health.mended:
        out.print(plain(f"Mended: {line}."))
    for name in health.lost:
        out.print(plain(f"Lost: {name}"))
    remaining = [each for each in health.left if each.damage]
    if health.mended and remaining:
        out.print("Still damaged:")
        for each in remaining:
            _print_finding(each)
    held = (
        f"{count(health.articles, 'article')}, {count(health.passages, 'passage')}, "
        f"{count(health.vectors, 'vector')} looked at in {health.seconds:.1f} s"
    )
    if not remaining:
        state = "Whole now, with losses" if health.lost else "Whole"
        out.print(plain(f"{state}: {health.location}, {held}."))
    else:
        advice = "restore a backup" if repair else "try `dateline check --repair`"
        err.print(plain(f"dateline: {health.location} is damaged: {advice}."))


def _print_finding(finding: Fault) -> None:
    mark = "Damaged" if finding.damage else "Note"
    out.print(plain(f"{mark}: {finding.part}: {finding.what}"))
    for name in finding.names[:_NAMED_ARTICLES]:
        out.print(plain(f"  {name}"))
    if len(finding.names) > _NAMED_ARTICLES:
        out.print(f"  and {len(finding.names) - _NAMED_ARTICLES} more; --json names them")
