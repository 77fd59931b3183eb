"""The facade: add, remove, rebuild, search and status of one index of news articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.embedding import SentenceTransformerEmbeddings, encode, identify
from index.errors import DatelineError, IndexMissingError, SourceError
from index.fusion import fuse
from index.loaders import find_files, load_file
from index.preparation import batches, embed_missing, prepare
from index.records import Article, Filter, Hit
from index.reports import Progress, Report, Status, Tally
from index.splitting import SPLITTER_VERSION, has_story
from index.store import Change, Manifest, SplitArticle, SQLiteStore, Store
from index.store.interface import Counts, MissingVectorsError, StaleChangeError, model_mismatch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.embeddings import Embeddings

    from index.retriever import NewsRetriever

    OnProgress = Callable[[Progress], None]

_BATCH_PASSAGES = 64  # passages embedded and stored together: the most that a kill can undo
_CANDIDATES = 50  # passages taken from each search before fusion
_EVERYTHING = Filter()


class NewsIndex:
    """News articles that can be searched, kept in one folder.

    Args:
        folder: where the index is, or will be once something is added.
        embeddings: any LangChain embeddings; None for all-MiniLM-L6-v2 as installed with Dateline.
        store: another engine than SQLite and FAISS in `folder`.

    Every method may raise StorageError. Safe to use from several threads; several processes may
    share one folder.
    """

    def __init__(
        self,
        folder: str | Path,
        embeddings: Embeddings | None = None,
        *,
        store: Store | None = None,
    ) -> None:
        self.embeddings = embeddings or SentenceTransformerEmbeddings()
        self._store: Store = store or SQLiteStore(Path(folder).expanduser())

    def add(
        self, sources: Iterable[str | Path | Article], *, progress: OnProgress | None = None
    ) -> Report:
        """Add articles: from files, from folders (searched recursively), or as records.

        An article with a known id and the same content is left alone; with new content it takes
        the place of the old one. A source that cannot be loaded is skipped and reported. What is
        stored when this is interrupted stays.

        Raises:
            ModelMismatchError: the index was built with another embedding model.
        """
        tally, manifest = Tally(), self._manifest()
        self._check_model(manifest)
        known = dict(self._store.content_hashes())
        changed = self._changed(self._load(sources, tally, progress), known, manifest, tally)
        try:
            for batch in batches(changed, _BATCH_PASSAGES):
                self._put(batch, manifest, tally)
        finally:
            self._store.flush()
        return tally.report(self._store.counts(_EVERYTHING))

    def remove(self, article_ids: Iterable[str]) -> Report:
        """Remove articles by id, or by the first characters of an id where they fit only one.

        Raises:
            DatelineError: an id fits no article or several; then nothing is removed.
        """
        self._check_exists()
        tally, known = Tally(), self._store.content_hashes()
        chosen = {_resolve(article_id, known) for article_id in article_ids}
        manifest = self._store.manifest() or self._manifest()
        self._store.commit(Change(manifest=manifest, remove=chosen))
        self._store.flush()
        tally.removed = len(chosen)
        return tally.report(self._store.counts(_EVERYTHING))

    def rebuild(
        self,
        sources: Iterable[str | Path | Article] | None = None,
        *,
        progress: OnProgress | None = None,
    ) -> Report:
        """Make the index anew, in one step that readers see whole or not at all.

        Without sources: every article is split and embedded again if the splitter or the embedding
        model has changed since, and left alone otherwise. With sources: the index then holds these
        articles and no others; what did not change is not embedded again. When a source cannot be
        loaded nothing is removed, since it may be one that is in the index already.

        Raises:
            DatelineError: there is no article to rebuild from; the index is as it was.
        """
        if sources is None:
            self._check_exists()
        tally, manifest = Tally(), self._manifest()
        given = None if sources is None else list(self._load(sources, tally, None))
        if given is not None and not given:
            first = f" ({tally.skipped[0]})" if tally.skipped else ""
            raise DatelineError(f"No article to rebuild from; the index is as it was.{first}")
        while True:
            try:
                self._rebuild(given, manifest, tally, progress)
                break
            except (StaleChangeError, MissingVectorsError):
                continue  # another process changed the index meanwhile: work it out again
        self._store.flush()
        return tally.report(self._store.counts(_EVERYTHING))

    def search(self, query: str, limit: int = 20, within: Filter = _EVERYTHING) -> list[Hit]:
        """The passages that match best by words (BM25) and by meaning (cosine), best first.

        Raises:
            IndexMissingError: nothing was ever added.
            ModelMismatchError: the index was built with another embedding model.
        """
        self._check_exists()
        self._check_model(self._manifest())
        vector = encode(self.embeddings, [query])[0]
        return fuse(self._store.search(query, vector, _CANDIDATES, within), limit)

    def article(self, article_id: str) -> Article | None:
        """One article, by its whole id."""
        return self._store.article(article_id) if self._store.exists() else None

    def articles(self, within: Filter = _EVERYTHING) -> Iterator[Article]:
        """Articles, newest first, those of unknown date last."""
        return self._store.articles(within) if self._store.exists() else iter(())

    def counts(self, within: Filter = _EVERYTHING) -> Counts:
        """How many articles, passages and outlets there are, and which days they cover."""
        return self._store.counts(within)

    def status(self) -> Status:
        """What the index holds and how it was made."""
        return Status(
            location=self._store.location,
            counts=self.counts(),
            manifest=self._store.manifest(),
            bytes_on_disk=self._store.bytes_on_disk(),
        )

    def as_retriever(self, limit: int = 20, within: Filter = _EVERYTHING) -> NewsRetriever:
        """This index as a LangChain retriever."""
        from index.retriever import NewsRetriever

        return NewsRetriever(index=self, limit=limit, within=within)

    # How

    def _load(
        self, sources: Iterable[str | Path | Article], tally: Tally, progress: OnProgress | None
    ) -> Iterator[Article]:
        """The articles of all sources; what cannot be loaded goes into the tally."""
        found: list[Article | Path | SourceError] = []
        for source in sources:
            found.extend([source] if isinstance(source, Article) else find_files([source]))
        for done, each in enumerate(found, start=1):
            try:
                if isinstance(each, SourceError):
                    raise each
                article = each if isinstance(each, Article) else load_file(each)
                if not has_story(article):
                    reason = "nothing but contact, copyright and similar lines: no article in it"
                    raise SourceError(str(each if isinstance(each, Path) else each.title), reason)
            except SourceError as error:
                tally.skipped.append(error)
                continue
            yield article
            if progress:
                progress(Progress(done, len(found), article.title))

    @staticmethod
    def _changed(
        articles: Iterable[Article], known: dict[str, str], manifest: Manifest, tally: Tally
    ) -> Iterator[SplitArticle]:
        """Those that are not stored as they are, counted as new or replaced."""
        for article in articles:
            if known.get(article.id) == article.content_hash:
                tally.unchanged += 1
                continue
            if article.id in known:
                tally.replaced += 1
            else:
                tally.added += 1
            known[article.id] = article.content_hash
            yield prepare(article, manifest)

    def _put(self, batch: list[SplitArticle], manifest: Manifest, tally: Tally) -> None:
        batch = list({each.article.id: each for each in batch}.values())  # the last one counts
        while True:
            vectors = embed_missing(batch, self._store, self.embeddings)
            tally.embedded += len(vectors)
            try:
                self._store.commit(Change(manifest=manifest, put=batch, vectors=vectors))
            except MissingVectorsError:
                continue  # another process dropped vectors that this batch was to share
            return

    def _rebuild(
        self,
        given: list[Article] | None,
        manifest: Manifest,
        tally: Tally,
        progress: OnProgress | None,
    ) -> None:
        generation, known = self._store.generation(), self._store.content_hashes()
        anew = self._store.manifest() != manifest
        kept = {} if given is None else {article.id: article for article in given}
        gone = set() if given is None or tally.skipped else known.keys() - kept.keys()
        if anew:
            stored = self._store.articles(_EVERYTHING) if self._store.exists() else iter(())
            others = [each for each in stored if each.id not in kept and each.id not in gone]
            kept.update((each.id, each) for each in others)
        differing = [each for each in kept.values() if known.get(each.id) != each.content_hash]
        put = [prepare(each, manifest) for each in (kept.values() if anew else differing)]
        done = 0
        for batch in batches(put, _BATCH_PASSAGES):
            vectors = embed_missing(batch, self._store, self.embeddings)
            self._store.add_vectors(vectors)
            tally.embedded += len(vectors)
            done += len(batch)
            if progress:
                progress(Progress(done, len(put), batch[-1].article.title))
        if put or gone or anew:
            self._store.commit(
                Change(manifest=manifest, put=put, remove=gone, replace=anew, expect=generation)
            )
        stays = known.keys() - gone
        tally.removed = len(gone)
        tally.replaced = sum(each.id in known for each in differing)
        tally.added = len(differing) - tally.replaced
        tally.unchanged = len(stays) - tally.replaced

    def _manifest(self) -> Manifest:
        name, digest = identify(self.embeddings)
        return Manifest(name, digest, SPLITTER_VERSION)

    def _check_model(self, manifest: Manifest) -> None:
        stored = self._store.manifest()
        if stored is not None and not stored.same_vectors(manifest):
            raise model_mismatch(stored, manifest)

    def _check_exists(self) -> None:
        if not self._store.exists():
            raise IndexMissingError(
                f"There is no index in {self._store.location} yet: add articles with "
                "`dateline add FILE...`, or try the samples with `dateline chat --samples`."
            )


def _resolve(prefix: str, known: Iterable[str]) -> str:
    matches = [article_id for article_id in known if article_id.startswith(prefix)]
    if prefix in matches:
        return prefix
    if prefix and len(matches) == 1:
        return matches[0]
    problem = "fits several articles" if matches and prefix else "fits no article"
    raise DatelineError(
        f"The id {prefix!r} {problem}; nothing was removed. `dateline status --articles` lists ids."
    )
