"""Read a template and check that it asks for exactly what it will be given."""

from __future__ import annotations

from functools import cache
from importlib.resources import files
from typing import Final

from langchain_core.prompts import PromptTemplate

PLACEHOLDERS: Final[dict[str, frozenset[str]]] = {
    "abstention": frozenset({"reason", "searched", "nearest"}),
    "standalone": frozenset({"boundary", "history", "question"}),
    "unsure": frozenset({"searched", "nearest"}),
    "writing": frozenset({"boundary", "notes", "passages", "question", "today"}),
}
"""Template name to its placeholders: what the code fills in."""


class TemplateError(ValueError):
    """A template is missing, or its placeholders are not those the code fills in."""


@cache
def load(name: str) -> PromptTemplate:
    """The template in `prompts/NAME.md`, as LangChain's.

    Raises:
        TemplateError: it is missing, malformed, or its placeholders differ from `PLACEHOLDERS`.
    """
    if name not in PLACEHOLDERS:
        raise TemplateError(f"There is no template {name!r}: there are {sorted(PLACEHOLDERS)}.")
    try:
        text = files("prompts").joinpath(f"{name}.md").read_text("utf-8")
        template = PromptTemplate.from_template(text)
    except OSError as error:
        raise TemplateError(f"prompts/{name}.md is missing: install Dateline again.") from error
    except ValueError as error:
        raise TemplateError(f"prompts/{name}.md has an unmatched brace: {error}") from error
    if (found := frozenset(template.input_variables)) != PLACEHOLDERS[name]:
        raise TemplateError(
            f"prompts/{name}.md asks for {sorted(found)}, not for {sorted(PLACEHOLDERS[name])}."
        )
    return template
