"""Changes of many articles: adding, rebuilding, moving from one store to another, saving.

Articles are prepared by one thread while another embeds and stores.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from index.adding.preparation import (
    Batch,
    Spool,
    article_spool,
    batches,
    embedded_text,
    runs,
    split_spool,
)
from index.ahead import made_ahead
from index.errors import DatelineError, IndexMissingError, SourceError, StorageError
from index.models.embedding import encode
from index.records import Filters
from index.reports import Named, OnProgress, Outcome, Progress, Tally
from index.splitting import SPLITTER_VERSION
from index.store import Change, Manifest, Store
from index.store.interface import MissingVectorsError, SplitArticle, StaleChangeError
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

    from langchain_core.embeddings import Embeddings

    from index.adding.preparation import Vectors
    from index.records import Article

_BATCH_PASSAGES = 64  # passages embedded and stored together: the most that a kill can undo
_BATCHES_AHEAD = 4  # of them, prepared while one is embedded


@dataclass(slots=True)
class BulkWriter:
    """Writes many articles into a store.

    Attributes:
        manifest: how their passages and vectors are made.
        tally: what has become of the articles so far.
    """

    store: Store
    embeddings: Embeddings
    manifest: Manifest
    progress: OnProgress | None
    tally: Tally = field(default_factory=Tally)

    def add(
        self,
        loaded: Iterable[Article | SourceError],
        total: int | None,
        share: Callable[[], float | None] = lambda: None,
    ) -> None:
        """Put what was loaded into the store, batch by batch; what is there already stays.

        Args:
            loaded: drawn in a thread of its own, a few batches ahead of what is stored.
            total: how many there will be; None when unknown.
            share: how much of all sources has been read, 0 to 1.
        """
        done = 0
        prepared = batches(
            loaded, self.store.content_hashes(), self.manifest, _BATCH_PASSAGES, share
        )
        with made_ahead(prepared, _BATCHES_AHEAD) as ready:
            for batch in ready:
                self._put(batch)
                so_far = done + len(batch.titles)
                expected = round(so_far / batch.share) if batch.share else None
                for title in batch.titles:
                    done += 1
                    self._tell(done, total, title, expected)

    def load(self, loaded: Iterable[Article | SourceError], total: int | None) -> Spool[Article]:
        """All articles, put aside; what could not be loaded goes into the tally."""
        articles = article_spool()
        for done, each in enumerate(loaded, start=1):
            if isinstance(each, SourceError):
                self.tally.skipped.append(each)
                self._tell(done, total, each.source)
            else:
                articles.append(each)
                self._tell(done, total, each.title)
        return articles

    def rebuild(self, given: Spool[Article] | None) -> None:
        """Make the store anew in one change, of these articles or of those that it holds.

        Articles that are not among those given go, unless something was skipped. Memory holds the
        id and content hash of each article, and no more of it.
        """
        hashes = {each.id: each.content_hash for each in given or ()}
        while True:
            try:
                self._rebuild(given or (), None if given is None else hashes)
                return
            except (StaleChangeError, MissingVectorsError):
                continue  # another process changed the index meanwhile: work it out again

    # How

    def _put(self, batch: Batch) -> None:
        """Embed and store a batch, and count what became of it."""
        put = batch.put.values()
        copies: set[str] = set()

        def told(article_id: str) -> Outcome:
            if article_id not in batch.new:
                return "replaced"
            return "copy" if article_id in copies else "added"

        while put:
            vectors = embed_missing(put, self.store, self.embeddings)
            self.tally.embedded += len(vectors)
            try:
                copies = self.store.commit(
                    Change(manifest=self.manifest, put=[*put], vectors=vectors)
                )
            except MissingVectorsError:
                continue  # another process dropped vectors that this batch was to share
            self.tally.copies += len(copies & batch.new)
            for each in put:
                self.tally.name(Named(each.article.id, each.article.title, told(each.article.id)))
            break
        self.tally.added += len(batch.new)
        self.tally.replaced += batch.replaced
        self.tally.unchanged += len(batch.unchanged)
        for article_id, title in batch.unchanged:
            self.tally.name(Named(article_id, title, "unchanged"))
        self.tally.skipped += batch.skipped

    def _rebuild(self, given: Iterable[Article], hashes: dict[str, str] | None) -> None:
        """Rebuild once, of articles with these hashes by id; of the store's own for None."""
        store, tally = self.store, self.tally
        generation, known = store.generation(), store.content_hashes()
        anew = store.manifest() != self.manifest
        gone = set() if hashes is None or tally.skipped else known.keys() - hashes.keys()
        hashes = hashes or {}
        differing = {each for each in hashes if known.get(each) != hashes[each]}
        kept = known.keys() - gone - hashes.keys() if anew else set()
        wanted = dict(hashes) if anew else {each: hashes[each] for each in differing}
        total = len(wanted) + len(kept)

        def articles() -> Iterator[Article]:
            for article in given if wanted else ():
                if wanted.get(article.id) == article.content_hash:
                    del wanted[article.id]
                    yield article
            for article in store.articles(Filters()) if kept else ():
                if article.id in kept:
                    yield article

        def vectors_of(run: list[SplitArticle]) -> Vectors:
            vectors = embed_missing(run, store, self.embeddings)
            tally.embedded += len(vectors)
            return vectors

        new = differing - known.keys()
        if total or gone or anew:
            change = Change(manifest=self.manifest, remove=gone, replace=anew, expect=generation)
            copies = put_at_once(store, articles(), change, vectors_of, total, self.progress)
            tally.copies = len(copies & new)
        stays = known.keys() - gone
        tally.removed = len(gone)
        tally.added = len(new)
        tally.replaced = len(differing) - len(new)
        tally.unchanged = len(stays) - tally.replaced

    def _tell(self, done: int, total: int | None, title: str, expected: int | None = None) -> None:
        if self.progress:
            self.progress(Progress(done, total, title, total or expected))


