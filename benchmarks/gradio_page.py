"""The chat's page as the server sees it: Gradio's queue, its event stream and its brief requests.

What the page's scripts would do is done here in their place, so that many readers need no browser.
"""

from __future__ import annotations

import asyncio
import json
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator

LONGEST = 300  # seconds for one answer


class Refused(Exception):  # noqa: N818 - it is what the server did
    """The server answered with something else than an answer."""


@dataclass(frozen=True, slots=True)
class Function:
    """One function behind the page.

    Attributes:
        number: Gradio's.
        defaults: what the page sends for its inputs before anybody has changed one.
        following: the brief functions that the page calls once this one is done.
    """

    number: int
    defaults: tuple[Any, ...]
    following: tuple[Function, ...] = ()


class Functions:
    """The functions behind the page, by what calls them.

    Args:
        config: what `/config` gives.
    """

    def __init__(self, config: dict[str, Any]) -> None:
        self._config = config
        self._parts = {each["id"]: each for each in config["components"]}

    def find(self, element: str, event: str) -> Function:
        """What an event of an element calls.

        Raises:
            LookupError: nothing.
        """
        for each in self._config["dependencies"]:
            targets = [(self._name(part), called) for part, called in each["targets"]]
            if (element, event) in targets and each["backend_fn"]:
                return self._function(each)
        raise LookupError(f"Nothing on the page is called by {event} of {element}.")

    def _function(self, found: dict[str, Any]) -> Function:
        inputs = [self._parts[part]["props"].get("value") for part in found["inputs"]]
        following = [
            self._function(each)
            for each in self._config["dependencies"]
            if each.get("trigger_after") == found["id"]
        ]
        return Function(found["id"], tuple(inputs), tuple(following))

    def _name(self, part: int | None) -> object:
        return self._parts[part]["props"].get("elem_id") if part in self._parts else None


class Page:
    """One open page.

    Args:
        client: whose base URL is the chat's.
        session: Gradio's name for the page.
    """

    def __init__(self, client: httpx.AsyncClient, session: str) -> None:
        self._client = client
        self._session = session

    @asynccontextmanager
    async def opened(self) -> AsyncIterator[Page]:
        """As long as it is open, as a browser tells the server by a stream that does not end."""

        async def stay() -> None:
            path = f"/gradio_api/heartbeat/{self._session}"
            with suppress(httpx.HTTPError):
                async with self._client.stream("GET", path) as beats:
                    async for _ in beats.aiter_raw():
                        pass

        staying = asyncio.create_task(stay())
        try:
            yield self
        finally:
            staying.cancel()
            with suppress(asyncio.CancelledError):
                await staying

    async def long(
        self, function: Function, *given: Any, event: dict[str, Any] | None = None
    ) -> str:
        """Call what waits in the queue; its first output, as HTML.

        Args:
            given: the first inputs; the others are as they were when the page was opened.
            event: what the page's script says of the event.

        Raises:
            Refused, httpx.HTTPError: it was not done.
        """
        body = self._body(function, given, event)
        joined = await self._client.post("/gradio_api/queue/join", json=body)
        if not joined.is_success:
            raise Refused(f"{joined.status_code} {joined.text[:200]}")
        params = {"session_hash": self._session}
        shown = ""
        async with self._client.stream("GET", "/gradio_api/queue/data", params=params) as events:
            async for line in events.aiter_lines():
                told = json.loads(line.removeprefix("data:")) if line else {}
                output = told.get("output") or {}
                if told.get("msg") == "process_generating":
                    shown = first_output(output.get("data"), shown)
                if told.get("msg") == "process_completed":
                    if not told.get("success"):
                        raise Refused(str(output.get("error"))[:200])
                    return first_output(output.get("data"), shown)
        raise Refused("The stream ended before the answer.")

    async def brief(
        self, function: Function, *given: Any, event: dict[str, Any] | None = None
    ) -> list[Any]:
        """Call what is answered at once; its outputs. Arguments and errors as for `long`."""
        body = self._body(function, given, event)
        done = await self._client.post("/gradio_api/run/predict", json=body)
        if not done.is_success:
            raise Refused(f"{done.status_code} {done.text[:200]}")
        outputs: list[Any] = done.json()["data"]
        return outputs

    def _body(
        self, function: Function, given: tuple[Any, ...], event: dict[str, Any] | None
    ) -> dict[str, Any]:
        return {
            "data": [*given, *function.defaults[len(given) :]],
            "fn_index": function.number,
            "session_hash": self._session,
            "event_data": event,
        }


def first_output(data: Any, before: str) -> str:
    """The first output, which comes whole or as what has changed in it since."""
    first = data[0] if data else None
    if isinstance(first, str):
        return first
    for operation in first or []:
        kind, _, value = operation
        if kind == "append":
            before += value
        elif kind == "replace" and isinstance(value, str):
            before = value
    return before
