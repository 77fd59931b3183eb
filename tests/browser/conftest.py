"""A real headless Chromium at a real server; every page is watched for what it must never do."""

from __future__ import annotations

import shutil
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import (
    Browser,
    BrowserContext,
    ConsoleMessage,
    Dialog,
    Page,
    Request,
    ViewportSize,
    expect,
    sync_playwright,
)

from assistant import Assistant, Settings
from index import NewsIndex
from index.loading import LoadOptions
from index.models.bert import Bert
from tests.serving.background import in_background
from web.auth.gate import Exposure
from web.chat_page import build_page
from web.gradio_internals import gradio_confined
from web.server import Server, application

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    import numpy as np
    from numpy.typing import NDArray
    from tokenizers import Encoding

    from index import Article
    from index.reports import OnProgress, Report

CHROMIUM = Path("/usr/bin/chromium")
ARGUMENTS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
DESKTOP = ViewportSize(width=1280, height=800)
EXPOSURE = Exposure()
PATIENCE = 30_000  # milliseconds; a machine may be busy with other things

_ENDED: set[str] = set()
"""Servers that were stopped while pages of theirs may have been open, which are refused then."""

expect.set_options(timeout=PATIENCE)


# For this package only: while it is there Playwright's event loop runs in the main thread, and no
# other test could run one.
@pytest.fixture(scope="package")
def browser() -> Iterator[Browser]:
    if not CHROMIUM.exists():
        pytest.skip(f"there is no {CHROMIUM}: apt-get install chromium")
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture(scope="package", autouse=True)
def _each_row_is_read_once() -> Iterator[None]:
    """What the models made of a row is kept: most tests ask the same few questions."""
    run = Bert.run
    made: dict[tuple[object, ...], list[NDArray[np.float32]]] = {}

    def run_once(model: Bert, row: Encoding) -> list[NDArray[np.float32]]:
        key = (model._made_of, tuple(row.ids), tuple(row.type_ids))
        if key not in made:
            made[key] = run(model, row)
        return made[key]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Bert, "run", run_once)
        yield


@contextmanager
def served(assistant: Assistant, exposure: Exposure = EXPOSURE) -> Iterator[str]:
    """The address of the chat over an assistant."""
    with gradio_confined():
        server = Server(application(build_page(assistant), exposure, assistant), exposure.host, 0)
        with in_background(server) as address:
            yield address
            _ENDED.add(address)


