"""How much a source may ask for, and where a request may go."""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass
from queue import Empty, Queue
from threading import Thread
from typing import TYPE_CHECKING, TypeVar

import httpcore

from index.errors import SourceError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable
    from ipaddress import IPv4Address, IPv6Address


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much one source may take; bytes, seconds and counts.

    Attributes:
        article: the longest text that is one article.
        document: the largest page, PDF or office document, read whole.
        download: the largest response from the web.
        seconds: how long a response may take from the first look-up to the last byte.
        connect, read: how long to wait for a connection, and for the next bytes.
        redirects: how many to follow.
        links: how many entries of one feed.
        unpacked: what one archive may unpack to, all that is inside it together.
        ratio: how many times its own size a packed file may unpack to; text packs 20 to 1 at best.
        spared: what may always be unpacked, whatever the ratio: a small file of blanks is no bomb.
        nested: the largest archive inside an archive, which has to be unpacked to be looked into.
        entries: files in one archive.
        depth: archives within archives; news.jsonl.xz in a ZIP counts 2.
        nesting: how deep a value may lie in JSON.
        pages: pages of a PDF.
        reading: seconds that reading a PDF may take; one page is always read to its end.
        elements: HTML elements of a page; what is done with them takes time with their square.
        cells: of a sheet, from its first to its last, the empty ones between them too.
        heading: bytes before a record in a web archive.
    """

    article: int = 5_000_000
    document: int = 25_000_000
    download: int = 25_000_000
    seconds: float = 60.0
    connect: float = 10.0
    read: float = 20.0
    redirects: int = 5
    links: int = 1_000
    unpacked: int = 10_000_000_000
    ratio: int = 200
    spared: int = 10_000_000
    nested: int = 500_000_000
    entries: int = 100_000
    depth: int = 3
    nesting: int = 100
    pages: int = 5_000
    reading: float = 120.0
    elements: int = 40_000
    cells: int = 200_000
    heading: int = 1_000_000


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchOptions:
    """How a URL may be fetched.

    Attributes:
        allow_private: whether URLs may lead to this machine and to private networks.
        contact: a URL or e-mail address under which servers reach who runs this; None to say none.
    """

    allow_private: bool = False
    limits: Limits = Limits()
    contact: str | None = None


Found = TypeVar("Found")
_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


class Backend(httpcore.SyncBackend):
    """Connects to addresses that were checked, by a deadline (of the monotonic clock)."""

    def __init__(self, source: str, options: FetchOptions, deadline: float) -> None:
        self._source, self._options, self._deadline = source, options, deadline

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[httpcore.SOCKET_OPTION] | None = None,
    ) -> httpcore.NetworkStream:
        """Look the host up, check what comes, and connect to that."""
        try:
            addresses = look_up(host, port)
        except (OSError, UnicodeError) as error:
            raise SourceError(
                self._source,
                f"there is no host {host}: check the address, and the network",
                temporary=True,  # or there is no network
            ) from error
        private = [each for each in addresses if not is_public(each)]
        if private and not self._options.allow_private:
            where = host if host == private[0] else f"{host} ({private[0]})"
            raise SourceError(
                self._source,
                f"{where} is on this machine or a private network: only `dateline add "
                "--allow-private` goes there",
            )
        failure: httpcore.ConnectError | httpcore.ConnectTimeout | None = None
        for address in addresses:
            if time.monotonic() > self._deadline:  # nobody waits for it any more
                break
            try:
                return super().connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore.ConnectError, httpcore.ConnectTimeout) as error:
                failure = error
        raise failure or httpcore.ConnectError("no address")


def in_time(find: Callable[[], Found], seconds: float) -> Found:
    """What is found, or whatever that raises; httpcore.ReadTimeout when it takes longer.

    It is left to a thread of its own: neither the system's look-up of a host nor a server that
    sends a byte a second can be told when to stop.
    """
    results: Queue[Found | BaseException] = Queue()

    def work() -> None:
        try:
            results.put(find())
        except BaseException as error:  # told to the thread that waits for it
            results.put(error)

    Thread(target=work, name="fetch", daemon=True).start()
    try:
        result = results.get(timeout=max(seconds, 0))
    except Empty:
        raise httpcore.ReadTimeout("the deadline has passed") from None
    if isinstance(result, BaseException):
        raise result
    return result


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system finds them; of "0177.1", which is 127.0.0.1, too."""
    found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def is_public(address: str) -> bool:
    """Whether this is an address of the public internet.

    Not this machine, a private, link-local, shared or reserved network, nor a group; nor an IPv6
    address that stands for such an IPv4 address (mapped, 6to4, Teredo, NAT64).
    """
    parsed = ipaddress.ip_address(address)
    if isinstance(parsed, ipaddress.IPv4Address):
        return _is_public(parsed)
    if parsed.ipv4_mapped:
        return _is_public(parsed.ipv4_mapped)
    if parsed in _NAT64:
        return _is_public(ipaddress.IPv4Address(int(parsed) & 0xFFFFFFFF))
    inside = filter(None, [parsed.sixtofour, *(parsed.teredo or ())])
    return _is_public(parsed) and not parsed.is_site_local and all(map(_is_public, inside))


def _is_public(address: IPv4Address | IPv6Address) -> bool:
    return address.is_global and not (
        address.is_multicast
        or address.is_reserved
        or address.is_loopback
        or address.is_link_local
        or address.is_unspecified
    )
