"""Who comes to the server in `benchmarks.soak`: programs and pages that ask, and changes."""

from __future__ import annotations

import asyncio
import json
import os
import random
import re
import sys
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from time import monotonic
from typing import TYPE_CHECKING, Any

import httpx

from benchmarks.data import SAMPLE_QUESTIONS
from benchmarks.gradio_page import LONGEST, Functions, Page, Refused
from benchmarks.soak_articles import Story

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, Collection, Mapping

    from benchmarks.soak_articles import Ledger

SAMPLES = Path(__file__).parents[1] / "articles"
"""What `dateline chat --samples` adds."""

_ROUND = 6  # questions in one conversation
_PAUSE = 1.0  # seconds that a reader reads, on average
_BETWEEN = 8.0  # seconds between two changes of one who changes
_FEWEST, _MOST = 40, 90  # articles of ours that are there
_MARK = re.compile(r"reader-\d{3}-\d{5}")
_OWN = 10_000  # the page's articles are numbered from here: nobody else writes these


@dataclass(frozen=True, slots=True)
class Asked:
    """A page's question, to be compared with what was kept of it."""

    story: Story | None
    since: float
    until: float


@dataclass
class Tally:
    """What all of them saw: how many of what, and a line for each thing that was wrong."""

    answers: int = 0
    declined: int = 0
    right: int = 0
    sure: int = 0
    quotes: int = 0
    took: list[float] = field(default_factory=list)
    changes: dict[str, int] = field(default_factory=dict)
    errors: list[str] = field(default_factory=list)
    not_verbatim: list[str] = field(default_factory=list)
    mixed_up: list[str] = field(default_factory=list)
    pages: dict[str, Asked] = field(default_factory=dict)


class World:
    """What the clients share.

    Args:
        address: the server's.
        home: the folder of its index.
        folder: to write articles into.
        seconds: how long they go on.
    """

    def __init__(
        self, address: str, home: Path, folder: Path, ledger: Ledger, seconds: float
    ) -> None:
        self.address, self.home, self.folder, self.ledger = address, home, folder, ledger
        self.tally = Tally()
        self.end = monotonic() + seconds
        self._numbers: dict[int, int] = {}

    def goes_on(self) -> bool:
        """Whether there is time left."""
        return monotonic() < self.end

    def client(self, number: int) -> httpx.AsyncClient:
        """From its own address: loopback has 2²⁴, and to the server each is another client."""
        transport = httpx.AsyncHTTPTransport(local_address=f"127.0.2.{number + 1}")
        return httpx.AsyncClient(
            base_url=self.address, transport=transport, timeout=LONGEST, trust_env=False
        )

    def draw(self, chance: random.Random) -> tuple[str, str, Story | None]:
        """A question, what its answer holds and which article tells it."""
        there, gone = self.ledger.stories(), self.ledger.gone()
        kind = chance.random()
        if kind < 0.15 or not there:
            return chance.choice(SAMPLE_QUESTIONS), "", None
        story = chance.choice(gone if gone and kind < 0.25 else there)
        question, wanted = chance.choice(story.questions())
        return question, wanted, story

    def look(
        self,
        citations: Collection[Mapping[str, Any]],
        text: str,
        asked: tuple[str, str, Story | None],
        since: float,
        sure: bool,
    ) -> None:
        """Compare an answer with what may have been in the index while it was made."""
        question, wanted, story = asked
        until, tally = monotonic(), self.tally
        tally.answers += 1
        tally.took.append(until - since)
        tally.declined += not citations
        for each in citations:
            tally.quotes += 1
            if not self.ledger.stands(each, since, until):
                tally.not_verbatim.append(f"{question} {json.dumps(each)}"[:400])
        told = {self.ledger.number(str(each["article_id"])) for each in citations}
        if sure and story and self.ledger.is_sure(story):
            tally.sure += 1
            tally.right += wanted in text
            if told and story.number not in told:
                tally.mixed_up.append(f"{question} was told of {sorted(map(str, told))}")

    def renew(self, story: Story) -> Story:
        """A version that there has not been."""
        self._numbers[story.number] = version = self._numbers.get(story.number, 0) + 1
        return Story(story.number, version)

    def done(self, change: str) -> None:
        """Count a change."""
        self.tally.changes[change] = self.tally.changes.get(change, 0) + 1


async def guard(world: World, name: str, work: Callable[[], Awaitable[None]]) -> None:
    """Again and again while there is time; what goes wrong is counted, and the next one begins."""
    while world.goes_on():
        try:
            await work()
        except (Refused, httpx.HTTPError, LookupError, ValueError, RuntimeError) as error:
            world.tally.errors.append(f"{name}: {type(error).__name__} {error}"[:400])
            await asyncio.sleep(_PAUSE)


async def ask_as_program(world: World, number: int) -> None:
    """One question by /v1, half of them streamed."""
    chance = random.Random()  # noqa: S311
    async with world.client(number) as client:
        for _ in range(_ROUND):
            if not world.goes_on():
                return
            asked = world.draw(chance)
            sure, since = asked[2] is not None and world.ledger.is_sure(asked[2]), monotonic()
            body = {
                "model": "dateline",
                "messages": [{"role": "user", "content": asked[0]}],
                "stream": chance.random() < 0.5,
            }
            done = await client.post("/v1/chat/completions", json=body)
            if not done.is_success:
                raise Refused(f"{done.status_code} {done.text[:200]}")
            text, annotations = _read(done)
            citations = {each["citation"]["number"]: each["citation"] for each in annotations}
            world.look(citations.values(), text, asked, since, sure)
            await asyncio.sleep(chance.uniform(0, 2 * _PAUSE))


