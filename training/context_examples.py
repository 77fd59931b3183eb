"""Examples for the model that reads in context: a question, and a passage under its headline.

What it reads is ``headline | outlet | day | sentences before and the passage``, each part only
where it is known. An example teaches which words answer, or that none do. Examples are put together
while training, so that no two epochs see the same crop, headline or noise.
"""

from __future__ import annotations

import bisect
import itertools
import re
from dataclasses import dataclass, field, replace
from datetime import date
from typing import TYPE_CHECKING

from assistant.reading.span_model import normalise
from training.sources import Item, Span, held_out, read_items, read_rows

if TYPE_CHECKING:
    from pathlib import Path
    from random import Random

_SENTENCE = re.compile(r"(?<=[.!?…])[\"'”’)]*\s+(?=[\"'“‘(]*[A-Z0-9])")
_AUXILIARY = re.compile(r"\b(was|were|is|are|has|had|will|would|can|could|did|does)\b(?! not)")
_DENIALS = (
    "Officials denied that", "It is not true that", "There is no evidence that",
    "A spokesman dismissed as false a report that", "Contrary to rumours, it never was that",
    "Critics had wrongly claimed that", "The ministry ruled out that", "It was once feared that",
)  # fmt: skip
_MONTHS = (
    "January February March April May June July August September October November December"
).split()


@dataclass(frozen=True, slots=True)
class Example:
    """Ready to be tokenised: characters ``spans`` answer, none where nothing does.

    With a ``label`` the question is one of yes or no (`training.entailment_examples`).
    """

    stream: str
    asked: str
    context: str
    spans: tuple[tuple[int, int], ...]
    label: int | None = None


@dataclass(frozen=True, slots=True)
class Window:
    """Some sentences of a news article, with what stands over them."""

    title: str
    outlet: str
    day: str
    text: str
    spans: tuple[tuple[int, int], ...] = ()


@dataclass(slots=True)
class Asked:
    """A news question with windows that hold its answer's words and windows that do not."""

    id: str
    question: str
    answers: tuple[str, ...]
    choices: tuple[str, ...]
    good: list[Window] = field(default_factory=list)
    bad: list[Window] = field(default_factory=list)


def header(title: str, outlet: str, day: str) -> str:
    """What stands over a passage: the known parts, each followed by a bar."""
    return "".join(f"{part} | " for part in (title, outlet, day) if part)


def spell_day(day: date) -> str:
    """A day as it is shown to the model: 6 August 2020."""
    return f"{day.day} {_MONTHS[day.month - 1]} {day.year}"


def _some_day(rng: Random) -> str:
    return spell_day(date(rng.randint(2008, 2026), rng.randint(1, 12), rng.randint(1, 28)))


def sentences(text: str) -> list[tuple[int, int]]:
    """Where sentences stand, roughly: (start, end) in characters."""
    edges = [0, *(match.end() for match in _SENTENCE.finditer(text)), len(text)]
    return [(a, b) for a, b in itertools.pairwise(edges) if text[a:b].strip()]


