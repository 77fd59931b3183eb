"""Follow-ups whose missing part is plain: said again in full, from the question before.

"And its president?" after "Who is Finland's foreign minister?" asks "Who is Finland's president?";
"How many seats did they get?" after an answer "The Centre Union" asks about that. What is not
plain is left to the weighing of words.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from assistant.question import Turn

_MORE = r"^(?:(?:and|but|so|then|ok|okay)[, ]+)*(?:what about|how about|and|also)?[, ]*"
_STATES = (
    "injured|hurt|wounded|missing|homeless|dead|killed|arrested|displaced|rescued|evacuated|detained"
    "|hospitalised|hospitalized|infected|affected|saved|freed"
)
_STATE = re.compile(rf"(?i){_MORE}(?:the )?(?P<state>{_STATES})\s*\??$")
_OWNED = re.compile(rf"(?i){_MORE}(?:its|his|her|their|the) (?P<what>[\w'’ -]{{2,40}}?)\s*\??$")
_NAME = re.compile(rf"(?i:{_MORE})(?P<name>(?:the )?[A-Z][\w.’'&-]*(?: [\w.’'&-]+){{0,3}})\s*\??$")
_COUNT = re.compile(
    r"(?i)^how many (?P<who>people|persons|men|women|children|[a-z]+s)\b.*?(?P<where> (?:in|at"
    r"|on|during|by|after|from|over) .+?)\??$"
)
_ROLE_OF = re.compile(
    r"(?i)^(?P<asks>(?:who|what) (?:is|was|are|were) )(?P<owner>.+?['’]s?) (?P<role>[\w -]+?)\??$"
    r"|^(?P<asks2>(?:who|what) (?:is|was|are|were) )the (?P<role2>[\w -]+?) of (?P<owner2>.+?)\??$"
)
_WHO_SAID = re.compile(
    r"(?i)^(?:and |but )?who (?:says?|said|told (?:them|you)|claims?|claimed|reported|reports) "
    r"(?:so|that|this|it)\s*\??$"
    r"|^(?:and |but )?(?:says who|according to wh?om?)\s*\??$"
)
_ASKED_AGAIN = re.compile(r"^Who said (?:so|that)\? \((?P<question>[^()]+\?)\)$")
_VERBS = r"(?:is|are|was|were|did|does|do|has|have|had|will|would|can|could|of|in|about|else)\b"
_ASKS_WHO = re.compile(
    r"(?i)^(?:and |but )?(?:who|whom|(?:which|what) (?:person|party|company|team|country|group"
    r"|firm|bank|union|side|club|man|woman|minister|state|city|agency))\b"
)
_ASKS_WHICH = re.compile(
    r"(?i)^(?:and |but )?(?:which|what) (?!(?:day|date|year|month|time|hour|share|percent\w*)\b)"
    rf"(?!{_VERBS})[a-z-]+ (?:(?:was|is|were|are|has|had|did|does|will) )?[a-z]"
)
_ASKS_WHOSE_WORK = re.compile(
    r"(?i)^(?:and |but )?(?:who|(?:which|what) \w+) (?:makes?|made|builds?|built|owns?"
    r"|owned|operates?|produces?|sells?|sold|bought)\b"
)
_THE_FIRM = re.compile(r"(?i)\bthe (?:company|firm|maker|owner|operator|group)\b")
_PERSON = re.compile(r"\b(?:he|she|him)\b", re.I)
_THEY = re.compile(r"\b(?:they|them)\b", re.I)
_OWN = re.compile(r"\b(?:his|her|their)\b(?= \w)", re.I)
_IT = re.compile(r"\bit\b", re.I)
_THERE = re.compile(r"(?<!is )(?<!are )(?<!was )(?<!were )\bthere\b(?= *\??$)", re.I)
_PLACED = re.compile(r"(?i)\b(?:at|near|from|off) $")  # where it was, not what it is
_ITS = re.compile(r"\bits\b", re.I)
_PROPER = (
    r"[A-Z](?:(?![’']s\b)[\w.’'&,-])*\w(?:(?: (?:of|the|and|de|al|bin))* "
    r"[A-Z0-9](?:(?![’']s\b)[\w.’'&-])*)*"
)
_THING = re.compile(rf"(?<=\s)(?:the )?(?P<thing>{_PROPER})(?=['’]s\b|[\s?.,!)]|$)")
_ASKS = re.compile(
    r"(?i)^(?:and |but |so )?(?:who|what|when|where|why|how|which|did|does|do|is|are|was|were"
    r"|has|have|will)\b"
)
_BOLD = re.compile(r"\*\*(?P<short>[^*]+)\*\*")
_LONGEST_SHORT = 8  # words


def complete(text: str, history: Sequence[Turn]) -> str:
    """The question in full; as it stands where what it lacks is not plain."""
    before, short = "", ""
    turns = list(history)
    for number, turn in enumerate(turns):
        if turn.role != "user":
            continue
        before = _complete(turn.text, before, short)
        following = turns[number + 1] if number + 1 < len(turns) else None
        short = _short(following) if following and following.role != "user" else ""
    return _complete(text, before, short)


def asked_before(standalone: str) -> str:
    """The question whose speaker "Who said that? (...)" asks for; empty for another question."""
    fits = _ASKED_AGAIN.match(standalone)
    return fits["question"] if fits else ""


def _complete(text: str, before: str, short: str) -> str:
    if not before:
        return text
    if _WHO_SAID.match(text):
        asked = asked_before(before) or before
        return f"Who said so? ({asked.rstrip(' ?')}?)" if "(" not in asked else text
    if (state := _STATE.match(text)) and (counted := _COUNT.match(before)):
        verb = "are" if state["state"].lower() == "missing" else "were"
        return f"How many {counted['who']} {verb} {state['state'].lower()}{counted['where']}?"
    if (owned := _OWNED.match(text)) and (role := _ROLE_OF.match(before)):
        asks, owner = role["asks"] or role["asks2"], role["owner"] or f"{role['owner2']}'s"
        return f"{asks}{owner} {owned['what']}?"
    name = None if _ASKS.match(text) else _NAME.match(text)
    if name and (thing := _last_thing(before)) and not _has_verb(name["name"]):
        return f"{before[: thing.start('thing')]}{name['name']}{before[thing.end('thing') :]}"
    return _resolve(text, before, short)


def _resolve(text: str, before: str, short: str) -> str:
    """Its pronouns replaced by whom or what they can only mean."""
    if "(" in before or _names_somebody(text):
        return text
    named = _last_thing(before)
    thing = named["thing"] if named else ""
    whom = (
        short if short and _ASKS_WHO.match(before) and len(short.split()) <= _LONGEST_SHORT else ""
    )
    if whom and (_PERSON.search(text) or _THEY.search(text)):
        return _THEY.sub(whom, _PERSON.sub(whom, text, count=1), count=1)
    if whom and _ASKS_WHOSE_WORK.match(before) and _THE_FIRM.search(text):
        return _THE_FIRM.sub(whom, text, count=1)
    if whom and _OWN.search(text):
        return _OWN.sub(f"{whom}'s", text, count=1)
    which = short if _ASKS_WHICH.match(before) and 0 < len(short.split()) <= _LONGEST_SHORT else ""
    if which and not _ASKS_WHO.match(before) and _IT.search(text):
        return _IT.sub(which, text, count=1)
    ends = named is not None and not before[named.end("thing") :].strip(" ?")
    ends = ends and not _PLACED.search(before[: named.start("thing")] if named else "")
    if (
        thing and ends and _IT.search(text)
    ):  # what is asked about comes last: "Who owns the Ever Given?"
        return _IT.sub(f"the {thing}" if f"the {thing}" in before else thing, text, count=1)
    if thing and _ITS.search(text):
        return _ITS.sub(f"{thing}'s", text, count=1)
    if thing and _THERE.search(text):
        return _THERE.sub(f"in {thing}", text, count=1)
    return text


def _last_thing(question: str) -> re.Match[str] | None:
    """The last name that a question holds after its first word."""
    found = list(_THING.finditer(question))
    return found[-1] if found else None


def _names_somebody(text: str) -> bool:
    return bool(_THING.search(text))


def _has_verb(words: str) -> bool:
    return bool(
        re.search(r"(?i)\b(?:is|are|was|were|did|does|do|has|have|had|will|said|say)\b", words)
    )


def _short(turn: Turn) -> str:
    """The words that an earlier answer set in bold."""
    if turn.short:
        return turn.short
    bold = _BOLD.search(turn.text)
    return bold["short"].replace("\\", "") if bold else ""
