"""Requests to one Milvus, with its errors put into words that a user can act on."""

from __future__ import annotations

import logging
import re
import threading
from collections import defaultdict
from contextlib import nullcontext
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

from index.errors import StorageError

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    Row = dict[str, Any]

DEFAULT_PORT, MAX_PORT = "19530", 65_535
_SERVER = re.compile(
    r"milvus(?P<tls>\+tls)?://(?P<host>\[[0-9a-fA-F:.]+\]|[\w.-]+)(?::(?P<port>[0-9]{1,5}))?"
    r"(?:/(?P<database>\w*))?"
)
_FILE = re.compile(r"milvus://(?P<file>/.*[^/]\.db)")


@dataclass(frozen=True, slots=True)
class Address:
    """One database of one Milvus.

    Attributes:
        shown: how it is named to the user.
        uri: as pymilvus takes it; for Milvus Lite the path of its file.
        database: None for the default one.
        file: of Milvus Lite; None for a server.
    """

    shown: str
    uri: str
    database: str | None = None
    file: Path | None = None


def parse_address(uri: str) -> Address:
    """Read a URI, which must be of a known form and hold no password (StorageError)."""
    if "@" in uri.partition("//")[2].partition("/")[0]:
        raise StorageError(
            "DATELINE_INDEX_URI holds a user or a password: put them into DATELINE_INDEX_TOKEN, as "
            "user:password."
        )
    if lite := _FILE.fullmatch(uri.strip()):
        path = unquote(lite["file"])
        return Address(f"milvus://{path}", path, None, Path(path))
    server = _SERVER.fullmatch(uri.strip())
    port = (server and server["port"]) or DEFAULT_PORT
    if not server or server["host"].endswith(".db") or int(port) > MAX_PORT:
        raise StorageError(
            "DATELINE_INDEX_URI cannot be understood: write it as milvus://HOST:PORT, "
            "milvus://HOST:PORT/DATABASE, milvus+tls://HOST:PORT for TLS, or "
            "milvus:///FOLDER/FILE.db for Milvus Lite."
        )
    where, tls, database = f"{server['host']}:{port}", server["tls"] or "", server["database"]
    shown = f"milvus{tls}://{where}" + (f"/{database}" if database else "")
    return Address(shown, f"http{'s' if tls else ''}://{where}", database or None)


STRONG, SESSION = "Strong", "Session"
"""Milvus' consistency levels: everything written by anybody; or at least what this client wrote."""

CONNECT_TIMEOUT_S = 5.0
REQUEST_TIMEOUT_S = 60.0
LOAD_TIMEOUT_S = 600.0  # a cluster reads a large collection into memory
KEYS_PER_REQUEST = 500
ROWS_PER_PAGE = 1_000
MAX_HITS = 16_384  # that Milvus answers one search with

# Milvus' codes for a collection, an index and an alias that is not there.
_NOT_THERE = {100, 700, 1600}
_UNREACHED = ("Fail connecting", "server unavailable", "UNAVAILABLE", "DEADLINE_EXCEEDED")
_REFUSED = ("auth check failure", "unauthenticated", "Unauthenticated", "permission")

# Milvus Lite serves several threads, and breaks when two of them write at once.
_lite_locks: defaultdict[str, threading.RLock] = defaultdict(threading.RLock)


class CollectionGoneError(Exception):
    """The collection is not there: a rebuild has replaced it, or nothing was stored in it yet."""


