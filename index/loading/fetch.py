"""Fetch one URL: no further than the public internet, and no more or longer than is sensible.

Three rules keep a URL that someone else wrote (in a feed, in a redirection, in DNS) from reaching
what only this machine can reach. Only http and https are spoken. Each host is looked up once and
the connection goes to the address that was checked, so that a second look-up cannot say otherwise
(DNS rebinding). And every redirection begins anew with both.

No proxy is used, no cookie is kept, no password is sent.
"""

from __future__ import annotations

import time
import zlib
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

import httpcore
import httpx

from index.errors import SourceError
from index.files import first_line
from index.loading.connecting import Backend, in_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index.loading.connecting import FetchOptions, Limits

AGENT = "Dateline"
_REDIRECTIONS = {301, 302, 303, 307, 308}
_GZIP = 16 + zlib.MAX_WBITS  # zlib's number for a gzip stream
_TEMPORARY = {408, 425, 429}  # and all that begin with 5
_REASONS = {
    401: "needs a login: save the article from your browser and add the file",
    402: "needs a subscription: save the article from your browser and add the file",
    403: "the server refuses to give it: save it from your browser and add the file",
    404: "there is no such page (404): check the address",
    410: "the page is gone (410)",
    429: "too many requests: try again later",
}


@dataclass(frozen=True, slots=True)
class Response:
    """What a server gave.

    Attributes:
        url: where it was found, after redirections.
        body: unpacked; empty when `not_modified`.
        media_type, charset: as declared, in lower case; None when they are not.
        etag, last_modified: to be sent with the next request, which may then say "not modified".
        not_modified: nothing has changed since those that were sent.
    """

    url: str
    body: bytes
    media_type: str | None
    charset: str | None
    etag: str | None
    last_modified: str | None
    not_modified: bool = False


class StatusError(SourceError):
    """A server answered, and not with what was asked for; `retry_after` is what it said so."""

    def __init__(self, source: str, status: int, retry_after: str | None) -> None:
        temporary = status in _TEMPORARY or status >= 500
        super().__init__(source, _reason(status), temporary=temporary)
        self.status, self.retry_after = status, retry_after


def fetch(
    url: str,
    options: FetchOptions,
    *,
    etag: str | None = None,
    last_modified: str | None = None,
    before: Callable[[str], None] = lambda _: None,
) -> Response:
    """What stands at a URL.

    Args:
        etag, last_modified: of an earlier response; the new one is empty if nothing has changed.
        before: told the URL of each request to come, redirections too; may wait, which the limits
            do not count, or raise.

    Raises:
        StatusError: the server answers with another status than 200 or 304.
        SourceError: it cannot be fetched, or may not be.
    """
    deadline = time.monotonic() + options.limits.seconds
    sent = {"If-None-Match": etag, "If-Modified-Since": last_modified}
    headers = {
        "User-Agent": user_agent(options.contact),
        "Accept": "text/html,application/xhtml+xml,application/xml;q=0.9,*/*;q=0.8",
        "Accept-Encoding": "gzip",
    } | {name: value for name, value in sent.items() if value}
    place = _parse(url, url)
    for _ in range(options.limits.redirects + 1):
        asked = time.monotonic()
        before(str(place))
        deadline += time.monotonic() - asked
        left = deadline - time.monotonic()
        with (
            _telling_what_is_wrong(url, options.limits),
            httpcore.ConnectionPool(network_backend=Backend(url, options, deadline)) as pool,
        ):
            # On the way out the pool closes its connection, and with it ends what was too late.
            status, said, body = in_time(partial(_ask, pool, place, headers, url, options), left)
        if status in _REDIRECTIONS and "location" in said:
            place = _parse(str(place.join(said["location"])), url)
            continue
        media_type, _, rest = said.get("content-type", "").partition(";")
        charset = rest.lower().partition("charset=")[2].split(";")[0].strip(" \"'")
        return Response(
            url=str(place.copy_with(fragment=None)),
            body=body,
            media_type=media_type.strip().lower() or None,
            charset=charset or None,
            etag=said.get("etag"),
            last_modified=said.get("last-modified"),
            not_modified=status == 304,
        )
    raise SourceError(url, f"is redirected more than {options.limits.redirects} times")


