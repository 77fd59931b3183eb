"""Whether what somebody says is said by the one who is asked about, by name or by post."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.judging.names import fold, in_order, is_person, lacking, name_words, names
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement

_FILLERS = frozenset(
    "the a an mr mrs ms dr sir dame president minister prime captain governor".split()
)


def is_by(statement: Statement, who: str) -> bool:
    """Whether a statement is made by the one asked about, or by those who speak for it."""
    said = statement.said
    if said is None:
        return False
    if _possesses(who, said.speaker) and not _is_owner(said.speaker, who):
        return False
    asked = [name_words(name.text) for name in names(f"x {who}")]
    wanted = name_words(who) - _FILLERS
    speaker, role = name_words(said.speaker) - _FILLERS, name_words(said.role) - _FILLERS
    if asked and " " not in said.speaker.strip() and fold(who.split()[-1]) in speaker:
        return True
    if wanted and wanted <= speaker:
        return True
    last = fold(who.split()[-1])
    if wanted and last in speaker and is_person(said.speaker):
        return len(wanted) == 1 or bool((wanted - {last}) & (speaker | role)) or not asked
    line = in_order(said.speaker)
    if len(wanted) == 1 and who.isupper() and not lacking(names(f"x {who}")[0], line):
        return True
    spelled_out = re.search(r"\(([A-Z]{2,})\)", f"{said.speaker} {said.role}")
    if spelled_out and who.strip().removeprefix("the ") == spelled_out[1]:
        return True
    if _holds_post(said.role, who, statement):
        return True
    # "the hospital": its director speaks for it, as no person's spokesman does for another's words
    common = not any(word[:1].isupper() for word in who.split() if fold(word) not in _FILLERS)
    return bool(wanted) and wanted <= role and (common or _is_owner(said.role, who))


def _holds_post(role: str, who: str, statement: Statement) -> bool:
    """Whether one called "its director" is "the director of the Holm museum", told of there."""
    post, _, rest = re.sub(r"(?i)^the ", "", who).partition(" ")
    if not rest or not post.islower() or not re.match(r"(?:of|from|in|at)\b", rest):
        return False
    if post not in role:  # a title before a name, "Captain Ada Roe"
        return False
    own = name_words(role) - {"the", "its", "his", "her", "their"}
    told = stems(f"{statement.article.title} {statement.article.text}")
    return {fold(post)} <= own <= name_words(who) and stems(rest) <= told


def _possesses(who: str, words: str) -> bool:
    return bool(re.search(rf"(?i)\b{re.escape(who.removeprefix('the '))}['’]s?(?!\w)", words))


def _is_owner(role: str, who: str) -> bool:
    """ "Varnrail" in "Varnrail's chief executive", where it is an organisation's only word."""
    return _possesses(who, role) and not re.search(
        r"(?i)\b(?:spokes\w+|lawyer|wife|husband|widow|son|daughter|brother|sister|mother|father"
        r"|cousin|uncle|aunt|friend|rival|partner|aide)\b",
        role,
    )
