"""How large a request may be; it says so before it is read."""

from __future__ import annotations

from typing import TYPE_CHECKING

from starlette.responses import JSONResponse, PlainTextResponse, Response

if TYPE_CHECKING:
    from starlette.datastructures import Headers

LARGEST_PAGE = 25_000_000
"""Bytes of what a page sends, files aside: the longest article, pasted."""

_LARGEST = {  # bytes
    "/gradio_api/upload": 2_000_000_000,  # several files at once
    "/gradio_api/queue/join": LARGEST_PAGE,
    "/login": 8_000,
}
_LARGEST_ELSE = 1_000_000
_MEASURES_ITSELF = "/v1/chat/completions"  # and says it as OpenAI's clients expect


def measure(method: str, path: str, headers: Headers) -> Response | None:
    """What is said to a request that is too large, or does not say how large it is."""
    path = path.rstrip("/")
    if method in {"GET", "HEAD"} or path == _MEASURES_ITSELF:
        return None
    said = headers.get("content-length")
    if said is None:
        return PlainTextResponse("Send the length of the request: Content-Length.", 411)
    if not said.isdecimal() or len(said) > 15 or int(said) > _LARGEST.get(path, _LARGEST_ELSE):
        return JSONResponse({"detail": "The request is too large."}, 413)  # which the page shows
    return None
