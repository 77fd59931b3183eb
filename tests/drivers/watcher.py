"""The command with fake models. With PATIENT set, embedding waits for a line on standard input."""

from __future__ import annotations

import os
import select
import sys

import assistant.assistant
from assistant import Assistant, Settings
from assistant.cli import main
from index import NewsIndex
from tests.fakes import FirstSentences, HashedWords


class Patient(HashedWords):
    """Says that it embeds, and waits to be told to go on."""

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        if os.environ.get("PATIENT"):
            os.write(1, b"embedding\n")
            # A signal just before `readline` blocks would be handled after it: looked up again.
            while not select.select([sys.stdin], [], [], 0.1)[0]:
                pass
            sys.stdin.readline()
        return super().embed_documents(texts)


def assistant_with_fakes(settings: Settings) -> Assistant:
    index = NewsIndex(settings.home, Patient(model=settings.embedding_model))
    return Assistant(settings, index=index, reader=FirstSentences())


if __name__ == "__main__":
    assistant.assistant.Assistant = assistant_with_fakes  # type: ignore[misc, assignment]
    main()
