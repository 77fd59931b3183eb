"""What the page shows of the index; nothing here changes it."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from assistant import DatelineError
from index.records import Filters, Listing, Order
from web.chat.start import Start, describe_counts
from web.library.articles_over_time import draw_up, show_timeline
from web.library.library_status import find_offers, show_status, show_status_panel
from web.parts import render, said_of, show_article, show_error, tell, with_most

if TYPE_CHECKING:
    from collections.abc import Mapping

    from markupsafe import Markup

    from assistant import Assistant
    from index.records import ListPage
    from web.chat.chat_actions import ChatActions


_MOST_OUTLETS = 1_000  # offered; words find the articles of the others
_ORDERS = {
    "newest": "Newest first",
    "oldest": "Oldest first",
    "outlet": "By outlet",
    "title": "By title",
}


def show_controls(outlets: Mapping[str, int]) -> Markup:
    """Where a reader says what to look for.

    Args:
        outlets: how many articles each has, in the order in which they are offered.
    """
    return render("look", outlets=with_most(outlets, _MOST_OUTLETS), orders=_ORDERS)


def show_list(
    page: ListPage, *, first: int, most: int, order: Order, narrowed: bool, may_remove: bool = True
) -> Markup:
    """A page of the list: each article a button, with a smaller one to remove it.

    Args:
        first: how many articles come before this page.
        most: how many a page has.
        narrowed: whether some articles may be left out of the list.
    """
    return render(
        "list",
        page=page,
        first=first,
        most=most,
        order=_ORDERS[order],
        narrowed=narrowed,
        may_remove=may_remove,
    )


PAGE = 50
"""Articles on one page of the list."""

_NEWEST = 200  # articles that the start is told of


class Look(BaseModel):
    """What a reader looks for in the list, as the page tells it.

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
        skip = self.page * PAGE
        return Listing(words=self.words, within=within, order=self.order, skip=skip, most=PAGE)


class Overview(NamedTuple):
    """What the page shows of the index, in the order of its outputs."""

    seen: Any
    counts: Any
    start: Any
    controls: Any
    timeline: Any
    articles: Any


class LibraryViews:
    """What the page shows of the index.

    Args:
        assistant: the engine.
        start: where a reader may begin.
        chat: what a chat model on this machine can be chosen for.
    """

    def __init__(self, assistant: Assistant, start: Start, chat: ChatActions) -> None:
        self._assistant = assistant
        self._chat = chat
        settings = assistant.settings
        self._may_choose = not (assistant.writes or settings.users or settings.read_only)
        self._start = start

    def overview(self, told: str) -> Overview:
        """Everything, as it is now; it reads no article's text.

        Args:
            told: what is looked for, as JSON.
        """
        index = self._assistant.index
        try:
            seen = index.generation()
            newest = index.listing(Listing(most=_NEWEST)).articles
            timeline, articles = self.look(told)
            return Overview(
                seen,
                describe_counts(index.counts()),
                self._start.show(newest),
                show_controls(index.outlets()),
                timeline,
                articles,
            )
        except DatelineError as error:
            said = show_error(tell(error))
            return Overview(0, "", said, "", "", said)

    def look(self, told: str) -> tuple[str, str]:
        """The timeline and the page of the list that are asked for."""
        look = Look.read(told)
        index = self._assistant.index
        try:
            page = index.listing(look.listing)
            if look.page and not page.articles and page.total:  # it became shorter meanwhile
                look = look.model_copy(update={"page": (page.total - 1) // PAGE})
                page = index.listing(look.listing)
            timeline = draw_up(
                index.days(look.words, look.whenever), look.near_since, look.near_until
            )
        except DatelineError as error:
            return "", show_error(tell(error))
        whole = not (look.near_since or look.near_until)
        return show_timeline(timeline, whole=whole), show_list(
            page,
            first=look.page * PAGE,
            most=PAGE,
            order=look.order,
            narrowed=look.narrowed,
            may_remove=not self._assistant.settings.read_only,
        )

    def returned(self, event: gr.EventData, told: str, seen: int | None) -> tuple[Any, ...]:
        """Everything and the article panel, if the index has changed since it was last shown."""
        nothing = [gr.skip()] * len(Overview._fields)
        try:
            index = self._assistant.index
            if index.generation() == seen:
                return (*nothing, gr.skip())
            shown = said_of(event, "article")
            gone = shown and index.article(shown) is None
        except DatelineError:
            return (*nothing, gr.skip())  # the next thing that is done will say it
        return (*self.overview(told), show_article(None) if gone else gr.skip())

    def status(self) -> str:
        """What the index holds and how it is read."""
        try:
            told = show_status(self._chat.asked)
            if self._may_choose:
                chosen = self._chat.asked.settings.chat_model
                offers = [] if chosen else find_offers()
                told += render("offers", offers=offers, chosen=chosen)
            return show_status_panel(told, self._assistant)
        except DatelineError as error:
            return show_status_panel(show_error(tell(error)), self._assistant)

    def use(self, event: gr.EventData) -> str:
        """Have a model on this machine write the answers, or none; only one that is offered."""
        wanted = said_of(event, "model")
        self._chat.asked = self._assistant
        if self._may_choose and wanted:
            for offer in find_offers():
                if offer.chat_model == wanted:
                    asked = self._assistant.writing_with(offer.chat_model, offer.base_url)
                    self._chat.asked = asked
        return self.status()
