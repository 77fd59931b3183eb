"""What the page shows of the index; nothing here changes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr

from assistant import DatelineError
from assistant.answer import Source
from assistant.listing import Listing
from web.chat.front import show_counts, show_start
from web.library.layout import show_status_panel
from web.library.listed import show_controls, show_list
from web.library.look import PAGE, Look
from web.library.status import show_status
from web.library.timeline import draw_up, show_timeline
from web.parts import show_error, tell
from web.reader import show_page

if TYPE_CHECKING:
    from assistant import Assistant
    from assistant.listing import Listed

_MOST_NEWEST = 200  # articles that the front page is told of


class Overview(NamedTuple):
    """What the page shows of the index, in the order of its outputs."""

    seen: Any
    counts: Any
    start: Any
    samples_button: Any
    controls: Any
    timeline: Any
    articles: Any


class LibraryViews:
    """What the page shows of the index.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant

    def overview(self, told: str) -> Overview:
        """Everything, as it is now.

        Args:
            told: what is looked for, as JSON.
        """
        index = self._assistant.index
        try:
            seen = index.generation()
            total = index.counts()
            newest = index.listing(Listing(most=_MOST_NEWEST)).articles
            timeline, articles = self.look(told)
            return Overview(
                seen,
                show_counts(total),
                show_start([_source(each) for each in newest], written=self._assistant.writes),
                gr.update(visible=not newest and not self._assistant.settings.read_only),
                show_controls(index.outlets()),
                timeline,
                articles,
            )
        except DatelineError as error:
            said = show_error(tell(error))
            return Overview(0, "", said, gr.update(visible=False), "", "", said)

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
            page, look, may_remove=not self._assistant.settings.read_only
        )

    def days(self, told: str) -> tuple[str, str]:
        """The days chosen, as ISO text for the questions' filter; empty where they are open."""
        since, until = Look.read(told).days
        return (since.isoformat() if since else "", until.isoformat() if until else "")

    def returned(self, event: gr.EventData, told: str, seen: int | None) -> tuple[Any, ...]:
        """Everything and the article panel, if the index has changed since it was last shown."""
        nothing = [gr.skip()] * len(Overview._fields)
        try:
            index = self._assistant.index
            if index.generation() == seen:
                return (*nothing, gr.skip())
            gone = event.article and index.article(str(event.article)) is None
        except DatelineError:
            return (*nothing, gr.skip())  # the next thing that is done will say it
        return (*self.overview(told), show_page(None) if gone else gr.skip())

    def status(self) -> str:
        """What the index holds and how it is read."""
        try:
            return show_status_panel(show_status(self._assistant))
        except DatelineError as error:
            return show_status_panel(show_error(tell(error)))

    def publishers(self, chosen: list[str]) -> Any:
        """The outlets that can be chosen."""
        return gr.update(choices=list(self._assistant.index.outlets()), value=chosen)


def _source(each: Listed) -> Source:
    return Source(
        article_id=each.id,
        title=each.title,
        publisher=each.publisher,
        published=each.published.iso if each.published else None,
    )
