"""The pictures of the README, taken anew: `python -m benchmarks.screenshots [FOLDER]`.

Serves the chat over the sample articles, and takes pictures of it in a headless Chromium into
`docs/screenshots` (or FOLDER), each under 200 KB.
"""

from __future__ import annotations

import argparse
import io
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from PIL import Image
from playwright.sync_api import FilePayload, Page, ViewportSize, expect, sync_playwright
from rich.console import Console

from benchmarks.served import serving

if TYPE_CHECKING:
    from collections.abc import Callable

CHROMIUM = "/usr/bin/chromium"
LARGEST = 200_000  # bytes
DESKTOP = ViewportSize(width=1280, height=640)
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


SHOTS: dict[str, tuple[Callable[[Page], None], ViewportSize, bool]] = {
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


def main() -> None:
    """Take all of them."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("folder", nargs="?", type=Path, default=Path("docs/screenshots"))
    folder = parser.parse_args().folder
    folder.mkdir(parents=True, exist_ok=True)
    with (
        tempfile.TemporaryDirectory() as home,
        serving(Path(home), "--samples") as (address, _),
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for name, (prepare, viewport, dark) in SHOTS.items():
            page = browser.new_page(
                viewport=viewport,
                color_scheme="dark" if dark else "light",
                reduced_motion="reduce",
            )
            page.goto(address)
            expect(page.locator("#counts")).to_contain_text("article", timeout=60_000)
            prepare(page)
            if name == "print":
                page.emulate_media(media="print")
            if name != "adding":  # the masthead belongs in the picture, there the panel does
                page.evaluate("scrollTo(0, 0)")
            data = _shrink(page.screenshot(animations="disabled"))
            if len(data) > LARGEST:
                raise SystemExit(f"{name}.png has {len(data):,} bytes: more than {LARGEST:,}.")
            folder.joinpath(f"{name}.png").write_bytes(data)
            Console(stderr=True).print(f"{name}.png, {len(data):,} bytes")
            page.close()
        browser.close()


def _shrink(png: bytes) -> bytes:
    picture = Image.open(io.BytesIO(png)).convert("RGB").quantize(COLOURS, dither=Image.Dither.NONE)
    small = io.BytesIO()
    picture.save(small, "PNG", optimize=True)
    return small.getvalue()


if __name__ == "__main__":
    main()
