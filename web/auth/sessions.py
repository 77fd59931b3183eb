"""Who is logged in: random tokens, kept in memory by their digest, that expire."""

from __future__ import annotations

import hashlib
import secrets
import time
from collections import OrderedDict
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

IDLE = 12 * 3_600
"""Seconds after which a session that was not used is over."""

LONGEST = 7 * 86_400
"""Seconds after which it is over however much it is used."""

_MOST = 10_000  # sessions; the one unused for longest makes room


@dataclass(frozen=True, slots=True)
class _Session:
    name: str
    began: float
    used: float


class Sessions:
    """Tokens that stand for users.

    Args:
        clock: seconds that never go back.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._sessions: OrderedDict[bytes, _Session] = OrderedDict()
        self._lock = Lock()

    def begin(self, name: str) -> str:
        """A new token for a user: 256 random bits."""
        token, now = secrets.token_urlsafe(32), self._clock()
        with self._lock:
            self._sessions[_digest(token)] = _Session(name, now, now)
            while len(self._sessions) > _MOST:
                self._sessions.popitem(last=False)
        return token

    def user(self, token: str) -> str | None:
        """Whose it is; None where it is nobody's (any more)."""
        key = _digest(token)
        with self._lock:
            known = self._sessions.pop(key, None)
            now = self._clock()
            if known is None or now - known.used > IDLE or now - known.began > LONGEST:
                return None
            self._sessions[key] = replace(known, used=now)
            return known.name

    def end(self, token: str) -> None:
        """Forget a token."""
        with self._lock:
            self._sessions.pop(_digest(token), None)


def _digest(token: str) -> bytes:
    return hashlib.sha256(token.encode("utf-8", "surrogateescape")).digest()
