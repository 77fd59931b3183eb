"""What a reader looks for in the list, as the page tells it."""

from __future__ import annotations

from datetime import date

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant.listing import Filters, Listing, Order

PAGE = 50
"""Articles on one page of the list."""


class Look(BaseModel):
    """What is looked for.

    Attributes:
        words, order: as in `Listing`.
        publisher: an outlet; empty for all.
        since, until: days chosen in the timeline.
        near_since, near_until: the days that the timeline shows; None for all.
        page: counted from 0.
    """

    model_config = ConfigDict(frozen=True, extra="ignore")

    words: str = Field(default="", max_length=500)
    order: Order = "newest"
    publisher: str = Field(default="", max_length=1_000)
    since: date | None = None
    until: date | None = None
    near_since: date | None = None
    near_until: date | None = None
    page: int = Field(default=0, ge=0, le=1_000_000)

    @classmethod
    def read(cls, told: str) -> Look:
        """From JSON; what makes no sense looks for everything."""
        try:
            return cls.model_validate_json(told or "{}")
        except ValidationError:
            return cls()

    @property
    def narrowed(self) -> bool:
        """Whether some articles may be left out."""
        return bool(self.words.strip() or self.publisher or self.since or self.until)

    @property
    def days(self) -> tuple[date | None, date | None]:
        """The days chosen, the earlier one first."""
        if self.since and self.until and self.since > self.until:
            return self.until, self.since
        return self.since, self.until

    @property
    def whenever(self) -> Filters:
        """Which articles are looked for, whatever their dates."""
        return Filters(publishers=(self.publisher,) if self.publisher else ())

    @property
    def listing(self) -> Listing:
        """The page of the list that this asks for."""
        since, until = self.days
        within = Filters(since=since, until=until, publishers=self.whenever.publishers)
        return Listing(
            words=self.words,
            within=within,
            order=self.order,
            skip=self.page * PAGE,
            most=PAGE,
        )
