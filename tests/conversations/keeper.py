"""Keeps turns until it is killed: `python -m tests.conversations.keeper FOLDER`."""

from __future__ import annotations

import sys
from itertools import count
from pathlib import Path

from tests.conversations.samples import turn
from web.conversations.conversation_store import ConversationStore

if __name__ == "__main__":
    store = ConversationStore(Path(sys.argv[1]))
    for number in count():
        store.keep("", "talk", [turn(f"turn-{number}-{part}") for part in range(2)])
        if number % 5 == 4:
            store.delete("", "talk")
        print(number, flush=True)  # noqa: T201
