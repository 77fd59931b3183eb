"""The errors that only the assistant raises; the rest of the tree is in `index.errors`."""

from __future__ import annotations

from index import DatelineError


class QuestionError(DatelineError):
    """The question cannot be asked: it is empty, too long, or its filters contradict each other."""


class ChatModelError(DatelineError):
    """The chat model cannot be had, or failed; the message names the fix and never a key."""
