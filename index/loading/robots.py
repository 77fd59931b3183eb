"""What a site asks of programs: its robots.txt, read.

urllib.robotparser reads it, and is never left to fetch it: the rules for addresses would not hold.
"""

from __future__ import annotations

from urllib.robotparser import RobotFileParser

from index.loading.fetch import AGENT

_MOST = 512_000  # characters; RFC 9309 asks for 500 KiB at least
_LONGEST_DELAY = 30.0  # seconds


class Rules:
    """The rules of one site.

    Args:
        text: its robots.txt; empty where it has none, and so no rules.
        refusing: nothing may be fetched: it lets nobody read its rules.
    """

    def __init__(self, text: str = "", *, refusing: bool = False) -> None:
        self._parser, self._refusing = RobotFileParser(), refusing
        lines = text[:_MOST].removeprefix("\ufeff").splitlines()
        try:
            # A blank line means nothing (RFC 9309); to the parser it would end a group.
            self._parser.parse([line for line in lines if line.strip()])
        except ValueError:  # "Disallow: //[", or a delay of five thousand digits
            self._refusing = True  # there are rules, and nobody knows which

    @property
    def delay(self) -> float:
        """Seconds to leave between two requests, as far as that is sensible."""
        return min(float(self._parser.crawl_delay(AGENT) or 0), _LONGEST_DELAY)

    def allow(self, url: str) -> bool:
        """Whether this may be fetched by a program."""
        try:
            return not self._refusing and self._parser.can_fetch(AGENT, url)
        except ValueError:  # "//[" in its path
            return False
