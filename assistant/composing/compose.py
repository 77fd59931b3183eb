"""An editor's checklist: from what was found to what a reader is told, read from top to bottom.

Each step answers one kind of question, or leaves it to the next. All of it works on verbatim
sentences with their offsets, without a chat model.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from assistant.composing.chronology import answer_how_long, answer_with_timeline
from assistant.composing.comparisons import answer_comparison
from assistant.composing.composition import Composition, Material
from assistant.composing.denials import (
    answer_none,
    answer_successor,
    answer_unknown,
    correct_presupposition,
)
from assistant.composing.differences import answer_what_differs
from assistant.composing.lists import answer_with_list
from assistant.composing.question_forms import in_another_language
from assistant.composing.sayings import (
    answer_by_one_speaker,
    answer_what_was_said,
    answer_who_said,
    answer_whose_answer,
    from_reading,
)
from assistant.composing.tables import answer_from_table
from assistant.composing.versions import answer_corrected, answer_superseded, line_up
from assistant.composing.yes_or_no import answer_yes_or_no

if TYPE_CHECKING:
    from collections.abc import Callable

    Step = Callable[[Material], Composition | None]

CHECKLIST: tuple[Step, ...] = (
    in_another_language,
    answer_with_timeline,
    answer_what_differs,
    answer_whose_answer,
    answer_comparison,
    answer_yes_or_no,
    answer_what_was_said,
    answer_who_said,
    answer_by_one_speaker,
    correct_presupposition,
    answer_superseded,
    answer_none,
    answer_successor,
    answer_from_table,
    answer_with_list,
    answer_how_long,
    line_up,
    answer_corrected,
    answer_unknown,
)


def compose(material: Material) -> Composition:
    """The composition of the first step that knows the kind of question; else the reading's own."""
    for step in CHECKLIST:
        composition = step(material)
        if composition is not None:
            return composition
    return from_reading(material)
