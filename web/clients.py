"""Who asks: from which address, under which of our names, and as which user."""

from __future__ import annotations

import ipaddress
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

if TYPE_CHECKING:
    from starlette.types import Scope

USER = "dateline.user"
"""Where in the ASGI scope the user's name stands; empty where nobody has to log in."""


def read_address(host: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    """The address that a host is; None where it is a name."""
    try:
        return ipaddress.ip_address(host)
    except ValueError:
        return None


def is_loopback(host: str) -> bool:
    """Whether a name or address can mean this machine only."""
    known = read_address(host.strip("[]"))
    return host.lower() == "localhost" or (known is not None and known.is_loopback)


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""


def client_network(address: str) -> str:
    """One client's addresses: a household has one of IPv4, but 2⁶⁴ of IPv6."""
    known = read_address(address.split("%")[0])
    if known is None or known.version == 4:
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))


def client_of(scope: Scope) -> str:
    """Whose request it is: a user's, else an address's."""
    if user := scope.get(USER):
        return f"user {user}"
    client = scope.get("client")
    return client_network(client[0]) if client else ""
