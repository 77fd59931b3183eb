"""Adding and rebuilding: articles are prepared by one thread while another embeds and stores."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from index.ahead import made_ahead
from index.errors import SourceError
from index.preparation import Batch, batches, embed_missing, runs
from index.records import Filter
from index.reports import OnProgress, Progress, Tally
from index.store import Change, Manifest, SplitArticle, Store
from index.store.interface import MissingVectorsError, StaleChangeError

if TYPE_CHECKING:
    from collections.abc import Iterable

    from langchain_core.embeddings import Embeddings

    from index.records import Article

_BATCH_PASSAGES = 64  # passages embedded and stored together: the most that a kill can undo
_BATCHES_AHEAD = 4  # of them, prepared while one is embedded


@dataclass(slots=True)
class Writer:
    """Writes many articles into a store.

    Attributes:
        manifest: how their passages and vectors are made.
        progress: told how far it has come; None for nobody.
        tally: what has become of the articles so far.
    """

    store: Store
    embeddings: Embeddings
    manifest: Manifest
    progress: OnProgress | None
    tally: Tally = field(default_factory=Tally)

    def add(self, loaded: Iterable[Article | SourceError], total: int | None) -> None:
        """Put what was loaded into the store, batch by batch; what is there already stays.

        Args:
            loaded: drawn in a thread of its own, a few batches ahead of what is stored.
            total: how many there will be; None when unknown.
        """
        done = 0
        prepared = batches(loaded, self.store.content_hashes(), self.manifest, _BATCH_PASSAGES)
        with made_ahead(prepared, _BATCHES_AHEAD) as ready:
            for batch in ready:
                self._put(batch)
                for title in batch.titles:
                    done += 1
                    self._tell(done, total, title)

    def load(self, loaded: Iterable[Article | SourceError], total: int | None) -> list[Article]:
        """All articles at once; what could not be loaded goes into the tally."""
        articles = []
        for done, each in enumerate(loaded, start=1):
            if isinstance(each, SourceError):
                self.tally.skipped.append(each)
                self._tell(done, total, each.source)
            else:
                articles.append(each)
                self._tell(done, total, each.title)
        return articles

    def rebuild(self, given: list[Article] | None) -> None:
        """Make the store anew in one change, of these articles or of those that it holds.

        Articles that are not among those given go, unless something was skipped.
        """
        while True:
            try:
                self._rebuild(given)
                return
            except (StaleChangeError, MissingVectorsError):
                continue  # another process changed the index meanwhile: work it out again

    # How

    def _put(self, batch: Batch) -> None:
        """Embed and store a batch, and count what became of it."""
        put = batch.put.values()
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
            break
        self.tally.added += len(batch.new)
        self.tally.replaced += batch.replaced
        self.tally.unchanged += batch.unchanged
        self.tally.skipped += batch.skipped

    def _rebuild(self, given: list[Article] | None) -> None:
        store, tally = self.store, self.tally
        generation, known = store.generation(), store.content_hashes()
        anew = store.manifest() != self.manifest
        kept = {} if given is None else {article.id: article for article in given}
        gone = set() if given is None or tally.skipped else known.keys() - kept.keys()
        if anew:
            stored = store.articles(Filter()) if store.exists() else iter(())
            others = [each for each in stored if each.id not in kept and each.id not in gone]
            kept.update((each.id, each) for each in others)
        differing = [each for each in kept.values() if known.get(each.id) != each.content_hash]
        wanted = list(kept.values()) if anew else differing
        put: list[SplitArticle] = []
        with made_ahead(runs(wanted, self.manifest, _BATCH_PASSAGES), _BATCHES_AHEAD) as ready:
            for run in ready:
                vectors = embed_missing(run, store, self.embeddings)
                store.add_vectors(vectors)
                tally.embedded += len(vectors)
                put += run
                self._tell(len(put), len(wanted), run[-1].article.title)
        new = {each.id for each in differing} - known.keys()
        if put or gone or anew:
            copies = store.commit(
                Change(
                    manifest=self.manifest, put=put, remove=gone, replace=anew, expect=generation
                )
            )
            tally.copies = len(copies & new)
        stays = known.keys() - gone
        tally.removed = len(gone)
        tally.added = len(new)
        tally.replaced = len(differing) - len(new)
        tally.unchanged = len(stays) - tally.replaced

    def _tell(self, done: int, total: int | None, title: str) -> None:
        if self.progress:
            self.progress(Progress(done, total, title))
