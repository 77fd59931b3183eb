"""One connection to a Milvus: what is asked of it, with its errors put into words."""

from __future__ import annotations

import logging
import threading
import time
from collections import defaultdict
from typing import TYPE_CHECKING, Any

from index.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence
    from pathlib import Path

    from index.store.milvus.address import Address

    Row = dict[str, Any]

STRONG, SESSION = "Strong", "Session"
_REACHED_WITHIN = 5.0  # seconds
_ANSWERED_WITHIN = 60.0  # seconds
_LOADED_WITHIN = 600.0  # seconds; a cluster reads a large collection into memory
_AT_ONCE = 500  # rows asked for by key in one request
_PAGE = 1_000  # rows of an iterator's step
MOST_FOUND = 16_384  # that a search may be asked for

_MISSING = 100  # Milvus' code for a collection that is not there
_UNREACHED = ("Fail connecting", "server unavailable", "UNAVAILABLE", "DEADLINE_EXCEEDED")
_REFUSED = ("auth check failure", "unauthenticated", "Unauthenticated", "permission")

# Milvus Lite serves several threads, and breaks when two of them write at once.
_lite_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


class CollectionGoneError(Exception):
    """The collection is not there: another process may have replaced it."""


class Connection:
    """Requests to one Milvus, made when first needed.

    Args:
        address: where it is.
        token: `user:password` or an API key; None for neither.

    Every method may raise StorageError, and CollectionGoneError where a collection is named.
    """

    def __init__(self, address: Address, token: str | None = None) -> None:
        self.address = address
        self._token = token
        self._client: Any = None
        self._opening = threading.Lock()
        self._lite = _lite_locks[address.uri] if address.file else None
        self._loaded: set[str] = set()
        self.serves_lite = address.file is not None

    # Reading

    def get(
        self, collection: str, keys: Collection[str], fields: list[str], level: str = SESSION
    ) -> dict[str, Row]:
        """The rows under these keys, by key, where they are."""
        found: dict[str, Row] = {}
        everything = sorted(set(keys))
        for start in range(0, len(everything), _AT_ONCE):
            rows = self._ask(
                "get",
                collection,
                ids=everything[start : start + _AT_ONCE],
                output_fields=["key", *fields],
                consistency_level=level,
            )
            found |= {row["key"]: row for row in rows}
        return found

    def where(
        self, collection: str, field: str, values: Collection[str], fields: list[str]
    ) -> Iterator[Row]:
        """The rows whose field has one of these values, which must be ours: hexadecimal digits."""
        everything = sorted(set(values))
        for start in range(0, len(everything), _AT_ONCE):
            condition = f"{field} in {quoted(everything[start : start + _AT_ONCE])}"
            yield from self.rows(collection, condition, fields, STRONG)

    def rows(
        self, collection: str, condition: str, fields: list[str], level: str = SESSION
    ) -> Iterator[Row]:
        """Every row that fits a condition, in steps: one answer may not hold more than 16,384."""
        iterator = self._ask(
            "query_iterator",
            collection,
            batch_size=_PAGE,
            filter=condition,
            output_fields=["key", *fields],
            consistency_level=level,
        )
        try:
            while page := self._guarded(iterator.next):
                yield from page
        finally:
            self._guarded(iterator.close)

    def count(self, collection: str) -> int:
        """How many rows there are."""
        rows = self._ask(
            "query", collection, filter="", output_fields=["count(*)"], consistency_level=STRONG
        )
        return int(rows[0]["count(*)"])

    def search(
        self,
        collection: str,
        field: str,
        queries: Sequence[Any],
        limit: int,
        fields: list[str],
        condition: str = "",
        level: str = SESSION,
    ) -> list[list[tuple[Row, float]]]:
        """For each query (row, score), the best first; scores are above 0, or cosines."""
        found = self._ask(
            "search",
            collection,
            data=list(queries),
            anns_field=field,
            limit=min(limit, MOST_FOUND),
            filter=condition,
            output_fields=fields,
            consistency_level=level,
        )
        return [
            [({"key": hit["key"], **hit["entity"]}, float(hit["distance"])) for hit in hits]
            for hits in found
        ]

    # Writing

    def put(self, collection: str, rows: Sequence[Row], at_once: int = 500) -> None:
        """Write rows, each in place of one with its key."""
        for start in range(0, len(rows), at_once):
            self._ask("upsert", collection, data=list(rows[start : start + at_once]))

    def delete(self, collection: str, keys: Collection[str]) -> None:
        """Delete the rows under these keys, where they are."""
        everything = sorted(set(keys))
        for start in range(0, len(everything), _AT_ONCE):
            self._ask("delete", collection, ids=everything[start : start + _AT_ONCE])

    # Collections

    def has(self, collection: str) -> bool:
        """Whether there is such a collection."""
        return bool(self._call("has_collection", collection))

    def collections(self) -> list[str]:
        """The names of all collections."""
        found: list[str] = self._call("list_collections")
        return found

    def create(self, collection: str, schema: Any, indexes: Any) -> None:
        """Make a collection, unless it is there."""
        if self.has(collection):
            return
        try:
            self._call(
                "create_collection",
                collection,
                schema=schema,
                consistency_level=SESSION,
            )
            # Without waiting: pymilvus looks again half a second later, once for each index.
            self._call("create_index", collection, index_params=indexes, sync=False)
        except StorageError:
            if not self.has(collection):  # else another process was quicker
                raise

    def drop(self, collection: str) -> None:
        """Remove a collection, where it is there."""
        self._loaded.discard(collection)
        self._call("drop_collection", collection)

    def flush(self, collections: Collection[str]) -> None:
        """Have Milvus Lite write its files and index them; a server does that by itself."""
        if self.serves_lite:
            for each in collections:
                self._ask("flush", each)

    # How

    def _ask(self, method: str, collection: str, **named: Any) -> Any:
        """A request to a collection, which is loaded first."""
        self._load(collection)
        try:
            return self._call(method, collection, **named)
        except CollectionGoneError:
            self._loaded.discard(collection)
            raise

    def _load(self, collection: str) -> None:
        last = time.monotonic() + _REACHED_WITHIN
        while collection not in self._loaded:
            try:
                self._call("load_collection", collection, within=_LOADED_WITHIN)
            except StorageError as error:  # another process is just making it
                if "index" not in str(error) or time.monotonic() > last:
                    raise
                time.sleep(0.1)
            else:
                self._loaded.add(collection)

    def _call(
        self, method: str, *given: Any, within: float = _ANSWERED_WITHIN, **named: Any
    ) -> Any:
        client = self._connect()
        return self._guarded(lambda: getattr(client, method)(*given, timeout=within, **named))

    def _guarded(self, request: Callable[[], Any]) -> Any:
        from pymilvus import MilvusException

        try:
            if self._lite is None:
                return request()
            with self._lite:
                return request()
        except MilvusException as error:
            if error.code == _MISSING or "can't find collection" in str(error):
                raise CollectionGoneError(str(error)) from error
            raise StorageError(self._explain(error)) from error

    def _connect(self) -> Any:
        with self._opening:
            if self._client is None:
                self._client = self._open()
            return self._client

    def _open(self) -> Any:
        try:
            from pymilvus import MilvusClient, MilvusException

            if self.address.file:
                import milvus_lite  # noqa: F401
        except ImportError:
            raise StorageError(
                "INDEX_URI names a Milvus, and its client is not installed: "
                "pip install 'dateline[milvus]'."
            ) from None
        for name in ("pymilvus", "milvus_lite"):  # they log each error that they raise
            logging.getLogger(name).setLevel(logging.CRITICAL)
        if self.address.file:
            _make_folder(self.address.file.parent)
        # Milvus Lite cuts off a client that asks every ten seconds whether it is still there.
        seldom = {"grpc.keepalive_time_ms": 600_000} if self.address.file else {}
        try:
            client = MilvusClient(
                self.address.uri,
                token=self._token or "",
                db_name=self.address.database or "",
                timeout=_REACHED_WITHIN,
                grpc_options=seldom,
            )
            version = client.get_server_version(timeout=_REACHED_WITHIN)
        except MilvusException as error:
            raise StorageError(self._explain(error)) from error
        if "lite" in str(version):
            self.serves_lite = True
            self._lite = _lite_locks[self.address.uri]
        return client

    def _explain(self, error: Any) -> str:
        said = " ".join(str(getattr(error, "message", error)).split())
        where = f"Milvus at {self.address.shown}"
        if "Open local milvus failed" in said:
            return (
                f"{self.address.file} cannot be opened. Milvus Lite serves one process at a time: "
                "stop the other one, or use a Milvus server."
            )
        if any(sign in said for sign in _UNREACHED):
            return f"{where} cannot be reached: start it, or check INDEX_URI."
        if any(sign in said for sign in _REFUSED):
            return f"{where} refuses the login: set INDEX_TOKEN to user:password or to its key."
        return f"{where} failed: {said[:300]}"


def _make_folder(folder: Path) -> None:
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise StorageError(
            f"{folder} cannot be made: {error.strerror}. Change INDEX_URI."
        ) from error


def quoted(values: Collection[str]) -> str:
    """A list for a condition. Every value is a digest of ours, and no text of anybody's.

    Raises:
        ValueError: one is not.
    """
    if not all(each.isascii() and each.isalnum() for each in values):
        raise ValueError("only digests go into a condition")
    return "[" + ", ".join(f"'{each}'" for each in values) + "]"
