"""The tab with the articles: the list first, then adding; and what happens in it leads to what."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import gradio as gr
from markupsafe import Markup

from assistant.sources import FORMS, SUFFIXES
from web.library.library_status import show_status_panel
from web.library.library_views import show_controls
from web.parts import BRIEF, LATEST, html

if TYPE_CHECKING:
    from web.library.library_actions import LibraryActions
    from web.library.library_views import LibraryViews

_TABS = (("files", "Files"), ("folder", "Folder"), ("url", "Address"), ("text", "Paste"))
_ADDING = Markup(
    '<section class="dl-adding" aria-label="Add articles"><h2 class="dl-heading">Add articles</h2>'
    '<div class="dl-add-tabs" role="tablist" aria-label="Ways to add">{tabs}</div>'
    '<div class="dl-add" id="add-files" role="tabpanel" aria-labelledby="add-tab-files">'
    '<label class="dl-drop" for="add-file-input"><b>Drop articles, or choose files</b>'
    '<span class="dl-small">{forms}. Several at once are fine.</span></label>'
    '<input type="file" id="add-file-input" class="dl-unseen" multiple accept="{suffixes}"></div>'
    '<div class="dl-add" id="add-folder" role="tabpanel" aria-labelledby="add-tab-folder" hidden>'
    '<label class="dl-drop" for="add-folder-input"><b>Choose a folder</b>'
    '<span class="dl-small">All articles in it, and in the folders within it.</span></label>'
    '<input type="file" id="add-folder-input" class="dl-unseen" multiple webkitdirectory></div>'
    '<form class="dl-add" id="add-url" role="tabpanel" aria-labelledby="add-tab-url" hidden>'
    '<div class="dl-field"><label for="add-address">Address of a page or feed</label>'
    '<input id="add-address" name="address" maxlength="4000" inputmode="url" autocomplete="off" '
    'placeholder="https://example.com/news/story"></div>'
    '<button class="dl-button">Fetch</button></form>'
    '<form class="dl-add" id="add-text" role="tabpanel" aria-labelledby="add-tab-text" hidden>'
    '<div class="dl-field dl-whole"><label for="add-pasted">Text</label>'
    '<textarea id="add-pasted" name="text" rows="6"></textarea></div>'
    '<div class="dl-field"><label for="add-title">Headline</label>'
    '<input id="add-title" name="title" autocomplete="off"></div>'
    '<div class="dl-field"><label for="add-outlet">Outlet</label>'
    '<input id="add-outlet" name="publisher" autocomplete="off"></div>'
    '<div class="dl-field"><label for="add-date">Date</label>'
    '<input id="add-date" name="published" autocomplete="off" placeholder="2019-04-15"></div>'
    '<button class="dl-button">Add this article</button></form>'
    '<div class="dl-report" id="report"></div></section>'
)


class Shelf(NamedTuple):
    """The tab with the articles; `look` is what a reader looks for, as JSON, and is not seen."""

    look: gr.HTML
    controls: gr.HTML
    timeline: gr.HTML
    notice: gr.HTML
    articles: gr.HTML
    adding: gr.HTML
    status: gr.HTML


def lay_out_shelf() -> Shelf:
    """The list and its search, the articles over time, three ways to add, and the status."""
    look = html(
        "{}",
        part="look",
        events=("returned", "changed"),
        template="<span></span>",
        elem_id="look",
    )
    controls = html(show_controls({}), part="controls", elem_id="controls")
    articles = html(part="list", events=("open", "remove", "story"), elem_id="list")
    notice = html(part="notice", events=("undo",), elem_id="notice")
    timeline = html(part="timeline", elem_id="timeline")
    adding = html(_show_adding(), part="adding", events=("open",), elem_id="adding")
    status = html(show_status_panel(), part="status", events=("unfold", "use"), elem_id="status")
    return Shelf(look, controls, timeline, notice, articles, adding, status)


def connect_shelf(
    act: LibraryActions,
    views: LibraryViews,
    page: gr.Blocks,
    shelf: Shelf,
    masthead: gr.HTML,
    start: gr.HTML,
    reader: gr.HTML,
) -> None:
    """Bind what is looked at and what is changed; adding is long work, and its script asks for it.

    Args:
        masthead, start: parts that stand elsewhere and tell of the index.
    """
    seen, aside, look = gr.State(None), gr.State(None), shelf.look
    listed = [shelf.timeline, shelf.articles]
    everything: list[Any] = [seen, masthead, start, shelf.controls, *listed]
    overview: dict[str, Any] = {"fn": views.overview, "inputs": look, "outputs": everything}
    page.load(**overview, **BRIEF)
    look.changed(**overview, **BRIEF)
    look.change(views.look, look, listed, **LATEST)
    look.returned(views.returned, [look, seen], [*everything, reader], **BRIEF)
    shelf.status.unfold(views.status, None, shelf.status, **BRIEF)
    shelf.status.use(views.use, None, shelf.status, **BRIEF)
    removed = shelf.articles.remove(act.remove, None, [shelf.notice, aside, reader], **BRIEF)
    back = shelf.notice.undo(act.undo, aside, [shelf.notice, aside], **BRIEF)
    for change in (removed, back):
        change.then(**overview, **BRIEF)


def _show_adding() -> Markup:
    tabs = Markup("").join(
        Markup(
            '<button type="button" role="tab" id="add-tab-{0}" data-add="{0}" '
            'aria-controls="add-{0}" aria-selected="{1}" tabindex="{2}">{3}</button>'
        ).format(name, str(not number).lower(), -bool(number), label)
        for number, (name, label) in enumerate(_TABS)
    )
    return _ADDING.format(tabs=tabs, forms=f"Files of {FORMS}", suffixes=",".join(sorted(SUFFIXES)))
