"""Where a Milvus is, read from `DATELINE_INDEX_URI`."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from urllib.parse import unquote, urlsplit

from index.errors import StorageError

_PORT = 19530
_FORMS = (
    "milvus://HOST:PORT, milvus://HOST:PORT/DATABASE, milvus+tls://HOST:PORT for TLS, or "
    "milvus:///FOLDER/FILE.db for Milvus Lite"
)


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
    """Read a URI.

    Raises:
        StorageError: it is not one of the forms that are known, or it holds a password.
    """
    wrong = StorageError(f"DATELINE_INDEX_URI cannot be understood: write it as {_FORMS}.")
    try:
        parts = urlsplit(uri.strip())
        host, port = parts.hostname, parts.port or _PORT
    except ValueError:
        raise wrong from None
    if parts.username or parts.password:
        raise StorageError(
            "DATELINE_INDEX_URI holds a user or a password: put them into DATELINE_INDEX_TOKEN, as "
            "user:password."
        )
    if parts.scheme not in {"milvus", "milvus+tls"} or parts.query or parts.fragment:
        raise wrong
    path = unquote(parts.path)
    if not host:
        whole = parts.scheme == "milvus" and not parts.netloc and path.startswith("/")
        if not whole or not path.endswith(".db") or path.endswith("/.db"):
            raise wrong
        return Address(f"milvus://{path}", path, None, Path(path))
    database = path.strip("/") or None
    if host.endswith(".db") or (database and not database.replace("_", "a").isalnum()):
        raise wrong
    shown_host = f"[{host}]" if ":" in host else host
    scheme = "https" if parts.scheme == "milvus+tls" else "http"
    shown = f"{parts.scheme}://{shown_host}:{port}" + (f"/{database}" if database else "")
    return Address(shown, f"{scheme}://{shown_host}:{port}", database)
