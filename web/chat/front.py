"""The front page: what the index holds, and where a reader may begin."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple, Protocol

from markupsafe import Markup

from assistant.composing.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.answer import Source


class Holding(Protocol):
    """How much an index holds, as it tells it."""

    @property
    def articles(self) -> int:
        """Articles."""

    @property
    def stories(self) -> int:
        """Articles, copies of one another counted once."""

    @property
    def publishers(self) -> int:
        """Outlets."""

    @property
    def first_day(self) -> str | None:
        """The earliest day known, as ISO text."""

    @property
    def last_day(self) -> str | None:
        """The latest."""


class Example(NamedTuple):
    """A question to begin with, and the outlet and day of the sample article that answers it."""

    question: str
    publisher: str
    published: str


EXAMPLES = (
    Example("Why does Turkey want the S-400?", "The Meridian Post", "2019-07-18"),
    Example("How many people died in the Beirut explosion?", "Corvane Daily", "2020-08-06"),
    Example("Is the Ever Given still stuck?", "The Saltmere Shipping Gazette", "2021-03-30"),
    Example("Why did Silicon Valley Bank fail?", "Brackwater Financial", "2023-03-11"),
)
"""The outlets are invented, so no other article can be taken for these."""

MOST_LOOKED_AT = 200
"""Articles among which the samples are looked for, newest first."""

_EMPTY = Markup(
    '<div class="dl-start"><h2>There are no articles yet</h2>'
    "<p>Dateline answers in the words of the articles you give it. Add your own under "
    "<b>Articles</b>, or look around with a few samples that come with it.</p></div>"
)
_INTRODUCTION = Markup(
    '<div class="dl-start"><h2>Ask the news, get quotes</h2>'
    "<p>{} Choose a number such as "
    '<span class="dl-sample-chip">[1]</span> to read those words where they stand.</p>{}</div>'
)
_QUOTED = "Every answer is in the articles’ own words."
_WRITTEN = (
    "A chat model writes the answers; each sentence is checked against the articles and marked "
    "with what the check found."
)


def show_start(listed: Sequence[Source], *, written: bool = False) -> Markup:
    """What stands where the conversation will be, given the newest articles.

    Args:
        written: whether a chat model writes the answers.
    """
    if not listed:
        return _EMPTY
    return _INTRODUCTION.format(
        _WRITTEN if written else _QUOTED,
        show_questions(fitting_examples(listed), "Questions to try"),
    )


def fitting_examples(listed: Sequence[Source]) -> list[str]:
    """Those of `EXAMPLES` whose article is listed."""
    there = {(source.publisher, (source.published or "")[:10]) for source in listed}
    return [each.question for each in EXAMPLES if (each.publisher, each.published) in there]


def show_questions(questions: Sequence[str], label: str, *, heading: str = "") -> Markup:
    """Questions that are asked with a click; nothing where there are none.

    Args:
        label: what they are, for those who do not see them.
        heading: what stands above them.
    """
    if not questions:
        return Markup("")
    return Markup('{}<div class="dl-examples" aria-label="{}" role="group">{}</div>').format(
        Markup('<p class="dl-small">{}</p>').format(heading) if heading else "",
        label,
        Markup("").join(
            Markup(
                '<button type="button" class="dl-example" dir="auto" '
                'data-question="{0}">{0}</button>'
            ).format(question)
            for question in questions
        ),
    )


def show_counts(held: Holding) -> Markup:
    """The masthead: the name, and what can be searched."""
    parts = [count(held.articles, "article")]
    if held.articles:
        parts.append(count(held.stories, "story", "stories"))
        parts.append(count(held.publishers, "outlet"))
    years = sorted({day[:4] for day in (held.first_day, held.last_day) if day})
    parts += ["–".join(years)] if years else []
    return Markup('<header class="dl-masthead"><h1>Dateline</h1><p>{}</p></header>').format(
        ", ".join(parts)
    )
