"""What Gradio keeps of pages that were closed: a tenth of a megabyte for each answer, for an hour.

Here it is forgotten after five minutes: a phone that was locked, or a network that was gone, comes
back to its conversation before that.
"""

from __future__ import annotations

import re
from collections import Counter
from time import monotonic
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable

    from starlette.types import ASGIApp, Receive, Scope, Send

_HEARTBEAT = re.compile(r"/gradio_api/heartbeat/([^/]+)/?")
_KEPT = 300.0  # seconds


class OpenPages:
    """ASGI middleware: a page is open as long as its heartbeat lasts, a stream without end.

    Args:
        app: what stands behind.
        held: Gradio's `StateHolder`.
    """

    def __init__(self, app: ASGIApp, held: Callable[[], Any]) -> None:
        self._app, self._held = app, held
        self._open: Counter[str] = Counter()
        self._closed: dict[str, float] = {}  # when each was closed, the earliest first

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """One request."""
        found = _HEARTBEAT.fullmatch(scope.get("path", ""))
        if scope["type"] != "http" or not found:
            await self._app(scope, receive, send)
            return
        page = found[1]
        self._closed.pop(page, None)
        self._open[page] += 1
        self._forget()
        try:
            await self._app(scope, receive, send)
        finally:
            self._open[page] -= 1
            if not self._open[page]:
                del self._open[page]
                self._closed[page] = monotonic()
            self._forget()

    def _forget(self) -> None:
        """The pages that were closed long enough ago."""
        before = monotonic() - _KEPT
        held = self._held()
        for page in [page for page, at in self._closed.items() if at <= before]:
            del self._closed[page]
            with held.lock:
                held.session_data.pop(page, None)
                held.time_last_used.pop(page, None)
