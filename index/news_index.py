"""The facade: add, remove, rebuild, search and status of one index of news articles."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from index.adding.changes import BulkWriter, move
from index.adding.preparation import prepare
from index.errors import DatelineError, IndexMissingError, SourceError
from index.models.embedding import SentenceTransformerEmbeddings, encode, identify
from index.records import Article, Aside, Counts, Dated, Filters, Hit, Listing, ListPage
from index.reports import Interrupted, OnProgress, Progress, Report, SkippedLog, Status, Tally
from index.searching.fusion import fuse
from index.splitting import SPLITTER_VERSION
from index.store import Change, Manifest, SQLiteStore, Store
from index.store.interface import check_model
from index.stories.copies import COPIES_VERSION

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from langchain_core.embeddings import Embeddings

    from index.loading import LoadOptions
    from index.searching.fusion import Days
    from index.searching.retriever import NewsRetriever

_CANDIDATES = 50  # passages taken from each search before fusion
_MOST_CANDIDATES = 800  # the same, when copies take the places of others
_EVERYTHING = Filters()


class NewsIndex:
    """News articles that can be searched, kept in one folder.

    Args:
        folder: where the index is, or will be once something is added.
        embeddings: any LangChain embeddings; None for all-MiniLM-L6-v2 as installed with Dateline.
        store: another engine than SQLite and FAISS in `folder`.
        read_only: refuse every change with a DatelineError, for a chat that nobody may alter.

    Every method may raise StorageError. Safe to use from several threads; several processes may
    share one folder.
    """

    def __init__(
        self,
        folder: str | Path,
        embeddings: Embeddings | None = None,
        *,
        store: Store | None = None,
        read_only: bool = False,
    ) -> None:
        self.embeddings = embeddings or SentenceTransformerEmbeddings()
        self._store: Store = store or SQLiteStore(Path(folder).expanduser())
        self._read_only = read_only
        self._skipped = SkippedLog(self._store.location)

    def add(
        self,
        sources: Iterable[str | Path | Article],
        *,
        options: LoadOptions | None = None,
        progress: OnProgress | None = None,
        name: Callable[[str], str] = str,
    ) -> Report:
        """Add articles: from files, folders (searched recursively) and URLs, or as records.

        An article with a known id and the same content is left alone; with new content it takes
        the place of the old one. A source that cannot be loaded is skipped and reported. Sources
        are drawn one after the other, in a thread of their own, as far ahead as the embedding
        needs: an endless stream may be given.

        Args:
            name: what a source is called in the report and in what is kept of it.

        Raises:
            ModelMismatchError: the index was built with another embedding model.
            Interrupted: Ctrl-C was pressed; what its report tells is stored, and adding the same
                sources again goes on from there.
        """
        # Late here and below: who asks needs no loaders, whose imports take a tenth of the start.
        from index.loading import LoadOptions, count_articles, load_all, meter_of
        from index.loading.load import Meter

        self._check_may_change()
        writer = self._writer(progress)
        check_model(self._store.manifest(), writer.manifest)
        options = options or LoadOptions()
        total = count_articles(sources)
        if progress and total is not None:
            progress(Progress(0, total))  # the first batch may take a while
        try:
            meter = meter_of(sources) if progress and total is None else Meter()
            writer.add(load_all(sources, options, meter), total, meter.share)
        except KeyboardInterrupt:
            raise Interrupted(self._finish_adding(writer.tally, name)) from None
        except BaseException:
            self._store.flush()
            raise
        return self._finish_adding(writer.tally, name)

    def remove(self, article_ids: Iterable[str]) -> Report:
        """Remove articles by id, or by the first characters of an id where they fit only one.

        Raises:
            DatelineError: an id fits no article or several; then nothing is removed.
        """
        self._check_may_change()
        chosen = set(self.whole_ids(article_ids))
        self._check_exists()
        tally = Tally()
        manifest = self._store.manifest() or self._manifest()
        self._store.commit(Change(manifest=manifest, remove=chosen))
        tally.removed = len(chosen)
        return self._finish(tally)

    def set_aside(self, article_ids: Iterable[str]) -> Aside:
        """These articles with their vectors, where they exist, so that they can be put back."""
        found = map(self.article, article_ids)
        articles = tuple(each for each in found if each is not None)
        keys = {key for each in articles for key in prepare(each, self._manifest()).keys}
        return Aside(articles, self._store.vectors(keys))

    def put_back(self, aside: Aside) -> Report:
        """Add articles that were set aside and removed; nothing of them is embedded again.

        One that has come back meanwhile is left as it is now.
        """
        self._check_may_change()
        known = self._store.content_hashes()
        articles = [each for each in aside.articles if each.id not in known]
        self._store.add_vectors(aside.vectors if articles else {})
        return self.add(articles)

    def rebuild(
        self,
        sources: Iterable[str | Path | Article] | None = None,
        *,
        options: LoadOptions | None = None,
        progress: OnProgress | None = None,
    ) -> Report:
        """Make the index anew, in one step that readers see whole or not at all.

        Without sources: every article is split and embedded again if the splitter or the embedding
        model has changed since, and left alone otherwise. With sources: the index then holds these
        articles and no others; what did not change is not embedded again. When a source cannot be
        loaded nothing is removed, since it may be one that is in the index already. Articles wait
        in a temporary file for the change, not in memory.

        Raises:
            DatelineError: there is no article to rebuild from; the index is as it was.
        """
        self._check_may_change()
        if sources is None:
            self._check_exists()
        writer = self._writer(progress)
        if sources is None:
            writer.rebuild(None)
            return self._finish(writer.tally)
        from index.loading import LoadOptions, count_articles, load_all

        loaded = load_all(sources, options or LoadOptions())
        with writer.load(loaded, count_articles(sources)) as given:
            if not len(given):
                skipped = writer.tally.skipped
                first = f" ({skipped[0]})" if skipped else ""
                raise DatelineError(f"No article to rebuild from; the index is as it was.{first}")
            writer.rebuild(given)
        return self._finish(writer.tally)

    def move_from(self, source: Store, progress: OnProgress | None = None) -> Report:
        """Make this index the same as another one, in one step; nothing is embedded again.

        Stopped in the midst, it goes on from there when it is begun again.

        Raises:
            DatelineError: there is nothing to move, or it cannot be moved as it is.
        """
        self._check_may_change()
        tally = Tally()
        move(source, self._store, tally, progress)
        return self._finish(tally)

    def search(
        self,
        query: str,
        limit: int = 20,
        within: Filters = _EVERYTHING,
        *,
        near: Days | None = None,
    ) -> list[Hit]:
        """The passages that match best by words (BM25) and by meaning (cosine), best first.

        Articles of the days `near` are favoured, and no others are kept out: that is what
        `within` is for. What copies of one story have in common takes one place; an article that
        its outlet has replaced by a newer version takes none.

        Raises:
            IndexMissingError: nothing was ever added.
            ModelMismatchError: the index was built with another embedding model.
        """
        stored = self._store.manifest()
        if stored is None:
            self._check_exists()
        check_model(stored, self._manifest())
        vector = encode(self.embeddings, [query])[0]
        wanted = _CANDIDATES
        while True:
            candidates = self._store.search(query, vector, wanted, within)
            hits = fuse(candidates, limit, near)
            fewer = max(len(candidates.by_words), len(candidates.by_meaning)) < wanted
            if len(hits) >= limit or fewer or wanted >= _MOST_CANDIDATES:
                return hits
            wanted *= 4  # copies have taken the places of others

    def article(self, article_id: str) -> Article | None:
        """One article, by its whole id."""
        return self._store.article(article_id) if self._store.exists() else None

    def whole_ids(self, beginnings: Iterable[str]) -> list[str]:
        """The ids that begin so, each beginning fitting only one.

        Raises:
            IndexMissingError: there is no index yet.
            DatelineError: a beginning fits no article or several.
        """
        wanted = list(beginnings)
        if not wanted:
            return []
        self._check_exists()
        known = self._store.content_hashes()
        return [_resolve(each, known) for each in wanted]

    def articles(self, within: Filters = _EVERYTHING) -> Iterator[Article]:
        """Articles, newest first, those of unknown date last."""
        return self._store.articles(within) if self._store.exists() else iter(())

    def listing(self, wanted: Listing) -> ListPage:
        """A stretch of the list of articles, and how long it is; quick however many there are."""
        return self._store.listing(wanted)

    def days(self, words: str = "", within: Filters = _EVERYTHING) -> list[Dated]:
        """How many of the listed articles have each date, the earliest first, undated ones last."""
        return self._store.days(words, within)

    def outlets(self) -> dict[str, int]:
        """How many articles each outlet has, in alphabetical order."""
        return self._store.outlets()

    def counts(self, within: Filters = _EVERYTHING) -> Counts:
        """How many articles, passages and outlets there are, and which days they cover."""
        return self._store.counts(within)

    def status(self) -> Status:
        """What the index holds and how it was made."""
        return Status(
            name=self._store.name,
            location=self._store.location,
            counts=self.counts(),
            manifest=self._store.manifest(),
            bytes_on_disk=self._store.bytes_on_disk(),
            skipped=self._skipped.read(),
        )

    def generation(self) -> int:
        """The number of changes so far: the quickest way to see that the index can be read."""
        return self._store.generation()

    def as_retriever(self, limit: int = 20, within: Filters = _EVERYTHING) -> NewsRetriever:
        """This index as a LangChain retriever."""
        from index.searching.retriever import NewsRetriever

        return NewsRetriever(index=self, limit=limit, within=within)

    # How

    def _writer(self, progress: OnProgress | None) -> BulkWriter:
        return BulkWriter(self._store, self.embeddings, self._manifest(), progress)

    def _finish(self, tally: Tally) -> Report:
        self._store.flush()
        return tally.report(self._store.counts(_EVERYTHING))

    def _finish_adding(self, tally: Tally, name: Callable[[str], str]) -> Report:
        tally.skipped = [
            SourceError(name(each.source), each.reason, temporary=each.temporary)
            for each in tally.skipped
        ]
        self._skipped.add(tally.skipped)
        return self._finish(tally)

    def _manifest(self) -> Manifest:
        name, digest = identify(self.embeddings)
        return Manifest(name, digest, SPLITTER_VERSION, COPIES_VERSION)

    def _check_may_change(self) -> None:
        if self._read_only:
            raise DatelineError(
                "This Dateline is read-only: nothing can be added, removed or rebuilt here. "
                "Whoever runs it can, with the command `dateline`."
            )

    def _check_exists(self) -> None:
        if not self._store.exists():
            raise IndexMissingError(
                f"There is no index in {self._store.name} yet: add articles with "
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
        f"The id {prefix!r} {problem}, so nothing was done. `dateline status --articles` lists ids."
    )
