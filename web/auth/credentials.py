"""A name and a password: right, wrong, or asked too often."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import ipaddress
import secrets
import time
from collections import OrderedDict
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from web.auth.attempts import Attempts

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.users import Users

_KEPT = 600  # seconds for which a program's password need not be hashed again
_MOST_KEPT = 1_000


class TooManyAttemptsError(Exception):
    """Wait before the next one.

    Attributes:
        seconds: for how long.
    """

    def __init__(self, seconds: float) -> None:
        super().__init__(seconds)
        self.seconds = seconds


class Login(NamedTuple):
    """A name and a password as they were given."""

    name: str
    password: str


class Credentials:
    """Checks names and passwords, and slows down whoever guesses.

    Args:
        users: who there is.
        clock: seconds that never go back.
    """

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        self._clock = clock
        # One who guesses at a name must not lock out the one whose it is: that wait stays short.
        self._by_name = Attempts(free=5, longest=30, clock=clock)
        self._by_address = Attempts(free=10, longest=900, clock=clock)
        self._secret = secrets.token_bytes(32)
        self._kept: OrderedDict[bytes, float] = OrderedDict()
        self._lock = Lock()

    def check(self, login: Login, address: str) -> bool:
        """Whether both belong together. Takes a tenth of a second: not for the event loop.

        Raises:
            TooManyAttemptsError: this name or this address failed too often of late.
        """
        name, source = login.name[:64].casefold(), client_network(address)
        if pause := max(self._by_name.wait(name), self._by_address.wait(source)):
            raise TooManyAttemptsError(pause)
        self._by_name.fail(name)
        self._by_address.fail(source)
        right = self._users.verify(login.name, login.password)
        if right:
            self._by_name.forgive(name, all_of_them=True)
            self._by_address.forgive(source)
        return right

    def check_again(self, login: Login, address: str) -> bool:
        """`check`, but what was right a while ago is not hashed again; for programs."""
        key = self._key(login)
        if self.remembers(login):
            return True
        if not self.check(login, address):
            return False
        with self._lock:
            self._kept[key] = self._clock() + _KEPT
            while len(self._kept) > _MOST_KEPT:
                self._kept.popitem(last=False)
        return True

    def remembers(self, login: Login) -> bool:
        """Whether it was right a while ago."""
        with self._lock:
            until = self._kept.get(self._key(login))
        return until is not None and until > self._clock()

    def _key(self, login: Login) -> bytes:
        said = f"{login.name}\0{login.password}".encode("utf-8", "surrogateescape")
        return hmac.digest(self._secret, said, hashlib.sha256)


def read_authorization(header: str) -> Login | None:
    """`Basic …`, or `Bearer name:password`, as which OpenAI's clients send their key."""
    scheme, _, said = header.partition(" ")
    try:
        if scheme.lower() == "basic":
            said = base64.b64decode(said.strip(), validate=True).decode("utf-8")
        elif scheme.lower() == "bearer":
            said = said.strip().encode("latin-1").decode("utf-8")  # a header is read as Latin-1
        else:
            return None
    except (binascii.Error, ValueError):
        return None
    name, colon, password = said.partition(":")
    return Login(name, password) if colon and name else None


def client_network(address: str) -> str:
    """One client's addresses: a household has one of IPv4, but 2⁶⁴ of IPv6."""
    try:
        known = ipaddress.ip_address(address.split("%")[0])
    except ValueError:
        return address
    if known.version == 4:
        return address
    if known.ipv4_mapped:
        return str(known.ipv4_mapped)
    return str(ipaddress.ip_network((known, 64), strict=False))
