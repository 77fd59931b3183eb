"""Requests to servers as a guest makes them: not too often, not where unwanted, not when unwell.

What the user names is fetched whatever robots.txt says, as browsers do. What a feed links obeys it,
wherever a redirection leads. Between two requests to one host there is a pause; a host that fails,
or asks for patience, is left alone for a while.
"""

from __future__ import annotations

import time
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from threading import Event, Lock
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from protego import Protego

from index.errors import SourceError
from index.loading.fetch import AGENT, Response, StatusError, fetch

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from index.loading.connecting import FetchOptions

_LONGEST_WAIT = 30.0  # seconds to wait for a host; one that rests longer is not asked at all
_LONGEST_BACKOFF = 900.0  # seconds, when the server does not say
_LONGEST_REST = 86_400.0  # seconds, whatever the server says
_TOO_MANY = 60.0  # seconds to rest after a 429 that does not say
_RULES_CHARACTERS = 512_000  # RFC 9309 asks for 500 KiB at least
_NOTHING_ALLOWED = "User-agent: *\nDisallow: /"
_CRAWL_DELAY_SECONDS = 30.0  # at most
_RULES_LAST = 3_600.0  # seconds until robots.txt is read again; RFC 9309 allows a day


class Rules:
    """What a site asks of programs: its robots.txt (RFC 9309), read by Protego."""

    def __init__(self, text: str) -> None:
        try:
            self._rules = Protego.parse(text[:_RULES_CHARACTERS].removeprefix("\ufeff"))
        except ValueError:
            self._rules = Protego.parse(_NOTHING_ALLOWED)  # nobody knows which rules

    @property
    def delay(self) -> float:
        """Seconds to leave between two requests, as far as that is sensible."""
        return min(float(self._rules.crawl_delay(AGENT) or 0), _CRAWL_DELAY_SECONDS)

    def allow(self, url: str) -> bool:
        """Whether this may be fetched by a program."""
        try:
            return bool(self._rules.can_fetch(url, AGENT))
        except ValueError:  # "//[" in its path
            return False


class Visits:
    """The requests of one run, and when each host may be asked next.

    Args:
        pause: seconds between two requests to one host.
        clock: seconds from any beginning; never goes back.
        wait: waits so many seconds; true when it was told to stop before.

    Safe to use from several threads.
    """

    def __init__(
        self,
        *,
        pause: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], bool] | None = None,
    ) -> None:
        self._pause, self._clock, self._wait = pause, clock, wait or Event().wait
        self._hosts: dict[str, _Host] = {}
        self._rules: dict[str, tuple[Rules, float]] = {}
        self._lock = Lock()

    def fetch(
        self,
        url: str,
        options: FetchOptions,
        *,
        etag: str | None = None,
        last_modified: str | None = None,
        followed: bool = False,
    ) -> Response:
        """What stands at a URL, when its host may be asked; for the others see `fetch`.

        Args:
            followed: a feed led here, and not the user.

        Raises:
            SourceError: it cannot be fetched, or may not be; temporary when its host rests.
        """
        host: _Host | None = None

        def before(place: str) -> None:
            nonlocal host
            if host:
                self._end_turn(host)  # it has redirected us
            host = None  # what is raised here is not its fault
            if followed and not self._rules_of(place, url, options).allow(place):
                raise SourceError(
                    url,
                    "its site asks programs not to fetch it (robots.txt): save it from your "
                    "browser and add the file",
                )
            host = self._take_turn(place, url)

        try:
            response = fetch(url, options, etag=etag, last_modified=last_modified, before=before)
        except SourceError as error:
            if host:
                self._end_turn(host, error)
            raise
        if host:
            self._end_turn(host)
        return response

    def rests(self) -> dict[str, tuple[float, int]]:
        """The hosts to be left alone: for how many seconds, and after how many failures."""
        now = self._clock()
        with self._lock:
            left = {name: (host.rests - now, host.failures) for name, host in self._hosts.items()}
        return {name: rest for name, rest in left.items() if rest[0] > 0}

    def leave_alone(self, rests: Mapping[str, tuple[float, int]]) -> None:
        """Go on with the `rests` of an earlier run."""
        now = self._clock()
        with self._lock:
            for name, (seconds, failures) in rests.items():
                host = self._hosts.setdefault(name, _Host(self._pause))
                host.rests, host.failures = now + min(seconds, _LONGEST_REST), failures

    def _take_turn(self, place: str, url: str) -> _Host:
        """Wait until the host may be asked, unless that is too long or the run stops."""
        name = urlsplit(place).hostname or ""
        with self._lock:
            host = self._hosts.setdefault(name, _Host(self._pause))
            now = self._clock()
            if host.rests - now > _LONGEST_WAIT:
                raise SourceError(
                    url,
                    f"{name} has failed or asked for patience: not asked for another "
                    f"{host.rests - now:.0f} s",
                    temporary=True,
                )
            turn = max(now, host.free, host.rests)
            host.free = turn + host.pause
        if turn > now and self._wait(turn - now):
            raise SourceError(url, "not fetched: stopped before its turn", temporary=True)
        return host

    def _end_turn(self, host: _Host, error: SourceError | None = None) -> None:
        """Begin the pause; a longer one each time that the host fails."""
        with self._lock:
            now = self._clock()
            host.free = max(host.free, now + host.pause)
            if error is None or not error.temporary:
                host.failures = 0
                return
            host.failures += 1
            rest = min(2.0 ** min(host.failures, 20), _LONGEST_BACKOFF)
            if isinstance(error, StatusError):
                said = _seconds(error.retry_after)
                rest = max(rest, _TOO_MANY) if error.status == 429 else rest
                rest = rest if said is None else min(said, _LONGEST_REST)
            host.rests = now + rest

    def _rules_of(self, place: str, url: str, options: FetchOptions) -> Rules:
        """What the site of a place asks of programs, where that can be fetched now."""
        parts = urlsplit(place)
        site = f"{parts.scheme}://{parts.netloc}"
        rules, until = self._rules.get(site, (None, 0.0))
        if rules and self._clock() < until:
            return rules
        try:
            body = self.fetch(f"{site}/robots.txt", options).body
            rules = Rules(body.decode("utf-8", "replace"))
        except SourceError as error:
            if error.temporary:
                raise SourceError(url, f"(robots.txt) {error.reason}", temporary=True) from error
            hidden = isinstance(error, StatusError) and error.status in {401, 403}
            rules = Rules(_NOTHING_ALLOWED if hidden else "")
        with self._lock:
            self._rules[site] = rules, self._clock() + _RULES_LAST
            host = self._hosts.setdefault(parts.hostname or "", _Host(self._pause))
            host.free += max(rules.delay - host.pause, 0)
            host.pause = max(self._pause, rules.delay)
        return rules


@dataclass(slots=True)
class _Host:
    """When a host may be asked again.

    Attributes:
        pause: seconds to leave between two requests.
        free: when the next request may begin.
        rests: until when it is left alone.
        failures: how many there have been, one after the other.
    """

    pause: float
    free: float = 0.0
    rests: float = 0.0
    failures: int = 0


def _seconds(retry_after: str | None) -> float | None:
    """What Retry-After says: a number of seconds, or a date."""
    said = (retry_after or "").strip()
    if said.isascii() and said.isdecimal():
        return float(said[:9])
    try:
        return max(parsedate_to_datetime(said).timestamp() - time.time(), 0.0)
    except (ValueError, OverflowError, TypeError, IndexError):
        return None
