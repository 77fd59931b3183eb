"""The files of the models that are in use, where their publishers' SHA-256 are known."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.reading.span_model import SHIPPED, check_shipped_model
from index.errors import ModelError
from index.keeping import Finding
from index.models.embedding import DEFAULT_MODEL, check_default_model

if TYPE_CHECKING:
    from assistant.settings import Settings


def check_weights(settings: Settings) -> list[Finding]:
    """What is wrong with the default models' files; models that somebody else named are theirs."""
    found = []
    for name, default, check in (
        (settings.embedding_model, DEFAULT_MODEL, check_default_model),
        (settings.reader_model, SHIPPED, check_shipped_model),
    ):
        if name == default:
            try:
                check()
            except ModelError as error:
                found.append(Finding("weights", str(error)))
    return found
