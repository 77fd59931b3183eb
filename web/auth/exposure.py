"""Who the chat is served to: this machine alone, or others, who then log in."""

from __future__ import annotations

import ipaddress
import socket
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from assistant import DatelineError
from assistant.users import Users

if TYPE_CHECKING:
    from assistant import Settings

_OPEN = (
    "{} would let everyone who reaches it ask and add. Set DATELINE_USERS to have them log "
    "in (`dateline hash-password` makes the hashes), or say --without-login."
)


class Exposure(NamedTuple):
    """Where the chat is served, and to whom.

    Attributes:
        host: the address listened on.
        names: the host names that readers use; empty for this machine's own, or on a wider
            address for any, or without a login for addresses and this machine's own name.
        users: who may log in; None for no login.
        read_only: whether nothing can be added, removed or rebuilt.
    """

    host: str = "127.0.0.1"
    names: frozenset[str] = frozenset()
    users: Users | None = None
    read_only: bool = False

    def serves(self, name: str) -> bool:
        """Whether a request that names this host is for us."""
        if is_loopback(name) or name.lower() in self.names:
            return True
        if self.names or is_loopback(self.host):
            return False
        # Where nobody logs in, a page elsewhere could have its own name lead here (DNS rebinding):
        # what is no name, and what this machine calls itself, it cannot.
        return self.users is not None or _is_address(name) or name.lower() in _own_names()


def expose(host: str, settings: Settings, *, without_login: bool = False) -> Exposure:
    """Where and to whom, as the settings say.

    Raises:
        DatelineError: others could reach it, and nobody would have to log in; or the users cannot
            be read.
    """
    names = frozenset(each.strip().lower() for each in settings.names.split(",") if each.strip())
    users = Users.parse(settings.users.get_secret_value()) if settings.users else None
    if users is None and not without_login:
        if not is_loopback(host):
            raise DatelineError(_OPEN.format(f"Listening on {host}"))
        if wide := sorted(name for name in names if not is_loopback(name)):
            raise DatelineError(_OPEN.format(f"Serving {wide[0]}"))
    return Exposure(host, names, users, settings.read_only)


def is_loopback(host: str) -> bool:
    """Whether a name or address can mean this machine only."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host.strip("[]")).is_loopback
    except ValueError:
        return False


def _is_address(name: str) -> bool:
    try:
        return bool(ipaddress.ip_address(name))
    except ValueError:
        return False


def _own_names() -> set[str]:
    name = socket.gethostname().lower()
    return {name, f"{name}.local"}


def host_name(host: str) -> str:
    """The name in a Host header, without port and brackets."""
    try:
        return urlsplit(f"//{host}").hostname or ""
    except ValueError:
        return ""