def _read(done: httpx.Response) -> tuple[str, list[dict[str, Any]]]:
    if "event-stream" not in done.headers["content-type"]:
        message = done.json()["choices"][0]["message"]
        return message["content"], message["annotations"]
    text, annotations = "", list[dict[str, Any]]()
    for line in done.text.splitlines():
        told = line.removeprefix("data: ")
        if not told or told == "[DONE]":
            continue
        event = json.loads(told)
        if "error" in event:
            raise Refused(str(event["error"]))
        delta = event["choices"][0]["delta"]
        text += delta.get("content", "")
        annotations += delta.get("annotations", [])
    if not done.text.endswith("[DONE]\n\n"):
        raise Refused("The stream ended before the answer.")
    return text, annotations


async def ask_as_page(world: World, functions: Functions, number: int) -> None:
    """One conversation in a page that is opened for it, kept by the server, and closed again."""
    chance = random.Random()  # noqa: S311
    settle = functions.find("opened", "settle")
    session = f"soak{number:03d}{chance.randrange(10**9):09d}"
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(world.client(number))
        page = await stack.enter_async_context(Page(client, session).opened())
        marks = list[str]()
        for _ in range(_ROUND):
            if not world.goes_on():
                return
            asked = world.draw(chance)
            marks.append(f"reader-{number:03d}-{len(world.tally.pages):05d}")
            since = monotonic()
            world.tally.pages[marks[-1]] = Asked(asked[2], since, float("inf"))
            shown = await page.ask(f"{asked[0]} ({marks[-1]})")
            world.tally.pages[marks[-1]] = Asked(asked[2], since, monotonic())
            if list(dict.fromkeys(_MARK.findall(shown))) != marks:
                world.tally.mixed_up.append(f"the page of {marks} shows {_MARK.findall(shown)}")
            await page.brief(settle, event={})
            await asyncio.sleep(chance.uniform(0, 2 * _PAUSE))


async def change_by_page(world: World, functions: Functions, number: int) -> None:
    """Pasting, removing, taking back and rebuilding in one page, as its reader would."""
    chance = random.Random()  # noqa: S311
    overview = functions.find("look", "changed")
    remove, undo = functions.find("list", "remove"), functions.find("notice", "undo")
    ledger = world.ledger
    session = f"soak{number:03d}{chance.randrange(10**9):09d}"
    async with AsyncExitStack() as stack:
        client = await stack.enter_async_context(world.client(number))
        page = await stack.enter_async_context(Page(client, session).opened())
        for step in range(_ROUND):
            if not world.goes_on():
                return
            own = [each for each in ledger.stories() if each.number >= _OWN]
            if step == _ROUND - 1:
                _expect("The index holds", await page.change(kind="rebuild"))
                world.done("rebuild by the page")
            elif own and len(own) > chance.randrange(20):
                story = chance.choice(own)
                event = {"articles": [ledger.read(story).id], "open": ""}
                with ledger.changing(remove=[story.number]):
                    said = str((await page.brief(remove, event=event))[0])
                    if "no longer in" not in said:  # a rebuild beside it may have removed it
                        _expect("Removed", said)
                world.done("remove by the page")
                if "Removed" in said and chance.random() < 0.5:
                    with ledger.changing(put=[story]):
                        _expect("is back", str((await page.brief(undo))[0]))
                    world.done("undo")
            else:
                story = world.renew(Story(_OWN + chance.randrange(1_000), 0))
                with ledger.changing(put=[story]):
                    _expect("added", await page.change(kind="text", text=story.markdown()))
                world.done("add by the page")
            await page.brief(overview)
            await asyncio.sleep(chance.uniform(0, _BETWEEN))


async def change_by_command(world: World, chance: random.Random) -> None:
    """One change by a command of its own process: add, remove, or a rebuild from sources."""
    ours = [each for each in world.ledger.stories() if each.number < _OWN]
    kind = chance.random()
    if len(ours) < _FEWEST or (kind < 0.5 and len(ours) < _MOST):
        some = [Story(number, 0) for number in chance.sample(range(1_000), 6)]
        if ours:
            some += chance.sample(ours, min(2, len(ours)))
        put = [world.renew(each) for each in {each.number: each for each in some}.values()]
        with world.ledger.changing(put=put):
            await command(world.home, "add", *_write(world, put))
        world.done("add by the command")
    elif kind < 0.85:
        gone = chance.sample(ours, 6)
        ids = [world.ledger.read(each).id for each in gone]
        with world.ledger.changing(remove=[each.number for each in gone]):
            await command(world.home, "remove", *ids)
        world.done("remove by the command")
    else:
        kept = chance.sample(ours, len(ours) * 3 // 4)
        put = [world.renew(each) if chance.random() < 0.2 else each for each in kept]
        with world.ledger.changing(put=put, others_go=True):
            await command(world.home, "rebuild", str(SAMPLES), *_write(world, put))
        world.done("rebuild by the command")
    await asyncio.sleep(chance.uniform(0, _BETWEEN))


def _write(world: World, stories: Collection[Story]) -> list[str]:
    return [str(each.write(world.folder)) for each in stories]


async def command(home: Path, *words: str) -> str:
    """What a command of ours prints, in a process of its own.

    Raises:
        Refused: it failed.
    """
    child = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "dateline", *words),
        env=os.environ | {"DATELINE_HOME": str(home)},
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    out, errors = await child.communicate()
    if child.returncode:
        raise Refused(f"dateline {words[0]} ended with {child.returncode}: {errors.decode()[:300]}")
    return out.decode()


def _expect(words: str, said: str) -> None:
    if words not in said or "dl-error" in said:
        raise Refused(f"{words!r} was not said, but {re.sub('<[^>]*>', ' ', said)[:300]}")