def crop(
    text: str, spans: tuple[tuple[int, int], ...], limit: int, rng: Random
) -> tuple[str, tuple[tuple[int, int], ...]]:
    """Whole sentences around one span, at most about ``limit`` characters of them."""
    if len(text) <= limit:
        return text, spans
    found = sentences(text)
    if not found:
        return text[:limit], tuple(s for s in spans if s[1] <= limit)
    starts = [a for a, _ in found]
    anchor = rng.choice(spans)[0] if spans else rng.choice(starts)
    low = high = max(0, bisect.bisect_right(starts, anchor) - 1)
    if spans:  # an answer that runs over a full stop
        last = next(b for a, b in spans if a == anchor)
        while high + 1 < len(found) and found[high][1] < last:
            high += 1
    while True:
        left = low > 0 and found[high][1] - found[low - 1][0] <= limit
        right = high + 1 < len(found) and found[high + 1][1] - found[low][0] <= limit
        if not left and not right:
            break
        if left and (not right or rng.random() < 0.55):
            low -= 1
        else:
            high += 1
    begin, end = found[low][0], found[high][1]
    if end - begin > 2 * limit:  # one endless sentence
        begin = max(begin, anchor - limit // 2)
        end = min(end, begin + limit)
    kept = tuple((a - begin, b - begin) for a, b in spans if a >= begin and b <= end)
    return text[begin:end], kept


def _denied(item: Item, rng: Random) -> tuple[str, tuple[tuple[int, int], ...]] | None:
    """The passage with the sentence that answers negated or denied; its spans are gone."""
    span = item.answers[0]
    found = sentences(item.passage)
    place = next((s for s in found if s[0] <= span.start < s[1]), None)
    if place is None or any(
        not place[0] <= each.start < place[1] for each in item.answers if each.text == span.text
    ):
        return None
    before, sentence, after = (
        item.passage[: place[0]], item.passage[place[0] : place[1]], item.passage[place[1] :]
    )  # fmt: skip
    if item.passage.count(span.text) > sentence.count(span.text) or " not " in item.question:
        return None
    if rng.random() < 0.6:
        verbs = list(_AUXILIARY.finditer(sentence))
        inside = range(span.start - place[0], span.start - place[0] + len(span.text))
        verbs = [m for m in verbs if m.start() not in inside]
        if not verbs or re.search(r"\b(not|never|no|n't)\b", sentence):
            return None
        verb = min(verbs, key=lambda m: abs(m.start() - (span.start - place[0])))
        word = rng.choice([" not", " not", " never"])
        changed = sentence[: verb.end()] + word + sentence[verb.end() :]
    else:
        first = sentence.split(" ", 1)[0]
        lowered = sentence if first[1:].lower() != first[1:] else sentence[0].lower() + sentence[1:]
        common = {
            "The",
            "A",
            "An",
            "In",
            "He",
            "She",
            "It",
            "They",
            "This",
            "There",
            "On",
            "At",
            "As",
        }
        changed = rng.choice(_DENIALS) + " " + (lowered if first in common else sentence)
    return before + changed + after, ()


_CONDITION = re.compile(
    r"\b(all|none|both|neither) of (the|these)\b|except|\bNOT\b|\bfalse\b", re.I
)


def _windows(text: str, rng_size: int = 700) -> list[str]:
    found, windows, begin = sentences(text[:40_000]), [], 0
    while begin < len(found):
        end = begin
        while end + 1 < len(found) and found[end + 1][1] - found[begin][0] <= rng_size:
            end += 1
        windows.append(text[found[begin][0] : min(found[end][1], found[begin][0] + 1_200)])
        begin = max(begin + 1, (begin + end + 1) // 2 if end > begin else begin + 1)
    return windows


_WORD = re.compile(r"[a-z0-9]+")
_STOP = frozenset(
    "a an the of in on at to for by with and or is are was were be been has have had do does did "
    "which what who when where how why this that these those it its as from week year after".split()
)


def _words(text: str) -> set[str]:
    return {word[:6] for word in _WORD.findall(text.lower())} - _STOP


def read_news(folder: Path, most: int = 8) -> list[Asked]:
    """Questions of one folder with their windows, best by shared rare words."""
    import math
    from collections import Counter
    from urllib.parse import urlsplit

    articles = {row["id"]: row for row in read_rows(folder / "articles.jsonl.xz")}
    seen: Counter[str] = Counter()
    for row in articles.values():
        seen.update(_words(row["text"][:20_000]))
    rare = {word: math.log(len(articles) / (1 + count)) for word, count in seen.items()}
    asked = []
    for row in read_rows(folder / "questions.jsonl"):
        answers = tuple(a for a in row["answer"] if a)
        if not answers or _CONDITION.search(row["question"] + " " + " ".join(answers)):
            continue
        patterns = [re.compile(rf"(?<!\w){re.escape(a)}(?!\w)", re.I) for a in answers]
        known = _words(row["question"])
        mine = [_words(a) for a in answers]
        one = Asked(row["id"], row["question"], answers, tuple(row["choices"] or ()))
        scored = []
        for number in dict.fromkeys([*row["gold_article_ids"], *row["gcs_article_ids"]]):
            article = articles.get(number)
            if article is None:
                continue
            host = urlsplit(
                article["url"] if "//" in article["url"] else "//" + article["url"]
            ).hostname
            day = article["publish_date"] or ""
            try:
                day = spell_day(date(*map(int, day.replace("-", "/").split("/"))))
            except (TypeError, ValueError):
                day = ""
            title = (article["title"] or "").strip()
            head = _words(title)
            for text in _windows(article["text"]):
                words = _words(text)
                score = sum(rare.get(w, 5.0) for w in known & words)
                score += 0.5 * sum(rare.get(w, 5.0) for w in known & (head - words))
                scored.append((score, Window(title, (host or "").removeprefix("www."), day, text)))
        scored.sort(key=lambda pair: -pair[0])
        total = sum(rare.get(w, 5.0) for w in known) or 1.0
        for score, window in scored[:40]:
            spans = tuple(m.span() for p in patterns for m in p.finditer(window.text))
            if spans:
                # Words that stand there by chance: a short figure without the question's words.
                if score / total > (0.45 if len(answers[0]) < 5 else 0.3) and len(one.good) < most:
                    one.good.append(replace(window, spans=spans))
            elif len(one.bad) < most and not any(p.search(window.title) for p in patterns):
                words = _words(window.text)
                if all(len(m & words) <= len(m) / 2 for m in mine):
                    one.bad.append(window)
        if one.good or one.bad:
            asked.append(one)
    return asked


def news_held_out(question_id: str) -> bool:
    """One news question in eight is never trained on: it serves thresholds and calibration."""
    import hashlib

    digest = hashlib.sha1(question_id.encode(), usedforsecurity=False).hexdigest()
    return int(digest, 16) % 8 == 0


def _plain(folder: Path, name: str) -> list[Item]:
    items = []
    for row in read_rows(folder / f"{name}.jsonl.xz"):
        group = row.get("group") or row.get("title") or row["passage"]
        answers = tuple(Span(a["text"], a["start"]) for a in row["answers"])
        if not row["answerable"]:
            answers = ()
        items.append(
            Item(row["source"], str(group), normalise(row["question"]), row["passage"], answers)
        )
    return items


_YES_NO = re.compile(r"^(is|are|was|were|do|does|did|has|have|had|can|could|will|would|should)\b")

SPAN_SHARES = {
    "squad": 0.26, "pairs": 0.15, "altered": 0.03, "qed": 0.05, "tydiqa": 0.04, "squadshifts": 0.08,
    "tweetqa": 0.02, "sentences": 0.03, "qadiscourse": 0.015, "timeqa": 0.015, "nomiracl": 0.02,
    "ace": 0.01, "nq_oracle": 0.01, "denied": 0.03, "mined": 0.05, "news_good": 0.11,
    "news_bad": 0.08,
}  # fmt: skip


class Examples:
    """Draws examples for ever; the n-th is the same in every run with the same seed."""

    def __init__(self, folder: Path) -> None:
        from random import Random as _Random

        from training.mining import mine

        kinds = read_items(folder)
        kinds |= {
            "tydiqa": _plain(folder, "tydiqa_en"), "squadshifts": _plain(folder, "squadshifts"),
            "tweetqa": _plain(folder, "tweetqa"), "qadiscourse": _plain(folder, "qadiscourse"),
            "timeqa": _plain(folder, "timeqa"), "nomiracl": _plain(folder, "nomiracl_unanswerable"),
            "ace": _plain(folder, "ace_whqa"), "nq_oracle": _plain(folder, "nq_oracle"),
        }  # fmt: skip
        self.held = {
            k: [i for i in v if held_out(i.group)]
            for k, v in kinds.items()
            if k in ("squad", "pairs")
        }
        self.kinds = {
            name: [
                i
                for i in items
                if not held_out(i.group)
                and not (name == "squadshifts" and _YES_NO.match(i.question))
            ]
            for name, items in kinds.items()
        }
        squad = self.kinds["squad"]
        self.before: dict[str, str] = {}
        for one, other in itertools.pairwise(squad):
            if one.group == other.group and one.passage != other.passage:
                self.before.setdefault(other.passage, one.passage)
        import numpy as np

        chosen = _Random(5).sample(squad, 16_000)
        places: dict[str, int] = {}
        for item in squad:
            places.setdefault(item.passage, len(places))
        texts = list(places)
        found = mine(chosen, texts, np.array([places[i.passage] for i in chosen]))
        self.kinds["mined"] = [
            replace(item, passage=texts[hit], answers=())
            for item, hits in zip(chosen, found, strict=True)
            for hit in hits[:2]
        ]
        self.kinds["denied"] = [i for i in squad if len(i.answers) == 1]
        news = [a for n in ("2023b", "2024") for a in read_news(folder / f"realtimeqa-{n}")]
        self.news_held = [a for a in news if news_held_out(a.id)]
        news = [a for a in news if not news_held_out(a.id)]
        self.news = {
            "news_good": [a for a in news if a.good],
            "news_bad": [a for a in news if a.bad],
        }
        self.titles = sorted({a.title for q in news for a in q.good + q.bad if a.title})
        self.outlets = sorted({a.outlet for q in news for a in q.good + q.bad if a.outlet})

    def draw(self, rng: Random) -> Example:
        """One example."""
        names = list(SPAN_SHARES)
        name = rng.choices(names, list(SPAN_SHARES.values()))[0]
        if name.startswith("news"):
            return self._news(name, rng)
        item = rng.choice(self.kinds[name])
        return self.span_example(name, item, rng)

    def span_example(self, name: str, item: Item, rng: Random) -> Example:
        """A question over an encyclopedia's or other passage, under a title that may be noise."""
        text = item.passage
        spans = tuple((s.start, s.start + len(s.text)) for s in item.answers)
        if name == "denied":
            changed = _denied(item, rng)
            if changed is not None:
                text, spans = changed
        anchor = spans if spans else tuple((s.start, s.start + len(s.text)) for s in item.lure)
        limit = rng.choice([250, 350, 500, 700])
        if name != "denied":
            cropped, kept = crop(text, anchor, limit, rng)
            text, spans = cropped, (kept if spans else ())
        else:
            text, spans = crop(text, spans, 600, rng)
        before = self.before.get(item.passage, "")
        if (
            before
            and rng.random() < 0.2
            and not any(s.text.lower() in before.lower() for s in item.answers + item.lure)
        ):
            last = sentences(before)[-rng.choice([1, 2]) :]
            lead = before[last[0][0] :].rstrip() + " "
            text, spans = lead + text, tuple((a + len(lead), b + len(lead)) for a, b in spans)
        chance = rng.random()
        group = item.group.replace("_", " ") if item.group != item.passage else ""
        title = (
            group
            if chance < 0.4 and len(group) < 80
            else rng.choice(self.titles)
            if chance < 0.5
            else ""
        )
        outlet = rng.choice(self.outlets) if rng.random() < 0.25 else ""
        day = _some_day(rng) if rng.random() < 0.3 else ""
        lead = header(title, outlet, day)
        return Example(
            name,
            item.question,
            lead + text,
            tuple((a + len(lead), b + len(lead)) for a, b in spans),
        )

    def _news(self, name: str, rng: Random) -> Example:
        asked = rng.choice(self.news[name])
        good = name == "news_good"
        window = rng.choice(asked.good if good else asked.bad)
        return self.news_example(name, asked, window, good, rng)

    def news_example(
        self, name: str, asked: Asked, window: Window, good: bool, rng: Random
    ) -> Example:
        """A quiz question over a window of a page."""
        text, spans = window.text, window.spans if good else ()
        if rng.random() < 0.5:
            text, spans = crop(text, spans, rng.choice([250, 400, 550]), rng)
        if not good and asked.choices and rng.random() < 0.15:
            quiz = asked.question + " " + " ".join(asked.choices) + " "
            place = rng.choice([0, *(b for _, b in sentences(text))])
            text = text[:place] + " " + quiz + text[place:]
        shown = rng.random()
        lead = header(
            window.title if shown < 0.85 else "",
            window.outlet if rng.random() < 0.8 else "",
            window.day if rng.random() < 0.85 else "",
        )
        moved = [(a + len(lead), b + len(lead)) for a, b in spans]
        if good:  # a headline that says it answers, too
            for answer in asked.answers:
                moved += [
                    m.span() for m in re.finditer(rf"(?<!\w){re.escape(answer)}(?!\w)", lead, re.I)
                ]
        return Example(name, normalise(asked.question), lead + text, tuple(moved))
