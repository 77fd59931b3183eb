"""The pictures of the README, taken anew: `python -m benchmarks.screenshots [FOLDER]`.

Serves the chat over the sample articles, then over a few hundred invented ones, and takes pictures
of it in a headless Chromium into `docs/screenshots` (or FOLDER), each under 200 KB.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, expect, sync_playwright
from rich.console import Console

from assistant import Assistant, Settings
from benchmarks.served import serving
from index import Article, PublicationDate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from playwright.sync_api import Browser

CHROMIUM = "/usr/bin/chromium"
LARGEST = 200_000  # bytes
DESKTOP = ViewportSize(width=1280, height=640)
TALL = ViewportSize(width=1280, height=960)
PHONE = ViewportSize(width=390, height=640)
COLOURS = 256  # of a palette; text on paper needs no more
WHY = "Why does Turkey want the S-400?"
FILES = {
    "harbour.md": b"# Orrel opens its new harbour\n\nThe harbour of Orrel opened on Monday.",
    "ferry.txt": b"Quillmere closed its only ferry on Monday because the hull had rusted through.",
    "budget.pdf": b"%PDF-1.7 cut off",
}
NOBODY = "Who won the 2018 World Cup?"


def ask(page: Page, question: str) -> None:
    """Ask, and wait for the whole answer."""
    turns = page.locator(".dl-turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(f"#turn-{turns + 1}[data-finished=yes]")).to_be_visible(timeout=60_000)


def changed(page: Page) -> None:
    """A figure that changed."""
    ask(page, "How many people died in the Beirut explosion?")


def cited(page: Page) -> None:
    """A citation opened, its words marked."""
    ask(page, WHY)
    page.locator(".dl-answer .dl-chip").first.click()
    expect(page.locator("#reader mark")).to_be_in_viewport()


def unsure(page: Page) -> None:
    """No answer, and what comes nearest."""
    ask(page, NOBODY)


def story(page: Page) -> None:
    """A story, reached from a quote."""
    ask(page, "How many people died in the Beirut explosion?")
    page.get_by_role("button", name="Story").first.click()
    expect(page.get_by_role("article", name="Story")).to_be_visible()


def start(page: Page) -> None:
    """Where a reader may begin."""
    expect(page.locator("#begin .dl-newest li").first).to_be_visible(timeout=60_000)


def library(page: Page) -> None:
    """The list of articles and its search."""
    page.get_by_role("tab", name="Articles").click()
    expect(page.locator("#list .dl-open").first).to_be_visible()


def adding(page: Page) -> None:
    """The panel to add articles, with its report."""
    library(page)
    page.locator("#add-file-input").set_input_files(
        [FilePayload(name=name, mimeType="", buffer=held) for name, held in FILES.items()]
    )
    expect(page.locator("#report")).to_contain_text("left out", timeout=60_000)
    page.locator("#adding").evaluate("adding => adding.scrollIntoView({block: 'start'})")


def differing(page: Page) -> None:
    """Two sources, two figures."""
    ask(page, "How many people marched in Quillmere?")
    expect(page.locator(".dl-differs")).to_be_visible()


def large_start(page: Page) -> None:
    """Where a reader may begin among hundreds of articles, with questions that they answer."""
    start(page)
    expect(page.locator("#begin .dl-example").first).to_be_visible(timeout=120_000)


Shots = dict[str, tuple["Callable[[Page], None]", ViewportSize, bool]]
SHOTS: Shots = {
    "answer": (changed, DESKTOP, False),
    "citation": (cited, DESKTOP, False),
    "abstention": (unsure, DESKTOP, False),
    "story": (story, DESKTOP, False),
    "start": (start, DESKTOP, False),
    "library": (library, DESKTOP, False),
    "adding": (adding, DESKTOP, False),
    "phone": (changed, PHONE, False),
    "sheet": (cited, PHONE, False),
    "dark": (cited, DESKTOP, True),
    "print": (changed, DESKTOP, False),
}
LARGE_SHOTS: Shots = {
    "large": (large_start, TALL, False),
    "differ": (differing, DESKTOP, False),
}
"""Over the invented articles."""

_TOWNS = ("Orrel", "Velm", "Tarnby", "Dunmorrow", "Castlehay", "Skerry Point", "Lower Amble")
_PEOPLE = ("Ada Quillfeather", "Tomas Veldkamp", "Mira Osterly", "Jonas Harrow", "Ines Carrow")
_OUTLETS = (
    "The Orrel Sentinel",
    "Velm Courier",
    "Tarnby Gazette",
    "The Castlehay Herald",
    "Amble FM",
)
_NEWS = (
    (
        "{town} closes its {thing}",
        "{town} closed its {thing} on {day} because the roof had rusted through.",
    ),
    (
        "{person} to rebuild the {thing} of {town}",
        "{person} said on {day} that {town} will rebuild its {thing} for {number} million crowns.",
    ),
    (
        "Storm over {town}",
        "{number} people lost their homes in {town} on {day} when a storm tore down the {thing}.",
    ),
    (
        "{town} opens its new {thing}",
        "{town} opened its new {thing} on {day}, and {person} cut the ribbon.",
    ),
)
_THINGS = (
    "harbour",
    "library",
    "swimming pool",
    "railway station",
    "town hall",
    "theatre",
    "school",
)
_MARCH = (
    (
        "Bakers march in Quillmere",
        "The Orrel Sentinel",
        "On Saturday 900 people marched in Quillmere "
        "against the closing of the mill, the bakers’ union said.",
    ),
    (
        "Quillmere: march against the mill’s closing",
        "Velm Courier",
        "On Saturday 400 people marched in Quillmere against the closing of the mill, police said.",
    ),
)
_ARTICLES, _NEWEST = 400, date(2024, 9, 14)


def invented() -> Iterator[Article]:
    """Short articles about towns that do not exist, one every other day."""
    for title, publisher, text in _MARCH:
        published = PublicationDate("2024-06-02")
        yield Article(text=text, title=title, publisher=publisher, published=published)
    for number in range(_ARTICLES):
        title, text = _NEWS[number % len(_NEWS)]
        day = _NEWEST - timedelta(days=2 * number)
        later = day + timedelta(weeks=2)
        told = {
            "town": _TOWNS[number % len(_TOWNS)],
            "person": _PEOPLE[number * 3 % len(_PEOPLE)],
            "thing": _THINGS[number * number % len(_THINGS)],
            "day": f"{day:%A}",
            "next": f"{later.day} {later:%B}",
            "number": 11 + number * 7 % 80,
        }
        yield Article(
            text=(text + " The council meets again on {next}.").format(**told),
            title=title.format(**told),
            publisher=_OUTLETS[number * 2 % len(_OUTLETS)],
            published=PublicationDate(day.isoformat()),
        )


@contextmanager
def _over_invented() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home:
        Assistant(Settings(home=home)).index.add(invented())
        with serving(Path(home)) as (address, _):
            yield address


@contextmanager
def _over_samples() -> Iterator[str]:
    with tempfile.TemporaryDirectory() as home, serving(Path(home), "--samples") as (address, _):
        yield address


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screenshots"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for over, shots in ((_over_samples, SHOTS), (_over_invented, LARGE_SHOTS)):
            with over() as address:
                for name, shot in shots.items():
                    _take(browser, address, folder / f"{name}.png", *shot)
        browser.close()


def _take(
    browser: Browser,
    address: str,
    file: Path,
    prepare: Callable[[Page], None],
    viewport: ViewportSize,
    dark: bool,
) -> None:
    page = browser.new_page(
        viewport=viewport, color_scheme="dark" if dark else "light", reduced_motion="reduce"
    )
    page.goto(address)
    expect(page.locator("#counts")).to_contain_text("article", timeout=60_000)
    prepare(page)
    if file.stem == "print":
        page.emulate_media(media="print")
    if file.stem != "adding":  # the masthead belongs in the picture, there the panel does
        page.evaluate("scrollTo(0, 0)")
    data = _shrink(page.screenshot(animations="disabled"))
    if len(data) > LARGEST:
        raise SystemExit(f"{file.name} has {len(data):,} bytes: more than {LARGEST:,}.")
    file.write_bytes(data)
    Console(stderr=True).print(f"{file.name}, {len(data):,} bytes")
    page.close()


def _shrink(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
