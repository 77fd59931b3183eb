"""Milvus Lite for the tests: one file for all of them, and in it a database for each."""

from __future__ import annotations

import atexit
import shutil
import tempfile
from contextlib import contextmanager
from functools import cache
from hashlib import blake2b
from pathlib import Path
from threading import Lock
from typing import TYPE_CHECKING

from index.store.milvus import Address, MilvusStore

if TYPE_CHECKING:
    from collections.abc import Iterator

_creating = Lock()


def milvus_store(folder: Path) -> MilvusStore:
    """A store whose database is named by the folder: the same one for the same folder."""
    name = "d" + blake2b(str(folder).encode(), digest_size=8).hexdigest()
    with _creating:
        file = _file()
        _create_database(name)
    return MilvusStore(Address(f"milvus://{file} {name}", str(file), name, file), folder)


@contextmanager
def served_milvus(file: Path) -> Iterator[int]:
    """Milvus Lite as a server, reached as any other server is; its port."""
    from milvus_lite.adapter.grpc.server import start_server_in_thread

    server, database, port = start_server_in_thread(str(file))
    yield port
    server.stop(grace=0)
    database.close()


@cache
def _file() -> Path:
    folder = Path(tempfile.mkdtemp(prefix="dateline-milvus-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return folder / "shared.db"


@cache
def _create_database(name: str) -> None:
    from pymilvus import MilvusClient

    client = MilvusClient(str(_file()), grpc_options={"grpc.keepalive_time_ms": 600_000})
    client.create_database(name)
    client.close()
