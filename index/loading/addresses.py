"""Which network addresses a URL may lead to: those of the public internet."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from ipaddress import IPv4Address, IPv6Address

_NAT64 = ipaddress.ip_network("64:ff9b::/96")  # RFC 6052: an IPv4 address in the last 32 bits


def look_up(host: str, port: int) -> list[str]:
    """The addresses of a host, as the system finds them; of "0177.1" too, which is 127.0.0.1.

    Raises:
        OSError: there are none.
    """
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