class MilvusClient:
    """Requests to one Milvus; it is reached when first needed.

    Every method may raise StorageError, and CollectionGoneError where a collection is named.
    """

    def __init__(self, address: Address, token: str | None = None) -> None:
        self.address = address
        self._token = token
        self._client: Any = None
        self._opening = threading.Lock()
        self._lite = _lite_locks[address.uri] if address.file else None
        self._loaded: set[str] = set()

    @property
    def serves_lite(self) -> bool:
        """Whether it is Milvus Lite, in a file or, once it was reached, as a server."""
        return self._lite is not None

    # Reading

    def get(
        self, collection: str, keys: Collection[str], fields: list[str], level: str = SESSION
    ) -> dict[str, Row]:
        """The rows under these keys, by key, where they are."""
        how = {"output_fields": ["key", *fields], "consistency_level": level}
        batches = _batches(keys)
        return {
            row["key"]: row for some in batches for row in self._ask("get", collection, some, **how)
        }

    def where(
        self, collection: str, field: str, values: Collection[str], fields: list[str]
    ) -> Iterator[Row]:
        """The rows whose field has one of these values, which must be hexadecimal digests."""
        for some in _batches(values):
            yield from self.rows(collection, f"{field} in {quoted(some)}", fields)

    def rows(self, collection: str, condition: str, fields: list[str]) -> Iterator[Row]:
        """Every row that fits a condition, a page at a time: an answer holds 16,384 at most."""
        iterator = self._ask(
            "query_iterator",
            collection,
            batch_size=ROWS_PER_PAGE,
            filter=condition,
            output_fields=["key", *fields],
            consistency_level=STRONG,
        )
        try:
            while page := self._guarded(iterator.next):
                yield from page
        finally:
            self._guarded(iterator.close)

    def search(
        self,
        collection: str,
        field: str,
        query: Any,
        limit: int,
        fields: list[str],
        condition: str = "",
    ) -> list[tuple[Row, float]]:
        """(row, score), the best first; scores are above 0, or cosines."""
        found = self._ask(
            "search",
            collection,
            [query],
            anns_field=field,
            limit=min(limit, MAX_HITS),
            filter=condition,
            output_fields=fields,
            consistency_level=SESSION,
        )[0]
        return [({"key": hit["key"], **hit["entity"]}, float(hit["distance"])) for hit in found]

    # Writing

    def put(
        self, collection: str, rows: Sequence[Row], *, per_request: int = 500, partial: bool = False
    ) -> None:
        """Upsert rows by their key; `partial` rows change only the fields that they have."""
        how = {"partial_update": True} if partial else {}
        for start in range(0, len(rows), per_request):
            self._ask("upsert", collection, list(rows[start : start + per_request]), **how)

    def delete(self, collection: str, keys: Collection[str]) -> None:
        """Delete the rows under these keys, where they are."""
        for some in _batches(keys):
            self._ask("delete", collection, some)

    # Collections and aliases

    def collections(self) -> set[str]:
        """The names of all collections."""
        return set(self._call("list_collections"))

    def create(self, collection: str, schema: Any, indexes: Any) -> None:
        """Make a collection."""
        self._call("create_collection", collection, schema=schema, consistency_level=SESSION)
        # Without waiting: pymilvus looks again half a second later, once for each index.
        self._call("create_index", collection, index_params=indexes, sync=False)

    def drop(self, collection: str) -> None:
        """Remove a collection, where it is there."""
        self._loaded.discard(collection)
        self._call("drop_collection", collection)

    def alias_target(self, alias: str) -> str | None:
        """The collection that an alias stands for; None when there is no such alias."""
        try:
            found: str = self._call("describe_alias", alias)["collection_name"]
        except CollectionGoneError:
            return None
        return found

    def point_alias(self, alias: str, collection: str) -> None:
        """Have an alias stand for a collection: one step, seen by everybody at once."""
        verb = "create_alias" if self.alias_target(alias) is None else "alter_alias"
        self._call(verb, collection, alias)

    def flush(self, collection: str) -> None:
        """Have Milvus Lite write its files and index them; a server does that by itself."""
        if self.serves_lite:
            self._ask("flush", collection)

    # How

    def _ask(self, method: str, collection: str, *given: Any, **named: Any) -> Any:
        """A request to a collection, which is loaded first."""
        if collection not in self._loaded:
            self._call("load_collection", collection, within=LOAD_TIMEOUT_S)
            self._loaded.add(collection)
        try:
            return self._call(method, collection, *given, **named)
        except CollectionGoneError:
            self._loaded.discard(collection)
            raise

    def _call(
        self, method: str, *given: Any, within: float = REQUEST_TIMEOUT_S, **named: Any
    ) -> Any:
        with self._opening:
            client = self._client = self._client or self._open()
        return self._guarded(lambda: getattr(client, method)(*given, timeout=within, **named))

    def _guarded(self, request: Callable[[], Any]) -> Any:
        from pymilvus import MilvusException

        try:
            with self._lite or nullcontext():
                return request()
        except MilvusException as error:
            if error.code in _NOT_THERE:
                raise CollectionGoneError(str(error)) from error
            raise StorageError(self._explain(error)) from error

    def _open(self) -> Any:
        try:
            import pymilvus

            if self.address.file:
                import milvus_lite  # noqa: F401
        except ImportError:
            raise StorageError(
                "DATELINE_INDEX_URI names a Milvus, and its client is not installed: "
                "pip install 'dateline[milvus]'."
            ) from None
        for name in ("pymilvus", "milvus_lite"):  # they log each error that they raise
            logging.getLogger(name).setLevel(logging.CRITICAL)
        # Milvus Lite cuts off a client that asks every ten seconds whether it is still there.
        seldom = {"grpc.keepalive_time_ms": 600_000} if self.address.file else {}
        try:
            if self.address.file:
                self.address.file.parent.mkdir(parents=True, exist_ok=True)
            client = pymilvus.MilvusClient(
                self.address.uri,
                token=self._token or "",
                db_name=self.address.database or "",
                timeout=CONNECT_TIMEOUT_S,
                grpc_options=seldom,
            )
            version = client.get_server_version(timeout=CONNECT_TIMEOUT_S)
        except OSError as error:
            raise StorageError(
                f"{self.address.shown} cannot be made ({error}): change DATELINE_INDEX_URI."
            ) from error
        except pymilvus.MilvusException as error:
            raise StorageError(self._explain(error)) from error
        if "lite" in str(version):
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
            return f"{where} cannot be reached: start it, or check DATELINE_INDEX_URI."
        if any(sign in said for sign in _REFUSED):
            return (
                f"{where} refuses the login: set DATELINE_INDEX_TOKEN to user:password or to its "
                "key."
            )
        return f"{where} failed: {said[:300]}"


def quoted(values: Collection[str]) -> str:
    """A list for a condition: of digests of ours, and no text of anybody's (ValueError)."""
    if not all(each.isascii() and each.isalnum() for each in values):
        raise ValueError("only digests go into a condition")
    return "[" + ", ".join(f"'{each}'" for each in values) + "]"


def _batches(values: Collection[str]) -> Iterator[list[str]]:
    everything = sorted(set(values))
    for start in range(0, len(everything), KEYS_PER_REQUEST):
        yield everything[start : start + KEYS_PER_REQUEST]
