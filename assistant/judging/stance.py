"""Does a sentence say yes or no to a question, or leave it open? By rule.

The question becomes a statement: its words, weighed by how rare they are. A sentence that holds
them says yes, unless its clause denies them, holds their opposite, gives another figure, or hedges.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from assistant.judging.asked import PREPOSITION, others_named
from assistant.judging.names import lacking_all, names, spelled
from assistant.judging.polar_question import AUXILIARY, PolarQuestion, same_figures
from assistant.judging.synonyms import (
    CONTEXT_SHARE,
    find,
    means_the_same,
    opposite,
    partners,
    tokens,
)
from assistant.reading.overlap import stem
from index.terms import STOP_WORDS

Stance = Literal["yes", "no", "open"]

_CLAUSE_ENDS = re.compile(
    r";|\s[–—-]\s|,?(?:(?<!\s)|(?<=[:–—-]\s))\s+\b(?:but|although|though|while|whereas|however|because|unless|if)\b|:\s"
    r"|,\s+(?:and|or)\s+(?=(?:\w+\s+){1,5}?(?:is|are|was|were|has|have|had|will|would|may|said)\b)"
    r"|(?:(?<!\s)|(?<=[:–—-]\s))\s+and\s+(?=(?:\w+\s+){0,3}?(?:is|are|was|were|has|have|had|did|do|does|will|would|may|none|nobody)\b)"
)
_NEGATIONS = frozenset(
    "not no never nor neither nobody none nothing nowhere without cannot hardly barely"
    " refused refuses declined failed fails unable rejected rejects dismissed denied denies deny"
    " disputed unlikely false untrue wrongly avoided ruled excluded".split()
)
# These deny the word that follows; the other negations deny their clause.
_NOT = frozenset("not never cannot refused refuses declined failed fails unable".split())
_REACH = 3  # words that carry meaning, behind a "not"
_DENYING = frozenset("denied denies deny rejected rejects reject disputed".split())
_NOT_DENYING = re.compile(
    r"(?i)\bnot (?:only|just|merely|least)\b|\bno (?:doubt|matter)\b|\bnot (?:be )?ruled out\b"
    r"|\bruled (?!out)\w+|\bnot (?:deny|denied|dispute)\b|\bno less\b"
)
_UNKNOWN = re.compile(
    r"(?i)\b(?:not (?:yet )?(?:known|clear|certain|decided|confirmed)|unclear|unknown|undecided"
    r"|too early to|whether|(?:did|does|would|will|could) not (?:say|comment|know)"
    r"|not been decided|not (?:be )?ruled out|remains to be seen|declined to (?:say|comment))\b"
)
_MAY = re.compile(
    r"(?i)\b(?:(?<!\bin )(?<!\bon )may\b(?! \d|\W*$)|might|could|possibly|perhaps"
    r"|considering|considers|threaten\w*|proposed|proposes|wants?|hopes?|seeks?|linked with|if"
    r"|(?:try|tri(?:es|ed)|trying|attempt(?:s|ed)?|sought|wanted|hoped|offered|asked|aim(?:s|ed)?"
    r"|considered|vowed|promised|pledged|threatened)(?: [\w’'-]+){0,3}? to"
    r"|(?:^|(?:the|its|these|such|earlier|media) )(?:reports?|claims?|rumou?rs?|allegations?) that"
    r"|(?<!\bnot )(?<!\bnot be )(?<!\bnot been )(?:called off|cancell?ed|abandoned)"
    r"|fell through|pulled out"
    r"|demand\w*|urge[ds]?|should|must|suspect\w*|feared?|alleged\w*|reportedly|appears? to)\b"
)
_PLANS = re.compile(
    r"(?i)\b(?:plans?|planned|planning|intends?|expected|expects|due|set|scheduled|about"
    r"|likely|applied) to\b"
    r"|\bwill\b|\bwould\b|\b(?:is|are|was|were) to\b(?! blame)|\bagreed to\b"
)
_HEADLINE_PLAN = re.compile(r"^(?:[A-Z][\w’'&.-]*\s)+(?P<plan>to [a-z]+)")
# "Pelm beat Orba": of who comes behind, the opposite is so; "a 3-1 win for Orba" is Orba's.
_BEATS = re.compile(
    r"\b(?:beat|beats|defeated|defeats)\s(?:the\s)?$|\b(?:won|wins|win|victory)\b.*\b(?:against|over)\s"
    r"(?:the\s)?$|\b(?P<lost>lost|loses|lose|defeat)\b.*\bto\s(?:the\s)?$"
)
_ASIDE = re.compile(
    r"(?i),\s(?:who|which|whose|whom|where)\b[^,]*(?:,|$)"
    r"|\b(?:after|before|because|when|since|until|despite|without)\b[^,]*(?:,|$)"
)
_NEARLY = frozenset("nearly almost virtually practically".split())
_NOT_WITH_ING = frozenset("from against of without about on in into".split())
_DONE_ALL_THE_SAME = re.compile(
    r"\b(?:managed|went on|forced|had|began|started|continues?|continued|came|compelled|obliged"
    r"|proceeded|first|second|third|last|latest|only)(?: \w+){0,2} to$"
)
_BACKGROUND = re.compile(r"(?i)\b(?:after|since|when|before|following)\b")
_NO_SUBJECT = re.compile(rf"(?i)(?:and |but )?(?:{AUXILIARY}|[a-z]+ed)\b")
_LEAST, _LEAST_FOCUS = 0.55, 0.4


@dataclass(frozen=True, slots=True)
class Leaning:
    """What a sentence says to a question.

    Attributes:
        stance: yes, no or open.
        strength: how much of the question the sentence speaks of, 0 to 1.
        hedge: the words that make it less than sure ("may", "plans to"); empty where it is plain.
    """

    stance: Stance
    strength: float
    hedge: str = ""
    clause: str = ""


def read_stance(
    asked: PolarQuestion,
    sentence: str,
    context: str = "",
    *,
    denied: bool = False,
    speaker: str = "",
    named: frozenset[str] = frozenset(),
) -> Leaning:
    """What a sentence says to the statement.

    Args:
        context: the headline and the sentences before: what the sentence is about may stand there.
        denied: whether the sentence tells what somebody denies.
        speaker: who says it, whom the sentence does not speak of.
        named: words that are names in the article, though they open the sentence.
    """
    around = frozenset(stem(word) for word in tokens(context))
    best = Leaning("open", 0.0)
    for clause in _clauses(sentence):
        whole = sentence[: sentence.find(clause) + len(clause)]
        told = _without_asides(asked, whole if _NO_SUBJECT.match(clause) else clause)
        if _speaks_of_another(asked, told, speaker, named):
            continue
        said = _read_clause(asked, clause, frozenset(map(stem, tokens(sentence))) | around, denied)
        if said.strength > best.strength:
            best = replace(said, clause=clause)
    if best.strength and _UNKNOWN.search(sentence):
        return Leaning("open", best.strength, "not known")
    return best


def _read_clause(
    asked: PolarQuestion, clause: str, around: frozenset[str], denied: bool
) -> Leaning:
    clause = _without_asides(asked, clause)
    words = tokens(clause)
    keys = [stem(word) for word in words]
    same = {key: find(key, keys) for key in asked.weights}
    # What was before is told from here on: "after it ran aground".
    behind = next((n for n, each in enumerate(words) if n and _BACKGROUND.match(each)), len(words))
    opposed: dict[str, int] = {}
    for key in asked.telling:
        other, own = opposite(key, keys), same[key]
        if other is not None and (own is None or other < behind <= own):
            # "Freed, a week after it ran aground": it is not aground.
            opposed[key], same[key] = other, None
    covered = sum(
        weight
        if same[key] is not None or key in opposed
        else weight * CONTEXT_SHARE * (key in around or bool(partners(key) & around))
        for key, weight in asked.weights.items()
    )
    strength = covered / asked.total
    heavy = sum(asked.weights[key] for key in asked.focus)
    here = sum(asked.weights[k] for k in asked.focus if same[k] is not None or k in opposed)
    if strength < _LEAST or here / (heavy or 1.0) < _LEAST_FOCUS:
        return Leaning("open", 0.0)
    places = [at for at in (*same.values(), *opposed.values()) if at is not None]
    focus = [at for key in asked.focus if (at := same[key]) is not None] or places
    acts = [at for key in asked.focus if (at := opposed.get(key, same[key])) is not None] or places
    stance: Stance = "yes"
    denials = _denials(asked, clause, words, focus, acts, opposed.values(), denied=denied)
    if denials is None:
        return Leaning("open", 0.0)
    if (denied + bool(opposed) + denials) % 2:
        stance = "no"
    if asked.figures and same_figures(asked, clause) is False:
        stance = "no"
    if _is_object(asked, keys, focus, acts):
        if _is_beaten(asked, clause):
            return Leaning("no" if stance == "yes" else "yes", strength)
        if stance == "yes":
            return Leaning("open", strength * 0.6)
    if stance == "yes" and (short_of := _not_done(asked, clause, words, acts)):
        return Leaning("open", strength, short_of)
    may = _MAY.search(clause)
    if may and stance == "yes" and not _asks_for(asked, may.group()):
        return Leaning("open", strength, may.group().lower())
    plan = _PLANS.search(clause) or _HEADLINE_PLAN.search(clause)
    is_so = plan and _comes_behind(asked, plan, clause, acts)
    if not (asked.future or asked.going_on) and stance == "yes" and plan and not is_so:
        hedge = plan.groupdict().get("plan") or plan.group()
        return Leaning("open", strength * 0.9, hedge.lower())
    return Leaning(stance, strength)


def _comes_behind(
    asked: PolarQuestion, plan: re.Match[str], clause: str, acts: Sequence[int]
) -> bool:
    """Whether a plan is told after what is asked about: "Pelm, a member, will host it"."""
    before = clause[: plan.start()]
    apart = (asked.copula and not asked.passive) or re.search(r"\b(?:that|which|who)\s$", before)
    return bool(apart) and max(acts, default=0) < len(tokens(before))


def _clauses(sentence: str) -> list[str]:
    """The clauses; the sentence as a whole too, where no part of it denies what another says."""
    parts = [part for each in _CLAUSE_ENDS.split(sentence) if (part := each.strip(" ,"))]
    whole = len(parts) > 1 and not any(word in _NEGATIONS for word in tokens(sentence))
    return [*parts, sentence] if whole else parts


def _asks_for(asked: PolarQuestion, hedge: str) -> bool:
    if asked.permission and hedge.lower() == "may":
        return True  # it is allowed
    return any(stem(word) in asked.weights for word in tokens(hedge))


def _without_asides(asked: PolarQuestion, clause: str) -> str:
    """The clause less what it only adds, if nothing that is asked about stands there.

    "Pelm, who never lost a vote, resigned without a word": no denial of the resignation.
    """

    def kept(found: re.Match[str]) -> str:
        told = [stem(word) for word in tokens(found.group())]
        return found.group() if any(find(key, told) is not None for key in asked.focus) else " "

    return _ASIDE.sub(kept, clause)


def _not_done(asked: PolarQuestion, clause: str, words: Sequence[str], acts: Sequence[int]) -> str:
    """The words that make an act no more than wanted, stopped or near: "from buying", "nearly"."""
    for at in acts:
        before = [word for word in words[max(0, at - 4) : at] if not word.endswith("ly")]
        if words[at - 1 : at] and words[at - 1] in _NEARLY:
            return words[at - 1]
        while before and before[-1] in {"be", "been", "have"}:
            before.pop()
        wanted = before[-1:] == ["to"] and not asked.infinitive and asked.acts(words[at])
        wanted = wanted and not _DONE_ALL_THE_SAME.search(" ".join(before))
        if wanted or (before[-1:] and before[-1] in _NOT_WITH_ING and words[at].endswith("ing")):
            told = re.search(rf"(?i)(?:[\w’'-]+ ){{0,2}}{before[-1]} (?:\w+ )?{words[at]}", clause)
            return told.group() if told else before[-1]
    return ""


def _denials(
    asked: PolarQuestion,
    clause: str,
    words: Sequence[str],
    focus: Sequence[int],
    acts: Sequence[int],
    opposed: Collection[int],
    *,
    denied: bool,
) -> int | None:
    """How often the clause denies what stands at these places; None where it denies another thing.

    "Would not send troops to Norland" says nothing on whether Norland is in the league.
    """
    plain = _NOT_DENYING.sub(" ", clause)
    there = set(tokens(plain))
    first, last = min(focus, default=0), max(focus, default=0)
    found, elsewhere = 0, False
    for at, word in enumerate(words):
        negates = (word in _NEGATIONS and word in there) or word.replace("'", "") in _CONTRACTED
        counted = at in opposed or (denied and word in _DENYING) or stem(word) in asked.weights
        if not negates or counted:
            # As the opposite ("rejected"), or the manner of speaking; "did they refuse?" is not
            # denied by "they refused".
            continue
        if word in _NOT or word not in _NEGATIONS:
            behind = [n for n in range(at + 1, len(words)) if words[n] not in STOP_WORDS]
            reached = bool(set(behind[:_REACH]) & set(acts))
            found, elsewhere = found + reached, elsewhere or not reached
        elif at <= last or at - first <= 3:
            found += 1
    if _FREE.search(clause):
        found = max(found, 1)
    return None if elsewhere and not found else min(found, 1)


_FREE = re.compile(
    r"(?i)\b(?:no longer|nothing to do with|free of|free from|instead of|in place of|far "
    r"from|stopped short of)\b"
)
_CONTRACTED = frozenset(
    "isnt arent wasnt werent dont doesnt didnt hasnt havent hadnt wont wouldnt cant couldnt"
    " shouldnt mustnt".split()
)


def _speaks_of_another(
    asked: PolarQuestion, clause: str, speaker: str, named: frozenset[str]
) -> bool:
    """Whether the clause names somebody, and not the one asked about."""
    if asked.subject is None:
        return False
    if speaker and means_the_same(asked.focus[0], stem("said")):
        return lacking_all(asked.subject, speaker)  # it is asked what another one says
    others = [each for each in asked.names if each != asked.subject.text]
    owned = asked.copula and others and not any(each in clause for each in others)
    if not owned and not lacking_all(asked.subject, clause):
        return False  # "Is Ada Roe the coach of Pelm?" is not told by "Orba's coach, Ada Roe"
    known = {word for text in (*asked.names, speaker) for word, _ in spelled(text)}
    return any(
        not PREPOSITION.search(clause[: each.start]) for each in others_named(clause, known, named)
    )


def _is_object(
    asked: PolarQuestion, keys: Sequence[str], focus: Sequence[int], acts: Sequence[int]
) -> bool:
    """Whether the one asked about comes after the verb: "beat Halden", and nobody else does it."""
    if asked.subject is None:
        return False
    own = {stem(word) for word in asked.subject.words}
    at = [n for n, key in enumerate(keys) if key in own]
    verb = max(focus, default=0) if asked.copula else min(acts, default=0)
    if not at or not acts or min(at) < verb or (asked.copula and len(asked.focus) < 2):
        return False
    return "by" not in keys[verb : min(at)] or "beaten" in keys


def _is_beaten(asked: PolarQuestion, clause: str) -> bool:
    """Whether the clause tells of a contest from the side of the one who meets the one asked."""
    if asked.subject is None or asked.copula:
        return False
    found = next(
        (each for each in names(clause) if set(each.words) & set(asked.subject.words)), None
    )
    return found is not None and _BEATS.search(clause[: found.start]) is not None
