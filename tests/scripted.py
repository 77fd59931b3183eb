"""A server that speaks OpenAI's protocol on loopback and misbehaves when told to."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Event, Thread
from typing import Any

Reply = Callable[["Handler", dict[str, Any]], None]
KEY = "sk-very-secret-4711"


class Handler(BaseHTTPRequestHandler):
    """One request; what it answers is decided by the script."""

    server: Scripted
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        self.server.asked.append({"key": self.headers.get("authorization"), **body})
        script = self.server.script
        reply = script.pop(0) if len(script) > 1 else script[0]
        with suppress(BrokenPipeError, ConnectionResetError):  # the client had enough
            reply(self, body)
        self.close_connection = True

    def begin(self, status: int = 200, kind: str = "text/event-stream", **more: str) -> None:
        self.send_response(status)
        self.send_header("content-type", kind)
        self.send_header("connection", "close")
        for name, value in more.items():
            self.send_header(name.replace("_", "-"), value)
        self.end_headers()

    def send(self, line: str) -> None:
        self.wfile.write(line.encode())
        self.wfile.flush()

    def piece(self, text: str, reason: str | None = None) -> None:
        choice = {"index": 0, "delta": {"content": text}, "finish_reason": reason}
        chunk = {
            "id": "1",
            "object": "chat.completion.chunk",
            "created": 1,
            "model": "scripted",
            "choices": [choice],
        }
        self.send(f"data: {json.dumps(chunk)}\n\n")

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002
        pass


class Scripted(ThreadingHTTPServer):
    """Replies one after another; the last one is repeated.

    Attributes:
        asked: every request, oldest first, with the key it came with.
    """

    daemon_threads = True

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.script: list[Reply] = [say("NO ANSWER")]
        self.asked: list[dict[str, Any]] = []

    @property
    def address(self) -> str:
        return f"http://127.0.0.1:{self.server_address[1]}/v1"

    def prompt(self, number: int = -1) -> str:
        """All that the model was told in one request."""
        return "\n".join(str(each["content"]) for each in self.asked[number]["messages"])


@contextmanager
def scripted() -> Iterator[Scripted]:
    """The server, running."""
    server = Scripted()
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield server
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def say(text: str, size: int = 7) -> Reply:
    """The text in pieces of so many characters, as it should be."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        for start in range(0, len(text), size):
            handler.piece(text[start : start + size])
        handler.piece("", "stop")
        handler.send("data: [DONE]\n\n")

    return reply


def answering(make: Callable[[str], str]) -> Reply:
    """Whatever a function makes of the prompt."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        prompt = "\n".join(str(each["content"]) for each in body["messages"])
        say(make(prompt))(handler, body)

    return reply


def waiting(first: str, go_on: Event, rest: str) -> Reply:
    """The first words at once, the rest when told."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.piece(first)
        assert go_on.wait(60)
        handler.piece(rest)
        handler.piece("", "stop")
        handler.send("data: [DONE]\n\n")

    return reply


def silent(go_on: Event) -> Reply:
    """Nothing at all, until told."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        go_on.wait(60)

    return reply


def cut_off(text: str, *, politely: bool = False) -> Reply:
    """The text, and then the connection breaks; or, politely, ends without saying why."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        if politely:
            handler.begin()
        else:
            handler.begin(content_length="100000")
        handler.piece(text)

    return reply


def too_long(text: str) -> Reply:
    """The text, ended because it grew too long."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.piece(text)
        handler.piece("", "length")
        handler.send("data: [DONE]\n\n")

    return reply


def malformed(text: str) -> Reply:
    """The text, and then what is no JSON."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        handler.piece(text)
        handler.send('data: {"choices": [{"delta": \n\n')

    return reply


def endless(text: str) -> Reply:
    """The same again and again, until nobody listens."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin()
        while True:
            handler.piece(text)

    return reply


def status(code: int, message: str = "no", **headers: str) -> Reply:
    """An error of this number, to be tried again in a moment if at all."""

    def reply(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin(code, "application/json", retry_after_ms="5", **headers)
        handler.send(json.dumps({"error": {"message": message, "type": "x", "code": None}}))

    return reply
