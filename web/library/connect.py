"""What happens in the tab with the articles leads to which action."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import gradio as gr

from web.events import BRIEF, CHANGE

if TYPE_CHECKING:
    from web.chat.layout import Asking
    from web.library.actions import LibraryActions
    from web.library.layout import Shelf
    from web.library.views import LibraryViews


def connect_views(
    views: LibraryViews,
    page: gr.Blocks,
    asking: Asking,
    shelf: Shelf,
    counts: gr.HTML,
    look: gr.HTML,
    reader: gr.HTML,
) -> dict[str, Any]:
    """What the page shows of the index; returned as what shows all of it anew."""
    scope, seen = asking.scope, gr.State(None)
    listed = [shelf.timeline, shelf.articles]
    everything = [seen, counts, asking.start, asking.samples, shelf.controls, *listed]
    overview = {"fn": views.overview, "inputs": look, "outputs": everything, **BRIEF}
    latest = {**BRIEF, "trigger_mode": "always_last"}  # with what is looked for by then
    page.load(**overview)
    look.change(views.look, look, listed, **latest)
    look.brush(views.days, look, [scope.since, scope.until], **latest)
    look.returned(views.returned, [look, seen], [*everything, reader], **BRIEF)
    shelf.status.unfold(views.status, None, shelf.status, **BRIEF)
    scope.row.expand(views.publishers, scope.publishers, scope.publishers, **BRIEF)
    return overview


def connect_library(
    act: LibraryActions,
    asking: Asking,
    shelf: Shelf,
    reader: gr.HTML,
    overview: dict[str, Any],
) -> None:
    """Bind what changes the index.

    Args:
        overview: what shows all of it anew, from `connect_views`.
    """
    report, aside = shelf.report, gr.State(None)
    pasted = [shelf.text, shelf.title, shelf.publisher, shelf.published]
    fetched, added = [shelf.address.submit, shelf.fetch.click], [report, shelf.upload]
    shown: dict[str, Any] = {"show_progress_on": report, **CHANGE}
    removed: dict[str, Any] = {"show_progress": "hidden", **CHANGE, "trigger_mode": "multiple"}
    changes = [
        shelf.upload.upload(act.add_files, shelf.upload, added, **shown),
        gr.on(fetched, act.add_url, shelf.address, [report, shelf.address], **shown),
        shelf.paste.click(act.add_pasted, pasted, [report, *pasted], **shown),
        shelf.rebuild.rebuild(act.rebuild, None, report, **CHANGE),
        asking.samples.click(act.add_samples, None, asking.samples_report, **CHANGE),
        shelf.articles.remove(act.remove, None, [shelf.notice, aside, reader], **removed),
        shelf.notice.undo(act.undo, aside, [shelf.notice, aside], **removed),
    ]
    for change in changes:
        change.then(**overview)
