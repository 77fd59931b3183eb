"""When an article was published, as exactly as it is known and no more.

A plain-text article may say "©2019" and nothing else. Storing 1 January 2019 would be an invention,
so a publication date keeps its own precision: a year, a month, a day or an instant, written as in
ISO 8601 (the reduced-precision forms of section 4.1.2.3).
"""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, datetime

_REDUCED = re.compile(r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2}))?")
_DAY = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}(?:[T ].+)?")  # no week date: its day is not said


@dataclass(frozen=True, slots=True)
class PublicationDate:
    """A year ("2019"), a month ("2019-04"), a day ("2019-04-15") or an instant with its time zone.

    Raises:
        ValueError: when the text is none of these, or names a day that does not exist.
    """

    iso: str

    def __post_init__(self) -> None:
        """Refuse what cannot be read back."""
        self._days()

    @classmethod
    def of(cls, value: PublicationDate | date | str) -> PublicationDate:
        """From a date, a datetime, ISO text, or a publication date itself."""
        if isinstance(value, PublicationDate):
            return value
        if isinstance(value, date):  # a datetime is a date
            return cls(value.isoformat())
        return cls(value.strip())

    @property
    def first(self) -> date:
        """The earliest day that this date can mean."""
        return self._days()[0]

    @property
    def last(self) -> date:
        """The latest day that this date can mean."""
        return self._days()[1]

    @property
    def label(self) -> str:
        """For people: "2019", "Apr 2019", "15 Apr 2019"."""
        month = calendar.month_abbr[self.first.month]
        if len(self.iso) == len("2019"):
            return self.iso
        if len(self.iso) == len("2019-04"):
            return f"{month} {self.first.year}"
        return f"{self.first.day} {month} {self.first.year}"

    def is_after(self, other: PublicationDate) -> bool:
        """Whether it is surely later: of two instants the later one, else a day that is past."""
        mine, theirs = self._instant(), other._instant()
        if mine and theirs and (mine.tzinfo is None) == (theirs.tzinfo is None):
            return mine > theirs
        return self.first > other.last

    def __str__(self) -> str:
        """The ISO 8601 text."""
        return self.iso

    def _instant(self) -> datetime | None:
        return datetime.fromisoformat(self.iso) if len(self.iso) > len("2019-04-15") else None

    def _days(self) -> tuple[date, date]:
        if reduced := _REDUCED.fullmatch(self.iso):
            year = int(reduced["year"])
            first_month, last_month = (int(reduced["month"]),) * 2 if reduced["month"] else (1, 12)
            last_day = calendar.monthrange(year, last_month)[1]
            return date(year, first_month, 1), date(year, last_month, last_day)
        if not _DAY.fullmatch(self.iso):
            raise ValueError(f"{self.iso!r} is not an ISO 8601 date such as 2019-04-15")
        day = datetime.fromisoformat(self.iso).date()
        return day, day
