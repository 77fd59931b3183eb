"""The command `dateline`: a shell over the assistant and the index."""

from assistant.cli.commands import app, main

__all__ = ["app", "main"]
