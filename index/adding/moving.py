"""An index moved from one store to another, with its vectors: nothing is embedded again."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from index.adding.preparation import runs
from index.adding.splitting import SPLITTER_VERSION
from index.adding.spool import split_spool
from index.errors import DatelineError, IndexMissingError, StorageError
from index.records import Filters
from index.reports import OnProgress, Progress, Tally
from index.store.interface import Change, MissingVectorsError, StaleChangeError
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from index.store.interface import Manifest, SplitArticle, Store

_PASSAGES = 512  # whose vectors are moved at once


def move(source: Store, target: Store, tally: Tally, progress: OnProgress | None) -> None:
    """Make one store hold what another one holds, and nothing else.

    Vectors go first, unseen, and stay there if it is stopped; the articles follow in one change.

    Raises:
        IndexMissingError: there is nothing to move.
        DatelineError: the source must be rebuilt first, or is the target.
    """
    if source.name == target.name:
        raise DatelineError(f"{source.name} is this index itself: name another one to move from.")
    manifest = source.manifest() if source.exists() else None
    if manifest is None:
        raise IndexMissingError(f"There is no index in {source.name}.")
    if manifest.splitter != SPLITTER_VERSION:
        raise DatelineError(
            f"The index in {source.name} is from another version of Dateline: run "
            "`dateline rebuild` there first."
        )
    while True:
        try:
            _move(source, target, replace(manifest, copies=COPIES_VERSION), tally, progress)
            return
        except (StaleChangeError, MissingVectorsError):
            continue  # another process changed the index meanwhile: what has been moved is there


def _move(
    source: Store, target: Store, manifest: Manifest, tally: Tally, progress: OnProgress | None
) -> None:
    generation, known = target.generation(), dict(target.content_hashes())
    total = source.counts(Filters()).articles
    moved: dict[str, str] = {}
    with split_spool() as put:
        for run in runs(source.articles(Filters()), manifest, _PASSAGES):
            _move_vectors(source, target, run)
            for split in run:
                put.append(split)
                moved[split.article.id] = split.article.content_hash
            if progress:
                progress(Progress(len(put), total, run[-1].article.title))
        gone = known.keys() - moved.keys()
        target.commit(
            Change(manifest=manifest, put=put, remove=gone, replace=True, expect=generation)
        )
    tally.unchanged = sum(known.get(each) == moved[each] for each in moved)
    tally.replaced = len(known.keys() & moved.keys()) - tally.unchanged
    tally.added, tally.removed = len(moved.keys() - known.keys()), len(gone)


def _move_vectors(source: Store, target: Store, run: list[SplitArticle]) -> None:
    lacking = target.missing_vectors({key for split in run for key in split.keys})
    vectors = source.vectors(lacking)
    if lacking - vectors.keys():
        raise StorageError(
            f"The index in {source.name} lacks vectors: run `dateline rebuild` there first."
        )
    target.add_vectors(vectors)