def put_at_once(
    store: Store,
    articles: Iterator[Article],
    change: Change,
    vectors_of: Callable[[list[SplitArticle]], Vectors],
    total: int,
    progress: OnProgress | None,
) -> set[str]:
    """Put articles into a store in one change, which readers see whole or not at all.

    Their vectors go first, unseen, and stay there if it is stopped. The articles wait for it in a
    temporary file, not in memory.

    Args:
        articles: drawn in a thread of their own, a little ahead.
        change: all of it but what is put.
        vectors_of: tells those vectors of some articles that the store lacks.

    Returns, raises: what `Store.commit` does.
    """
    with split_spool() as put:
        prepared = runs(articles, change.manifest, _BATCH_PASSAGES)
        with made_ahead(prepared, _BATCHES_AHEAD) as ready:
            for run in ready:
                store.add_vectors(vectors_of(run))
                for split in run:
                    put.append(split)
                if progress:
                    progress(Progress(len(put), total, run[-1].article.title))
        return store.commit(replace(change, put=put))


def embed_missing(
    articles: Collection[SplitArticle], store: Store, embeddings: Embeddings
) -> Vectors:
    """The vectors that these articles need and the store lacks, by key."""
    texts = {
        key: embedded_text(each.article, passage.text)
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }
    lacking = store.missing_vectors(texts.keys())
    missing = [key for key in texts if key in lacking]
    if not missing:
        return {}
    vectors = encode(embeddings, [texts[key] for key in missing])
    return dict(zip(missing, vectors, strict=True))


def move(source: Store, target: Store, tally: Tally, progress: OnProgress | None) -> None:
    """Make one store hold what another one holds, and nothing else; nothing is embedded again.

    Vectors go first, unseen, and stay there if it is stopped; the articles follow in one change.
    Errors are those of `NewsIndex.move_from`.
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
    moved: dict[str, str] = {}
    gone = set(known)

    def articles() -> Iterator[Article]:
        for article in source.articles(Filters()):
            moved[article.id] = article.content_hash
            gone.discard(article.id)
            yield article

    def vectors_of(run: list[SplitArticle]) -> Vectors:
        lacking = target.missing_vectors({key for split in run for key in split.keys})
        vectors = source.vectors(lacking)
        if lacking - vectors.keys():
            raise StorageError(
                f"The index in {source.name} lacks vectors: run `dateline rebuild` there first."
            )
        return vectors

    # What is gone is known once all articles are drawn, which is before the change is made.
    change = Change(manifest=manifest, remove=gone, replace=True, expect=generation)
    total = source.counts(Filters()).articles
    put_at_once(target, articles(), change, vectors_of, total, progress)
    tally.unchanged = sum(known.get(each) == moved[each] for each in moved)
    tally.replaced = len(known.keys() & moved.keys()) - tally.unchanged
    tally.added, tally.removed = len(moved.keys() - known.keys()), len(gone)
