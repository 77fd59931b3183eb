"""An index that answers and is never changed: for a chat that many may ask and nobody may alter."""

from __future__ import annotations

from typing import TYPE_CHECKING, NoReturn

from index import DatelineError, NewsIndex

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from pathlib import Path

    from index import Article
    from index.listing import Aside
    from index.loading import LoadOptions
    from index.reports import OnProgress
    from index.store import Store

_REFUSED = (
    "This Dateline is read-only: nothing can be added, removed or rebuilt here. Whoever runs it "
    "can, with the command `dateline`."
)


class ReadOnlyIndex(NewsIndex):
    """`NewsIndex` without its changes, each of which raises `DatelineError` and does nothing."""

    def add(
        self,
        sources: Iterable[str | Path | Article],  # noqa: ARG002
        *,
        options: LoadOptions | None = None,  # noqa: ARG002
        progress: OnProgress | None = None,  # noqa: ARG002
        name: Callable[[str], str] | None = None,  # noqa: ARG002
    ) -> NoReturn:
        """Refuse."""
        raise DatelineError(_REFUSED)

    def put_back(self, aside: Aside) -> NoReturn:  # noqa: ARG002
        """Refuse."""
        raise DatelineError(_REFUSED)

    def remove(self, article_ids: Iterable[str]) -> NoReturn:  # noqa: ARG002
        """Refuse."""
        raise DatelineError(_REFUSED)

    def rebuild(
        self,
        sources: Iterable[str | Path | Article] | None = None,  # noqa: ARG002
        *,
        options: LoadOptions | None = None,  # noqa: ARG002
        progress: OnProgress | None = None,  # noqa: ARG002
    ) -> NoReturn:
        """Refuse."""
        raise DatelineError(_REFUSED)

    def move_from(
        self,
        source: Store,  # noqa: ARG002
        progress: OnProgress | None = None,  # noqa: ARG002
    ) -> NoReturn:
        """Refuse."""
        raise DatelineError(_REFUSED)