@pytest.fixture(scope="session")
def desk(samples: Assistant, tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant as shipped, over an index of its own that tests may add to."""
    home = tmp_path_factory.mktemp("desk") / "home"
    shutil.copytree(samples.settings.home, home)
    settings = Settings(home=home, embedding_model="all-MiniLM-L6-v2")
    return Assistant(settings, index=NewsIndex(home, samples.index.embeddings))


@pytest.fixture(scope="session")
def site(desk: Assistant) -> Iterator[str]:
    """Where the chat over the sample articles is."""
    with served(desk) as address:
        yield address


@pytest.fixture(scope="package")
def common(browser: Browser) -> Iterator[BrowserContext]:
    """One browser for most tests, so that Gradio's files are loaded once; each page is a reader."""
    context = browser.new_context()
    yield context
    context.close()


@pytest.fixture
def visit(browser: Browser, common: BrowserContext) -> Iterator[Callable[..., Page]]:
    """Opens a page, in a browser of its own where `apart`; at the end, none may have misbehaved.

    `until` is what shows that the page is there, and `refused` a status that the test provokes.
    """
    misdeeds: list[str] = []
    with ExitStack() as stack:

        def visit(
            address: str,
            viewport: ViewportSize = DESKTOP,
            *,
            apart: bool = False,
            query: str = "",
            until: str = "#counts:not(:empty)",
            dark: bool = False,
            refused: str = "",
        ) -> Page:
            context = browser.new_context() if apart else common
            stack.callback(context.close if apart else lambda: None)
            page = context.new_page()
            stack.callback(page.close)
            page.set_default_timeout(PATIENCE)
            page.set_viewport_size(viewport)
            page.emulate_media(color_scheme="dark" if dark else "light")
            _watch(page, address, misdeeds, refused)
            page.goto(f"{address}/{query}" if query else address)
            # On a phone there is no room for what the masthead counts.
            expect(page.locator(until)).to_be_attached()
            return page

        yield visit
    assert not misdeeds


def _watch(page: Page, address: str, misdeeds: list[str], refused: str) -> None:
    """Note requests to elsewhere, errors, dialogs and new windows.

    Args:
        refused: the status, such as "401", that the test means to be answered with; Chromium tells
            of it in the console.
    """
    meant = f"the server responded with a status of {refused} "

    def on_request(request: Request) -> None:
        if not request.url.startswith((f"{address}/", "data:", "blob:")):
            misdeeds.append(f"request to {request.url}")

    def on_console(said: ConsoleMessage) -> None:
        if address in _ENDED and "ERR_CONNECTION_REFUSED" in said.text:
            return
        if said.type == "error" and not (refused and meant in said.text):
            misdeeds.append(f"console: {said.text}")

    def on_dialog(dialog: Dialog) -> None:
        misdeeds.append(f"dialog: {dialog.message}")
        dialog.dismiss()

    page.on("request", on_request)
    page.on("console", on_console)
    page.on("dialog", on_dialog)
    page.on("pageerror", lambda error: misdeeds.append(f"error: {error}"))
    page.on("popup", lambda popup: misdeeds.append(f"window: {popup.url}"))


@pytest.fixture
def page(visit: Callable[..., Page], site: str) -> Page:
    """The chat over the sample articles, newly opened."""
    return visit(site)


def ask(page: Page, question: str) -> None:
    """Ask as a reader does, and wait for the whole answer."""
    turns = page.locator(".dl-turn").count()
    page.get_by_label("Your question").fill(question)
    page.get_by_label("Your question").press("Enter")
    expect(page.locator(f"#turn-{turns + 1}[data-finished=yes]")).to_be_visible()


def ask_to_the_end(page: Page, question: str) -> None:
    """`ask`, and wait for what may follow: as it comes, the page is scrolled."""
    page.evaluate(
        """document.addEventListener("dateline:suggested", () =>
          document.body.setAttribute("data-ended", ""), { once: true })"""
    )
    ask(page, question)
    expect(page.locator("body[data-ended]")).to_be_attached()


def add_address(page: Page, address: str) -> None:
    """Have an address fetched as a reader does; the articles must be in front."""
    page.get_by_role("tab", name="Address").click()
    page.get_by_label("Address of a page or feed").fill(address)
    page.get_by_role("button", name="Fetch").click()


def narrow_days(page: Page, since: str = "", until: str = "") -> None:
    """Ask only articles of these days, as a reader chooses them."""
    page.locator("[data-open=days]").click()
    if since:
        page.locator("#since").fill(since)
    if until:
        page.locator("#until").fill(until)
    page.keyboard.press("Escape")


def narrow_outlet(page: Page, name: str) -> None:
    """Ask only articles of an outlet, as a reader chooses it."""
    page.locator("[data-open=outlets]").click()
    page.locator("#filter-outlets").get_by_label(name).check()
    page.keyboard.press("Escape")


class Neighbourly(NewsIndex):
    """An index that visits this machine, where the servers of tests are."""

    def add(
        self,
        sources: Iterable[str | Path | Article],
        *,
        options: LoadOptions | None = None,
        progress: OnProgress | None = None,
        name: Callable[[str], str] = str,
    ) -> Report:
        assert options is not None
        assert not options.allow_private
        private = LoadOptions(allow_private=True)
        return super().add(sources, options=private, progress=progress, name=name)
