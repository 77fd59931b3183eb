"""How what happens on the page is answered."""

from __future__ import annotations

from typing import Any

QUIET: dict[str, Any] = {"show_progress": "hidden", "api_visibility": "private"}
"""Long work, in the queue."""

# The queue answers through a stream that the page closes when nothing is awaited; what is asked
# for as it closes waits for ever, so only long work goes there.
BRIEF: dict[str, Any] = {**QUIET, "queue": False}
"""Answered in the response itself."""

CHANGE: dict[str, Any] = {
    "concurrency_id": "change",
    "concurrency_limit": 1,
    "api_visibility": "private",
}
"""Changes of the index, one at a time."""
