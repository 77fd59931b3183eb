"""What the server listens on, and how Gradio's queue waits."""

from __future__ import annotations

import socket

import gradio as gr
import pytest

from web.server import _LOOKS_EVERY, _listen, application, in_event_loop


@pytest.mark.parametrize("host", ["127.0.0.1", "::1"])
def test_a_connection_sends_at_once(host: str) -> None:
    """Asyncio turns Nagle's algorithm off where the socket says that it speaks TCP."""
    try:
        listening = _listen(host, 0)
    except OSError:
        pytest.skip("no IPv6 here")
    with listening, socket.create_connection(listening.getsockname()[:2]):
        accepted, _ = listening.accept()
        with accepted:
            assert accepted.proto == socket.IPPROTO_TCP


def test_the_queue_looks_for_work_a_few_times_a_second() -> None:
    blocks = in_event_loop(gr.Blocks)
    application(blocks)
    assert blocks._queue.sleep_when_free == _LOOKS_EVERY
    assert blocks._queue.progress_update_sleep_when_free == _LOOKS_EVERY
