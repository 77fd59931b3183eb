"""Ask the news, get quotes: `from dateline import answer` is `from assistant import answer`."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from assistant import (
        Answer,
        Assistant,
        Citation,
        DatelineError,
        IndexMissingError,
        ModelMismatchError,
        QuestionError,
        Settings,
        SourceError,
        answer,
    )

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "DatelineError",
    "IndexMissingError",
    "ModelMismatchError",
    "QuestionError",
    "Settings",
    "SourceError",
    "answer",
]

_PACKAGES = ("assistant", "index", "prompts", "web", "ui")


def check_packages() -> None:
    """Find Dateline's own packages, without importing them.

    Raises:
        ImportError: Python finds another package of that name first. All of these names are also
            those of other distributions, and a folder of the name in the working directory is
            found first by `python -m`.
    """
    home = Path(__file__).parent.parent
    for name in _PACKAGES:
        spec = find_spec(name)
        origin = spec.origin if spec else None
        if origin is None or home not in Path(origin).parents:
            where = origin or (spec and list(spec.submodule_search_locations or ())) or "nowhere"
            raise ImportError(
                f"Python finds the package {name!r} at {where}, and not the one of Dateline in "
                f"{home}: install Dateline into an environment of its own, and run it elsewhere."
            )


def __getattr__(name: str) -> Any:
    """What `assistant` offers, imported when it is first asked for."""
    if name not in __all__:
        raise AttributeError(f"module 'dateline' has no attribute {name!r}")
    check_packages()
    import assistant

    return getattr(assistant, name)