def user_agent(contact: str | None) -> str:
    """Under what name requests are made: with whom to turn to, where the user has said it."""
    to = f"+{contact}; " if contact else ""
    return f"{AGENT}/0.1 ({to}news reader, run by its user)"


def _parse(url: str, source: str) -> httpx.URL:
    try:
        place = httpx.URL(url.strip())
        host = place.raw_host.decode("ascii")  # IDNA
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise SourceError(source, f"not a URL ({error})") from error
    led = "" if url == source else f" (redirected to {url[:100]})"
    if place.scheme not in {"http", "https"}:
        raise SourceError(source, f"only http and https URLs can be added{led}")
    if not host:
        raise SourceError(source, f"names no host{led}")
    if place.port is not None and place.port > 65_535:
        raise SourceError(source, f"not a URL (there is no port {place.port}){led}")
    if place.userinfo:
        raise SourceError(source, f"holds a name and password, which are never sent{led}")
    return place


def _ask(
    pool: httpcore.ConnectionPool,
    place: httpx.URL,
    headers: dict[str, str],
    url: str,
    options: FetchOptions,
) -> tuple[int, httpx.Headers, bytes]:
    """Status, headers and body of one response; a StatusError where it is not what was wanted."""
    limits = options.limits
    target = httpcore.URL(
        scheme=place.raw_scheme, host=place.raw_host, port=place.port, target=place.raw_path
    )
    waits = {"connect": limits.connect, "read": limits.read, "write": limits.read}
    with pool.stream(
        "GET",
        target,
        headers=list({"Host": place.netloc.decode("ascii"), **headers}.items()),
        extensions={"timeout": waits},
    ) as response:
        said = httpx.Headers(response.headers)
        if response.status == 304 or (response.status in _REDIRECTIONS and "location" in said):
            return response.status, said, b""
        if response.status != 200:
            raise StatusError(url, response.status, said.get("retry-after"))
        return response.status, said, _read(response, said, url, limits)


def _reason(status: int) -> str:
    if status in _REASONS:
        return _REASONS[status]
    if status >= 500:
        return f"the server failed ({status}): try again later"
    return f"the server answered {status}: check the address"


def _read(response: httpcore.Response, said: httpx.Headers, url: str, limits: Limits) -> bytes:
    """The body, unpacked as it comes, so that a small one cannot become a huge one."""
    coding = said.get("content-encoding", "identity").strip().lower()
    if coding not in {"identity", "gzip", "x-gzip", ""}:
        raise SourceError(url, f"the server packs it as {coding}, which was not asked for")
    unpack = zlib.decompressobj(_GZIP) if "gzip" in coding else None
    body = bytearray()
    for chunk in response.iter_stream():
        room = limits.download - len(body) + 1
        body += unpack.decompress(chunk, room) if unpack else chunk
        if len(body) > limits.download:
            raise SourceError(
                url, f"larger than {limits.download / 1e6:.0f} MB: download it and add the file"
            )
    if unpack and not unpack.eof:
        raise SourceError(url, "ended too early: try again later", temporary=True)
    return bytes(body)


@contextmanager
def _telling_what_is_wrong(url: str, limits: Limits) -> Iterator[None]:
    try:
        yield
    except httpcore.TimeoutException as error:
        raise SourceError(
            url,
            f"the server takes too long (at most {limits.seconds:.0f} s): try again later",
            temporary=True,
        ) from error
    except httpcore.ConnectError as error:
        raise SourceError(
            url, f"no connection ({first_line(error)}): try again later", temporary=True
        ) from error
    except (httpcore.NetworkError, httpcore.ProtocolError, zlib.error) as error:
        raise SourceError(
            url, f"the answer broke off ({first_line(error)}): try again", temporary=True
        ) from error
