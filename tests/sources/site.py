"""A web server on this machine: pages, feeds, and every way in which a server can misbehave."""

from __future__ import annotations

import gzip
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    Answer = Callable[["Handler"], None]


class Handler(BaseHTTPRequestHandler):
    """Looks its path up among the site's answers."""

    protocol_version = "HTTP/1.1"
    site: Site

    def do_GET(self) -> None:
        seen = self.site.rules if self.path == "/robots.txt" else self.site.seen
        seen.append((self.path, dict(self.headers)))
        answer = self.site.answers.get(self.path)
        try:
            if answer is None:
                self.give(b"Nothing here.", status=404)
            else:
                answer(self)
        except ConnectionError:  # the client has had enough: that is what is tested
            pass
        self.close_connection = True

    def give(
        self, body: bytes, *, status: int = 200, headers: Mapping[str, str] | None = None
    ) -> None:
        self.begin(status, {"Content-Length": str(len(body)), **(headers or {})})
        self.wfile.write(body)

    def begin(self, status: int, headers: Mapping[str, str]) -> None:
        self.send_response(status)
        for name, value in headers.items():
            self.send_header(name, value)
        self.end_headers()

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        """Keep quiet."""


class Site:
    """The server; used as a context.

    Attributes:
        answers: by path; a test adds its own.
        seen: each request's path and headers, in order, but for those for robots.txt.
        rules: those.
        over: set when the test is over, for answers that wait.
    """

    def __init__(self) -> None:
        self.answers: dict[str, Answer] = {}
        self.seen: list[tuple[str, dict[str, str]]] = []
        self.rules: list[tuple[str, dict[str, str]]] = []
        self.over = threading.Event()
        handler = type("SiteHandler", (Handler,), {"site": self})
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(
            target=self._server.serve_forever, kwargs={"poll_interval": 0.01}, name="site"
        )

    @property
    def port(self) -> int:
        return int(self._server.server_address[1])

    def __enter__(self) -> Site:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.over.set()
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()

    def url(self, path: str) -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    def serve(
        self,
        path: str,
        body: str | bytes,
        media_type: str = "text/html; charset=utf-8",
        *,
        status: int = 200,
        **headers: str,
    ) -> str:
        """Serve this from now on, and return its URL."""
        data = body.encode() if isinstance(body, str) else body
        said = {"Content-Type": media_type}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers[path] = lambda handler: handler.give(data, status=status, headers=said)
        return self.url(path)

    def redirect(self, path: str, to: str, status: int = 302) -> str:
        """Send whoever asks for this elsewhere."""
        self.answers[path] = lambda handler: handler.give(
            b"", status=status, headers={"Location": to}
        )
        return self.url(path)

    def pour(self, path: str, chunk: bytes, **headers: str) -> str:
        """An answer that never ends."""
        said = {"Content-Type": "text/html"}
        said |= {name.replace("_", "-"): value for name, value in headers.items()}

        def answer(handler: Handler) -> None:
            handler.begin(200, said)
            while not self.over.is_set():
                handler.wfile.write(chunk)

        self.answers[path] = answer
        return self.url(path)

    def stall(self, path: str, begun: bytes = b"") -> str:
        """An answer that begins, if at all, and does not go on."""

        def answer(handler: Handler) -> None:
            handler.wfile.write(begun)
            handler.wfile.flush()
            self.over.wait()

        self.answers[path] = answer
        return self.url(path)

    def drip(self, path: str, begun: bytes, every: float) -> str:
        """An answer of one byte now and then, each in time for whoever waits for the next."""

        def answer(handler: Handler) -> None:
            handler.wfile.write(begun)
            while not self.over.wait(every):
                handler.wfile.write(b"x")
                handler.wfile.flush()

        self.answers[path] = answer
        return self.url(path)


BOMB = gzip.compress(bytes(40_000_000), 9)
"""40 MB of nothing in 40 kB."""
