"""Lists: all the things asked for, from one enumeration or from several articles."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from assistant.answer import Member, MemberList
from assistant.composing.composition import Composition, Material, context_of, quote_of
from assistant.judging.answer_words import AnswerWords
from assistant.judging.asked import ask_for, told_elsewhere
from assistant.judging.names import DATELINE, names, spelled
from assistant.judging.scope import denial
from assistant.judging.synonyms import share_of_meaning
from assistant.reading.overlap import stems

if TYPE_CHECKING:
    from assistant.composing.composition import Statement
    from assistant.reading.reader import Quote

_KIND = r"(?: (?:of )?(?:the )?[\w'’-]+){0,2}? (?P<noun>[\w'’-]*[a-z]s|people|men|women|children)\b"
_ASKS_LIST = re.compile(
    rf"(?i)^(?:and |but |so )?(?:which{_KIND}(?! (?:is|was|has|does|it|he|she|the|an?|its|his)\b)"
    r"|what (?P<noun3>[\w'’-]*[a-z]s|people)(?= (?:are|were|did|do|have|had|will|would|can"
    r"|could|took)\b)"
    r"|(?:list|name|enumerate)\b(?: all)?(?: of)?(?: the)? (?P<noun2>.+)"
    r"|who (?:are|were|all|pledged|promised|took part|attended|signed|voted|joined)\b)"
)
_SINGULAR_S = re.compile(
    r"(?i)^(?:was|is|has|does|this|its|his|us|news|loss|boss|class|process|virus|crisis|bus|gas|status|business|address|access|success|campus|census|analysis|basis|caus|pass|process|was|as|plus|minus|versus|express|congress|press|illness|witness)$"
)
_ITEM = r"[^,;:.]+?"
_AND = re.compile(r",?(?<!\s)\s+(?:and|or|as well as|along with)\s+(?:also\s+)?|,\s+")
_VERB_AFTER = re.compile(
    r"(?<!\s)(?<!\bto)\s+(?:(?:have|has|had|all|both|each|also)\s+){0,6}(?:is|are|was|were|has|have"
    r"|had|will|would|can|could|may|might|all|both|stopped|took|take|sent|send|won|lost|signed|joined"
    r"|agreed|pledged|promised|said(?! to\b)|voted|will|attended|closed|failed|refused|received"
    r"|gave|went|came|began|offered|backed|opposed|supported)\b"
)
_VERB_BEFORE = re.compile(
    r"\b(?:is|are|was|were|include[sd]?|including|took|stole|such as|like|in|of|by|from|to|with"
    r"|between|for|at|on|named|saw"
    r"|killed|hit|sent|has|have|had|against|through|among|lost|won|saved|destroyed|banned|bought|sold)\s+"
)
# No word is cut short to try again (}+), and no name is long: capitals would take for ever.
_NAME = (
    r"(?:[A-Z][\w’'.&-]{0,60}+"
    r"(?:\s+(?:&|of|the|and the|de|el|al|bin)\s+(?=[A-Z])|\s+(?=[A-Z]))?){1,12}"
)
_NAMES_LISTED = re.compile(
    rf"(?:the )?{_NAME}(?:,\s+(?:the )?{_NAME}){{0,60}},?\s+(?:and|or)\s+(?:the )?{_NAME}"
)
_GAPPED = re.compile(
    rf"(?P<first>{_NAME})\s+(?P<verb>[a-z]+)\s+(?P<number>[\d,]+)\s+(?P<noun>[a-z]+)"
    rf"(?P<rest>(?:(?:,|,?\s+and)\s+(?:the )?{_NAME}\s+[^,.;]+?)+)(?=[.;]|$)"
)
_GAP = re.compile(
    rf"(?:,|,?(?<!\s)\s+and)\s+(?P<name>(?:the )?{_NAME})\s+"
    r"(?P<what>[^,.;]+?)(?=,|\s+and\s+[A-Z]|[.;]|$)"
)
_NAMED_KIND = re.compile(
    r"(?i)^\W*(?:and |but )?(?:which|what|list|name)\b.{0,20}?\b(?:countries|states|nations"
    r"|cities|towns|companies|firms|parties|teams|clubs"
    r"|banks|people|players|outlets|airlines|ministers|politicians)\b"
)
_INCOMPLETE = re.compile(
    r"(?i)\b(?:among (?:them|those|others)|including|includes?d?|such as|for example|other|others"
    r"|elsewhere|(?:dozens|several|many) (?:of )?[a-z]+s|(?:one|two|three|four|five|\d+) more)\b"
)
_NO_LIST = re.compile(
    r"(?i)\b(?:except|but|not|besides|other than|without|apart from|neither|either"
    r"|between)(?: for)?(?: the)? $"
)
_OF_MORE = re.compile(
    r"(?i)^(?:the |at least |some )?(?:\w+ )?(?:others?|(?:other|more|further) [a-z ]+)$"
)
_OPENS = re.compile(
    r"(?i)\b(?:includ(?:es?|ed|ing)|such as|among (?:them|these|those))\s(?:(?:are|is|were|was)\s)?"
)
_NO_ITEM = re.compile(
    r"(?i)^(?:\d{1,2}[:.]\d\d|none|nobody|nothing|no one)\b"
    r"|(?<!to )(?<!who )(?<!that )(?<!which )\b(?:is|are|was|were|has|have|had|will|would|could|did"
    r"|does|said|says|told)\b(?! to\b)"
)
"""What is no member of a list: a time of day, nobody, or a clause."""
_LONGEST_ITEM = 12  # words
_MOST_STATEMENTS = 3
_COVERED = 0.5
_NEAR_BEST = 0.4  # of the likeliest finding's probability


def asks_for_list(question: str) -> bool:
    """Whether it asks for several things: "which countries", "list the treasures"."""
    fits = _ASKS_LIST.match(question)
    if not fits:
        return False
    noun = fits["noun"] or fits["noun3"]
    return not (noun and (_SINGULAR_S.match(noun) or noun.endswith(("ss", "us", "is"))))


def answer_with_list(material: Material) -> Composition | None:
    """All members, with the sentences that name them; None where no sentence enumerates.

    Of whom another sentence denies it, that is told.
    """
    if not asks_for_list(material.question):
        return None
    held: list[tuple[float, Statement, list[str]]] = []
    for each in _likely(material):
        score = _relevance(material, each)
        items = _members(material, each) if score >= _COVERED else []
        if len(items) > 1:
            held.append((score, each, items))
    if not held:
        return None
    held.sort(key=lambda found: -found[0])
    best, first, _ = held[0]
    members: dict[str, Member] = {}
    quotes: list[Quote] = []
    partial = False
    for score, statement, items in held[:_MOST_STATEMENTS]:
        again = statement.article.id == first.article.id and 0 < score < best
        new = [e for e in items if _key(e) not in members and not _OF_MORE.match(e)]
        if new and score >= 0.85 * best and not again:
            quotes.append(quote_of(statement, min(score, 1.0)))
            members |= {_key(e): Member(text=e, citations=(len(quotes),)) for e in new}
            partial |= bool(_INCOMPLETE.search(statement.text))
    words = [member.text for member in members.values()]
    if len(words) < 2:
        return None
    lead = f"{', '.join(words[:-1])} and {words[-1]}."
    if partial:
        lead = f"Among them: {lead} The article does not say that these are all."
    if denied := _denied(material, words):
        name, statement = denied
        quotes.append(quote_of(statement, best))
        lead += f" Of {name}, another passage says otherwise: see [{len(quotes)}]."
    listed = MemberList(members=tuple(members.values()), complete=not (partial or denied))
    return Composition(tuple(quotes), lead=lead[:1].upper() + lead[1:], members=listed)


def _likely(material: Material) -> list[Statement]:
    """The sentences in which the reading model found an answer; all, for a reader that only quotes.

    Most sentences enumerate something, and few of them what is asked for.
    """
    findings = [each for each in material.reading.findings if each.judgement.ok]
    if not findings:
        return [] if material.reading.findings else material.statements
    best = max(each.probability for each in findings)
    least = max(material.reading.threshold, _NEAR_BEST * best)
    return [
        each
        for each in material.statements
        if any(f.judgement.ok and f.probability >= least for f in material.findings_in(each))
    ]


def _members(material: Material, statement: Statement) -> list[str]:
    """What a statement enumerates, where the judge lets it answer."""
    text, span = statement.text, _span_in(material, statement)
    items = enumerate_members(text, material.question, span)
    if not items or any(not re.search(r"[^\W\d_]{2}", e) or _NO_ITEM.search(e) for e in items):
        return []
    found = text[span[0] : span[1]] if span else items[0]
    repeated = all(stems(item) <= material.asked for item in items)
    if repeated or not any(item in found or found in item for item in items):
        return []
    named = [item for item in items if not _OF_MORE.match(item)]
    small = any(not re.match(r"(?:the )?[A-Z]", item) for item in named)
    if small and _NAMED_KIND.search(material.question):
        return []
    first, last = text.find(items[0]), text.rfind(items[-1]) + len(items[-1])
    every = text[first:last]
    begins = first + len(items[0].rpartition(" ")[0]) + (" " in items[0])  # "one of" Besk
    if _NO_LIST.search(text[:begins]) or re.search(rf"\bor (?:the )?{re.escape(items[-1])}", every):
        return []
    if denial(ask_for(material.question), AnswerWords(text, begins, last)):
        return []
    told = {word for word, _ in spelled(text)}
    unnamed = any(not set(name.words) & told for name in names(f"x {material.question}"))
    if unnamed and told_elsewhere(text, f"{material.question} {every} {statement.article.title}"):
        return []
    return items if any(material.accepts(statement, each) for each in (every, items[-1])) else []


def _denied(material: Material, members: list[str]) -> tuple[str, Statement] | None:
    """A member of which a sentence denies what is asked, and the sentence."""
    asked = ask_for(material.question)
    for statement in material.statements:
        for name in members:
            at = statement.text.find(name) if statement.field == "text" else -1
            if at >= 0 and denial(asked, AnswerWords(statement.text, at, at + len(name))):
                return name, statement
    return None


def enumerate_members(sentence: str, question: str, span: tuple[int, int] | None) -> list[str]:
    """The things that a sentence enumerates; none when it names but one.

    Args:
        span: the words that the reading model found in it: the list is the one around them.
    """
    if gapped := _GAPPED.search(sentence):
        return _gapped(gapped, question)
    region = sentence
    if ": " in sentence and "," in sentence.split(": ", 1)[1]:
        region = sentence.split(": ", 1)[1]
    elif span and (named := _named_list(sentence, span)):
        return named
    else:
        region = _around(sentence, span)
    return _split(_OPENS.split(region)[-1])


def _named_list(sentence: str, span: tuple[int, int]) -> list[str]:
    for match in _NAMES_LISTED.finditer(sentence):
        if match.start() < span[1] and span[0] < match.end():
            return _split(match.group())
    return []


def _around(sentence: str, span: tuple[int, int] | None) -> str:
    """The part of a sentence that enumerates: its subject, or what follows its verb."""
    start = dateline.end() if (dateline := DATELINE.match(sentence)) else 0
    verb = _VERB_AFTER.search(sentence, start)
    subject = sentence[start : verb.start()] if verb else ""
    in_subject = span is None or not verb or span[0] < verb.start()
    if (verb and in_subject and _AND.search(subject) and "," in subject) or (
        verb and in_subject and " and " in subject
    ):
        return subject
    rest = sentence[verb.end() if verb and not in_subject else start :].rstrip(" .")
    if span is not None:
        begin = 0
        offset = len(sentence.rstrip(" .")) - len(rest)
        for before in _VERB_BEFORE.finditer(rest):
            if before.end() + offset <= span[0] + 3:
                begin = before.end()
        rest = rest[begin:]
    elif listed := _NAMES_LISTED.search(rest):
        return listed.group()
    return re.split(r";|\s[–—-]\s|\bwhich\b|\bbut\b|\bwhile\b", rest)[0]


def _split(region: str) -> list[str]:
    items = [_tidy(each) for each in _AND.split(region.strip(" ."))]
    items = [each for each in items if each]
    if any(len(each.split()) > _LONGEST_ITEM for each in items):
        return []
    return list(dict.fromkeys(items)) if len(items) > 1 else []


def _gapped(match: re.Match[str], question: str) -> list[str]:
    """ "Spain sent 80 rescuers, Portugal 45 and Morocco a field hospital": who sent what."""
    asked, noun = stems(question), stems(match["noun"])
    members = [match["first"].strip()]
    for each in _GAP.finditer(match["rest"]):
        bare = re.fullmatch(
            r"(?:about |nearly |some )?[\d,]+(?: (?:to|in|at|for|from|on) .+)?",
            each["what"].strip(),
        )
        if not (noun & asked) or bare or stems(each["what"]) & noun:
            members.append(each["name"].strip())
    return members


def _span_in(material: Material, statement: Statement) -> tuple[int, int] | None:
    """The likeliest words found in a statement, by offsets into it."""
    for each in material.findings_in(statement):
        at = statement.text.find(each.words)
        if at >= 0:
            return at, at + len(each.words)
    return None


def _relevance(material: Material, statement: Statement) -> float:
    about = re.sub(
        r"(?i)^(?:and |but )?(?:which|what|list|name)(?: all)?(?: of)?(?: the)? ",
        "",
        material.question,
    )
    noun = _ASKS_LIST.match(material.question)
    kind = (noun["noun"] or noun["noun3"] or "") if noun else ""
    asked = re.sub(rf"(?i)\b{re.escape(kind)}\b", "", about) if kind else about
    score = share_of_meaning(
        asked or about, statement.text, context_of(statement, material.statements)
    )
    common = asked or about
    for name in names(f"x {common}"):
        common = common.replace(name.text, " ")
    here = share_of_meaning(common if stems(common) else asked or about, statement.text)
    if here < 0.25 or not _says_predicate(common, statement.text):
        return 0.0
    found = material.findings_in(statement)[:1]
    return score + sum(0.2 + 0.3 * each.probability for each in found)


def _says_predicate(asked: str, text: str) -> bool:
    """Whether the last word asked, which is what they did or what was done to them, is there."""
    words = [word for word in re.findall(r"[^\W\d_]+", asked) if stems(word)]
    return (
        not words or share_of_meaning(words[-1], text) > 0 or share_of_meaning(asked, text) >= 0.6
    )


def _key(item: str) -> str:
    return re.sub(r"(?i)^(?:the|a|an|two|three|some)\s+", "", item).casefold()


def _tidy(item: str) -> str:
    return re.sub(r"(?i)^(?:both|either|and|or|them)\s+", "", item.strip(' ,.;:“”"')).strip()
