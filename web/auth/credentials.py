"""Names, passwords and sessions: right, wrong, asked too often, or logged in a while ago."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import secrets
import time
from threading import Lock
from typing import TYPE_CHECKING, NamedTuple

from cachetools import TTLCache

from web.clients import client_network

if TYPE_CHECKING:
    from collections.abc import Callable

    from assistant.users import Users

SESSION_IDLE_SECONDS = 12 * 3_600
"""After which a session that was not used is over."""

SESSION_SECONDS = 7 * 86_400
"""After which it is over however much it is used."""

_MOST_SESSIONS = 10_000  # the one unused for longest makes room
_FAILURES_FORGOTTEN_SECONDS = 3_600  # after the last attempt
_MOST_FAILING = 10_000  # keys; beyond that the oldest are let go, so that memory stays bounded
_REMEMBERED_SECONDS = 600  # for which a program's password need not be hashed again
_MOST_REMEMBERED = 1_000


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


class _Failures(NamedTuple):
    number: int
    until: float


class Attempts:
    """Counts failures by key, such as a name or an address.

    Args:
        free: failures without a wait.
        longest: seconds, the longest wait; each failure past `free` doubles it from one second.
        clock: seconds that never go back.
    """

    def __init__(
        self, *, free: int, longest: float, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._free = free
        self._longest = longest
        self._clock = clock
        self._failures = TTLCache[str, _Failures](
            _MOST_FAILING, _FAILURES_FORGOTTEN_SECONDS, timer=clock
        )
        self._lock = Lock()

    def wait(self, key: str) -> float:
        """Seconds until this key may try again; 0 for now."""
        with self._lock:
            known = self._failures.get(key)
            return max(0.0, known.until - self._clock()) if known else 0.0

    def fail(self, key: str) -> None:
        """One more failure. Count it before the password is looked at, and take it back after.

        So a hundred attempts at once are a hundred, and not one.
        """
        with self._lock:
            known = self._failures.get(key)
            count = known.number + 1 if known else 1
            past = count - self._free
            pause = min(self._longest, 2.0 ** min(past, 60)) if past > 0 else 0.0
            self._failures[key] = _Failures(count, self._clock() + pause)

    def forgive(self, key: str, *, all_of_them: bool = False) -> None:
        """Take back the last failure, or all."""
        with self._lock:
            known = self._failures.pop(key, None)
            if known and known.number > 1 and not all_of_them:
                self._failures[key] = _Failures(known.number - 1, self._clock())

    def __len__(self) -> int:
        """How many keys are remembered."""
        return len(self._failures)


class Credentials:
    """Checks names and passwords, and slows down whoever guesses.

    Args:
        users: who there is.
        clock: seconds that never go back.
    """

    def __init__(self, users: Users, clock: Callable[[], float] = time.monotonic) -> None:
        self._users = users
        # One who guesses at a name must not lock out the one whose it is: that wait stays short.
        self._by_name = Attempts(free=5, longest=30, clock=clock)
        self._by_address = Attempts(free=10, longest=900, clock=clock)
        self._secret = secrets.token_bytes(32)
        self._kept = TTLCache[bytes, bool](_MOST_REMEMBERED, _REMEMBERED_SECONDS, timer=clock)
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
        if self.remembers(login):
            return True
        right = self.check(login, address)
        if right:
            with self._lock:
                self._kept[self._key(login)] = True
        return right

    def remembers(self, login: Login) -> bool:
        """Whether it was right a while ago."""
        with self._lock:
            return self._key(login) in self._kept

    def _key(self, login: Login) -> bytes:
        said = f"{login.name}\0{login.password}".encode("utf-8", "surrogateescape")
        return hmac.digest(self._secret, said, hashlib.sha256)


class _Session(NamedTuple):
    name: str
    began: float


class Sessions:
    """Tokens that stand for users.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions = TTLCache[bytes, _Session](
            _MOST_SESSIONS, SESSION_IDLE_SECONDS, timer=clock
        )
        self._lock = Lock()

    def begin(self, name: str) -> str:
        """A new token for a user: 256 random bits."""
        token = secrets.token_urlsafe(32)
        with self._lock:
            self._sessions[_digest(token)] = _Session(name, self._clock())
        return token

    def user(self, token: str) -> str | None:
        """Whose it is; None where it is nobody's (any more)."""
        key = _digest(token)
        with self._lock:
            known = self._sessions.pop(key, None)
            if known is None or self._clock() - known.began > SESSION_SECONDS:
                return None
            self._sessions[key] = known  # used now
            return known.name

    def end(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._sessions.pop(_digest(token), None)


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


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
