"""Whatever of Chromium asks, page, font, manifest or worker: it asks this server and no other.

What a page requests is watched in every test; workers and the browser's own errands would escape
that. Here everything that is not for this machine goes to a proxy, which takes down what it was.
"""

from __future__ import annotations

from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, expect

from tests.browser.conftest import ask

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.browser, pytest.mark.slow]

ERRANDS = {"content-autofill.googleapis.com:443"}
"""Chromium asks its maker about any form that it sees; no page can keep it from that."""


class Recorder(ThreadingHTTPServer):
    """A proxy that leads nowhere.

    Attributes:
        asked: every target, in order.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), _Request)
        self.asked: list[str] = []


class _Request(BaseHTTPRequestHandler):
    server: Recorder

    def do_GET(self) -> None:
        self.server.asked.append(self.path)
        self.send_error(404)

    do_POST = do_CONNECT = do_HEAD = do_GET  # noqa: N815

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        pass


@contextmanager
def recording() -> Iterator[Recorder]:
    proxy = Recorder()
    thread = Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield proxy
    finally:
        proxy.shutdown()
        proxy.server_close()
        thread.join()


def test_nothing_is_asked_of_anybody_else(browser: Browser, site: str) -> None:
    with recording() as proxy:
        server = f"http://127.0.0.1:{proxy.server_address[1]}"
        context = browser.new_context(proxy={"server": server, "bypass": "127.0.0.1"})
        page = context.new_page()
        page.goto(site)
        ask(page, "Why does Turkey want the S-400?")
        page.locator(".dl-chip").first.click()
        expect(page.locator("#reader mark")).to_be_in_viewport()
        page.get_by_role("tab", name="Articles").click()
        expect(page.locator("#list .dl-open").first).to_be_visible()
        assert set(proxy.asked) <= ERRANDS
        assert context.service_workers == []
        # and it would have been seen
        page.goto("http://elsewhere.example/font.woff2")
        assert "http://elsewhere.example/font.woff2" in proxy.asked
        context.close()
