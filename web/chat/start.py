"""Where a reader may begin: newest headlines, who and what is named most, questions that fit.

Made once for each change of the index, in a thread of its own, and never while a page waits for it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, replace
from threading import Lock
from typing import TYPE_CHECKING, Any, NamedTuple

from assistant.composing.wording import count
from index.records import Listing
from web.parts import render, tell, tell_day

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

    from markupsafe import Markup

    from assistant import Assistant
    from index import Article
    from index.records import Counts, Listed
    from web.long_work import Told

_HEADLINES = 4  # shown on the start
_LOOKED_AT = 200  # newest articles among which the samples are looked for
_OUTLETS = 8
_DAYS = 8
_NAMES = 14


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

_WHAT_IS_NEW = "What is new about {}?"


@dataclass(frozen=True, slots=True)
class _Made:
    """What was made for a state of the index.

    Attributes:
        told: what the template is told, without the questions.
        questions: which the articles answer; None while they are looked for.
    """

    generation: int
    told: Mapping[str, Any]
    questions: Sequence[str] | None

    def show(self) -> Markup:
        """As HTML."""
        looking = self.questions is None
        return render("begin", questions=self.questions, looking=looking, **self.told)


class Start:
    """What a reader may begin with, remembered for each state of the index.

    Args:
        assistant: the engine.
    """

    def __init__(self, assistant: Assistant) -> None:
        self._assistant = assistant
        self._made: _Made | None = None
        self._counting, self._asking = Lock(), Lock()

    def show(self, newest: Sequence[Listed]) -> Markup:
        """What is shown at once: an introduction, and what was made before for this index."""
        if not newest:
            return render("empty", read_only=self._assistant.settings.read_only)
        made, generation = self._made, self._assistant.index.generation()
        whole = made and made.questions is not None and made.generation == generation
        return render(
            "start",
            writes=self._assistant.writes,
            examples=fitting_examples(newest),
            make=not whole,
            made=made.show() if made else "",
        )

    def make(self) -> Iterator[Told]:
        """Make it for the index as it is now, and tell it to the page that asks.

        First what is counted, then with questions, each of which has to be answered to be offered.
        """
        with self._counting:
            generation = self._assistant.index.generation()
            made = self._made
            if made is None or made.generation != generation:
                made = self._made = self._count(generation)
        if made.questions is None:
            yield {"html": made.show()}
            made = self._ask(made)
        yield {"html": made.show(), "done": True}

    def _count(self, generation: int) -> _Made:
        index = self._assistant.index
        newest = index.listing(Listing(most=_LOOKED_AT)).articles
        articles = (index.article(each.id) for each in newest)
        named = named_most((article for article in articles if article), _NAMES)
        outlets = index.outlets()
        most = sorted(outlets, key=lambda name: (-outlets[name], name))[:_OUTLETS]
        days = [each for each in index.days() if each.first and each.first == each.last]
        told = {
            "newest": newest[:_HEADLINES],
            "named": [(_WHAT_IS_NEW.format(name), name, number) for name, number in named],
            "outlets": [(name, name, outlets[name]) for name in most if len(outlets) > 1],
            "days": [
                (day.isoformat(), tell_day(day), each.articles)
                for each in reversed(days[-_DAYS:])
                if (day := each.first)
            ],
        }
        return _Made(generation, told, () if fitting_examples(newest) else None)

    def _ask(self, counted: _Made) -> _Made:
        """With questions: of many pages one has them looked for, and the others wait for that."""
        with self._asking:
            now = self._made
            if now and now.questions is not None and now.generation == counted.generation:
                return now
            examples: Sequence[str] = ()
            try:
                examples = self._assistant.examples()
            except Exception as error:  # the page stands without
                tell(error)
            asked = replace(counted, questions=examples)
            with self._counting:
                if self._made is counted:  # the articles are still the same
                    self._made = asked
            return asked


def fitting_examples(listed: Sequence[Listed]) -> list[str]:
    """Those of `EXAMPLES` whose article is listed."""
    there = {(each.publisher, each.published.iso[:10] if each.published else "") for each in listed}
    return [each.question for each in EXAMPLES if (each.publisher, each.published) in there]


def describe_counts(held: Counts) -> str:
    """What can be searched, in one line."""
    parts = [count(held.articles, "article")]
    if held.articles:
        parts.append(count(held.stories, "story", "stories"))
        parts.append(count(held.publishers, "outlet"))
    years = sorted({day[:4] for day in (held.first_day, held.last_day) if day})
    parts += ["–".join(years)] if years else []
    return ", ".join(parts)


_FEWEST = 2  # articles that must name it
_LONGEST = 40  # characters of a name
_LONGEST_TEXT = 6_000  # characters of each article that are read
_WORD = r"[A-ZÀ-ÖØ-ÞŁŚŻ][\w’'\-]*\w"
_NAME = re.compile(
    rf"(?<=[a-zà-öø-ÿ,;] )({_WORD}(?:[ \u00a0](?:(?:of|the|de|van|von|al|bin)[ \u00a0])*{_WORD})*)"
)
"""Words in capitals within a sentence, where no capital is due to its place."""

_NO_NAMES = {
    *("January", "February", "March", "April", "May", "June", "July", "August", "September"),
    *("October", "November", "December", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday"),
    *("Saturday", "Sunday", "Mr", "Mrs", "Ms", "Dr", "But", "The", "And", "In", "It", "He", "She"),
    *("Image", "Images", "Getty", "Photo", "File", "Read", "Video", "We", "They", "If", "That"),
    *("This", "There", "What", "When", "Is", "God", "Internet"),
}
_OF_A_COUNTRY = re.compile(r"[A-Z][a-z]{2,}(?:ican|ian|ese|ish)s?")
"""American, Russians, British: they tell no more than their country does."""


def named_most(articles: Iterable[Article], most: int) -> list[tuple[str, int]]:
    """Names and how many of the articles hold each, those of most articles first."""
    counts: Counter[str] = Counter()
    for article in articles:
        found = {_tidy(name) for name in _NAME.findall(article.text[:_LONGEST_TEXT])}
        outlet = re.sub(r"\W", "", (article.publisher or "").casefold())
        counts.update(
            name
            for name in found
            if 0 < len(name) <= _LONGEST
            and not _OF_A_COUNTRY.fullmatch(name)
            and re.sub(r"\W", "", name.casefold()) not in outlet
        )
    several = [(name, number) for name, number in counts.most_common() if number >= _FEWEST]
    chosen: list[tuple[str, int]] = []
    for name, number in several:
        # "Erdogan" beside "Recep Tayyip Erdogan": the longer one says more, where it is as common.
        longer = any(
            name != other and re.search(rf"\b{re.escape(name)}\b", other) and 2 * held >= number
            for other, held in several[: 4 * most]
        )
        if not longer:
            chosen.append((name, number))
        if len(chosen) == most:
            break
    return chosen


def _tidy(name: str) -> str:
    """Without a day before it ("Monday Recep Erdogan") or an ending; empty where none is left."""
    words = name.replace("\u00a0", " ").removesuffix("’s").removesuffix("'s").split()
    while words and words[0] in _NO_NAMES:
        del words[0]
    while words and words[-1] in _NO_NAMES:
        del words[-1]
    return " ".join(words)
