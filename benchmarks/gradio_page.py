"""The chat's page as the server sees it: its long work, told as it comes, and brief requests.

What the page's scripts would do is done here in their place, so that many readers need no browser.
"""

from __future__ import annotations

import asyncio
import json
import re
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from time import perf_counter
from typing import TYPE_CHECKING, Any

import httpx

if TYPE_CHECKING:
    from collections.abc import AsyncIterator, Mapping

LONGEST = 300  # seconds for one answer
_WORDS = re.compile(r'class="dl-(?:near|words|verdict|short)"')  # of an article, or of an answer


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

    Attributes:
        first_words: seconds from the last question to the first words of an article.
    """

    def __init__(self, client: httpx.AsyncClient, session: str) -> None:
        self._client = client
        self._session = session
        self._turns: list[str] = []
        self.first_words = 0.0

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

    async def ask(self, question: str) -> str:
        """Ask a question; the whole conversation as the page's script then shows it, as HTML.

        Raises:
            Refused, httpx.HTTPError: it was not answered.
        """
        asked = {"question": question, "filters": {}, "after": len(self._turns)}
        finished, began, self.first_words = 0, perf_counter(), 0.0
        async for told in self._work("ask", asked):
            if told.get("html"):
                self._turns[told["turn"] - 1 :] = [told["html"]]
                if not self.first_words and _WORDS.search(told["html"]):
                    self.first_words = perf_counter() - began
            finished = told.get("finished", finished)
            if told.get("error"):
                raise Refused(str(told["error"])[:200])
        if finished != len(self._turns):
            raise Refused("The stream ended before the answer.")
        return "".join(self._turns)

    async def change(self, **asked: str) -> str:
        """Add to the index, or rebuild it; what came of it, as HTML. Errors as for `ask`."""
        said = ""
        async for told in self._work("add", asked):
            said = told.get("html") or told.get("error") or said
        return said

    async def _work(self, name: str, asked: Mapping[str, Any]) -> AsyncIterator[dict[str, Any]]:
        body = {"page": self._session, **asked}
        async with self._client.stream("POST", f"/long/{name}", json=body) as events:
            if not events.is_success:
                await events.aread()
                raise Refused(f"{events.status_code} {events.text[:200]}")
            async for line in events.aiter_lines():
                if line.startswith("data: "):
                    yield json.loads(line.removeprefix("data: "))

    async def brief(
        self, function: Function, *given: Any, event: dict[str, Any] | None = None
    ) -> list[Any]:
        """Call what is answered at once; its outputs.

        Args:
            given: the first inputs; the others are as they were when the page was opened.
            event: what the page's script says of the event.

        Raises:
            Refused, httpx.HTTPError: it was not done.
        """
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
