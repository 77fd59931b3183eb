"""Names as sources print them, made one: authors without roles, outlets without suffixes, languages;
and titles without the outlet's name.

An author is a person: roles, agencies, places, numbers and addresses are left out. An outlet has
one name: not its host, its account elsewhere, a copyright line or the company that owns it.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

from index.word_lists import LISTS, alternatives, phrases

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

_LONGEST_BYLINE, _LONGEST_NAME, _MOST_BYLINES = 2_000, 120, 500  # characters; of one article
_MOST_WORDS = 6  # of a name; more are a title or a sentence
_BY = re.compile(
    r"(?:(?:words|text|story|report|reported|written|analysis|opinion|review|interview)\s+)?by:?\s+"
    r"|(?:von|vom|par|por|di|door|av|af|od|przez|napsal[ai]?|kirjoittanut|oleh|bởi|от|від)\s+(?=\S+ )"
    r"|(?:auth?ors?|author\(s\)|byline|text[eo]?|autor(?:e|es|en|in)?|auteurs?|автор|τοῦ|του|της|записала?"
    r"|기자|記者|记者|作者|文|撰文|責任編集|編集|编辑|責編|责编|نوشته|کتبه?|بقلم|كتب)\s*[:：/／]\s*"
    r"|(?:記者|记者|特派員|بقلم)\s*|aut(?:h)?or(?:in)?\s+(?=\S+ \S)",
    re.IGNORECASE,
)
_IN_BRACKETS = re.compile(r"(?:(?<!\s)\s+)?(?:\([^()]*\)|\[[^\[\]]*\]|<[^<>]*>|（[^（）]*）)\s*")
_MAIL_AND_NAME = re.compile(r"(?<![^\s)])[^\s@)]++@[^\s(]++\s*\((?P<name>[^()]+)\)")
# A conjunction that may also stand within a name ("Ortega y Gasset") parts whole names only.
_AND = re.compile(
    r"(?<!\s)\s+(?:and|und|&|et|och|og|oraz|и|та|ve|dan|và)\s+|(?:(?<!\s)\s+)?[;|•·、，؛]\s*"
    r"|\n+|(?<!\s)\s+/\s+"
)
_BETWEEN_WHOLE_NAMES = re.compile(
    r"(?<=\w)\s+(?:y|e|en|i|ja|a|es|și|si|sowie|with|con|mit)\s+(?=\w)"
)
_PLACE = re.compile(
    r"(?P<name>\S+ \S.*?),?\s+(?:in|aus|à|en|a|da|from|at|reporting from)\s+(?-i:[A-ZÀ-Ý]).*",
    re.IGNORECASE,
)
_ROLE, _KIND_OF_ROLE = alternatives("roles"), alternatives("kinds_of_role")
_IS_ROLE = re.compile(
    rf"(?:{_KIND_OF_ROLE}[\s-]+)*(?:[\w.’'-]+\s+)?(?:{_KIND_OF_ROLE}[\s-]+)*{_ROLE}(?:\s+\w+){{0,4}}",
    re.IGNORECASE | re.VERBOSE,
)
_ONLY_ROLE = re.compile(rf"(?:{_KIND_OF_ROLE}[\s-]+)*{_ROLE}", re.IGNORECASE | re.VERBOSE)
_ENDS_IN_ROLE = re.compile(
    rf"(?P<name>\S+\ \S.*?)[\s,]+(?:{_KIND_OF_ROLE}[\s-]+)*{_ROLE}(?:[\s,].*)?",
    re.IGNORECASE | re.VERBOSE,
)
_AGENCIES = phrases("agencies")
_LEGAL_FORM = re.compile(
    r"(?<![ ,])[ ,]+(?:&\ ?Co\.?(?:\ KG)?|Inc|Incorporated|Ltd|Limited|LLC|L\.?L\.?P|L\.?P|PLC|Corp(?:oration)?|GmbH"
    r"|AG|KG|SE|S\.?A\.?S?|S\.?p\.?A|S\.?r\.?l|S\.?L\.?U?|B\.?V|N\.?V|A/S|ASA?|AB|Oy[jJ]?|Pty|Co|e\.V|"
    r"Sp\.\ z\ o\.?\ ?o)\.?(?=$|[ ,.])",
    re.VERBOSE,
)
_COMPANY = re.compile(
    rf"{_LEGAL_FORM.pattern}|\b(?:verlag\w*|publish(?:ing|ers?)|media\ group|holding|ediciones|editrice|blogger"
    r"|wordpress)\b",
    re.IGNORECASE | re.VERBOSE,
)
_RIGHTS = re.compile(r"^(?:©|\(c\)|copyright|all rights)|(?:all rights reserved|©)", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]+\.)+[a-z]{2,}", re.IGNORECASE)
_UMLAUTS = str.maketrans({"ä": "ae", "ö": "oe", "ü": "ue"})  # as hosts write them
_FEED_WORDS = re.compile(
    r"(?:(?<!\s)\s+)?(?:[-–—|:>»]\s*)?(?:rss(?: feeds?)?|feed|atom|latest (?:news|stories|headlines)|top stories"
    r"|alle? (?:meldungen|nachrichten|artikel)|à la une|últimas noticias)\s*$",
    re.IGNORECASE,
)


def clean_authors(said: Sequence[object]) -> tuple[str, ...]:
    """Names as printed, without "By", roles, agencies, places, addresses and repetitions.

    Where there is no person, what is named instead: "dpa", "Courier staff".
    """
    people: dict[str, str] = {}
    others: dict[str, str] = {}  # an agency, a desk: authors where nobody else is
    for each in said[:_MOST_BYLINES]:
        if not isinstance(each, str) or len(each) > _LONGEST_BYLINE:
            continue
        for part in _parts(each):
            if person := _person(part):
                people.setdefault(person.casefold(), person)
        whole = " ".join(_BY.sub("", each.strip(), count=1).split())
        if len(whole) > _LONGEST_NAME:
            continue
        if len(said) > 1 and _IS_ROLE.fullmatch(whole) and not _ONLY_ROLE.fullmatch(whole):
            people.setdefault(whole.casefold(), whole)  # "Gear Team", named by itself
        if _is_name(whole) and not _ONLY_ROLE.fullmatch(whole):
            others.setdefault(whole.casefold(), whole)
    return tuple((people or others).values())


def _parts(byline: str) -> Iterator[str]:
    """The names in a byline, each with what may cling to it."""
    line = _MAIL_AND_NAME.sub(lambda found: found["name"], byline.strip())
    line = _IN_BRACKETS.sub(" ", line)
    for part in _AND.split(_BY.sub("", line.strip(), count=1)):
        pieces = _BETWEEN_WHOLE_NAMES.split(part.strip())
        are_whole = all(" " in each.strip() for each in pieces)
        for piece in pieces if are_whole else [part.strip()]:
            commas = [each.strip() for each in piece.split(",") if each.strip()]
            if (
                len(commas) == 2
                and not any(" " in each for each in commas[:1])
                and _is_given(commas)
            ):
                yield f"{commas[1]} {commas[0]}"  # "Fennimore, Orla"
            else:
                yield from commas


def _is_given(commas: list[str]) -> bool:
    """Whether "X, Y" is a family name and a given name."""
    family, given = commas
    known = given.casefold() in _AGENCIES or family.casefold() in _AGENCIES
    if known or not family.isalpha() or len(given.split()) > 2:
        return False
    return len(given) > _LONGEST_NAME or not _IS_ROLE.fullmatch(given)


def _person(name: str) -> str | None:
    if len(name) > _LONGEST_NAME:
        return None
    folded = " ".join(_BY.sub("", name.strip(" .,;:-–—*|/\u200b\ufeff"), count=1).split())
    if place := _PLACE.fullmatch(folded):
        folded = place["name"]
    if not _IS_ROLE.fullmatch(folded) and (role := _ENDS_IN_ROLE.fullmatch(folded)):
        folded = role["name"]
    folded = re.sub(r" ?(?:기자|特派員|記者|记者)$", "", folded).rstrip(" ,.")
    if folded.casefold() in _AGENCIES or _IS_ROLE.fullmatch(folded) or not _is_name(folded):
        return None
    return folded if len(folded.split()) <= _MOST_WORDS else None


def _is_name(text: str) -> bool:
    """Whether it may be anybody's name: no address, no account, no number."""
    if not any(map(str.isalpha, text)) or re.search(r"\d{3}", text):
        return False
    return not ("://" in text or "@" in text or "www." in text or _HOST.fullmatch(text))


def clean_outlet(said: object) -> str | None:
    """An outlet's one name; None for what is no name: an address, an account, a rights line."""
    if not isinstance(said, str):
        return None
    name = " ".join(said.split()).strip(" |-–—")
    if not name or "://" in name or name.startswith("@") or not any(map(str.isalpha, name)):
        return None
    if re.fullmatch(
        r"(?:www\.)?(?:twitter|x|facebook|instagram|youtube|t)\.(?:com|me)/.*", name, re.I
    ):
        return None
    if _RIGHTS.search(name):
        return None
    bare = _LEGAL_FORM.split(_FEED_WORDS.sub("", name))[0].strip(" ,.|-–—") or name
    return _ALIASES.get(outlet_key(bare), bare)


def best_outlet(said: Sequence[str]) -> str | None:
    """Of what a source names as its outlet the first that is its name; a company or a host last."""
    names = [(each, name) for each in said if (name := clean_outlet(each))]
    named = [name for _, name in names if not is_host(name)]
    own = [name for each, name in names if not is_host(name) and not _COMPANY.search(each)]
    return next(iter([*own, *named, *(name for _, name in names)]), None)


def is_outlet(name: str, outlets: Sequence[str]) -> bool:
    """Whether an author is the outlet itself."""
    key = outlet_key(name)
    of_hosts = (outlet_key(each.rpartition(".")[0]) for each in outlets)
    return bool(key) and key in {*map(outlet_key, outlets), *of_hosts}


def outlet_of_host(host: str) -> str:
    """The outlet at a host, where it is well known; else the host, without "www."."""
    bare = host.lower().removeprefix("www.").removeprefix("m.").removeprefix("edition.")
    return _HOSTS.get(bare, host.removeprefix("www."))


def is_host(name: str) -> bool:
    """Whether an outlet's name is the name of a host: any other name is better."""
    return bool(_HOST.fullmatch(name.strip()))


def outlet_key(name: str) -> str:
    """An outlet's name as one word, to compare it: its letters and figures, without "The"."""
    key = re.sub(r"[\W_]+", "", unicodedata.normalize("NFKC", name).casefold())
    return key.removeprefix("the").translate(_UMLAUTS)


_PARTS = re.compile(
    r"(?<!\s)\s+[-–—|·•:»«<>/ㅣ｜-]\s+|(?:(?<!\s)\s+)?[|｜ㅣ»]\s*|(?<=\w):\s?(?=[^\s\w]*\w+\Z)|：(?=[^：]*\Z)"
)
_MOST_PIECES = 4


def without_outlet(title: str, outlets: Sequence[str]) -> str:
    """ "Bridge opens | News | The Courier" as "Bridge opens", where The Courier is an outlet."""
    keys = {key for each in outlets for key in _outlet_keys(each) if len(key) > 1}
    folded = " ".join(title.split())
    if not keys:
        return folded
    for _ in range(_MOST_PIECES):
        gaps = list(_PARTS.finditer(folded))
        if not gaps:
            break
        last, first = gaps[-1], gaps[0]
        if outlet_key(folded[last.end() :]) in keys:
            folded = folded[: last.start()].rstrip()
        elif outlet_key(folded[: first.start()]) in keys:
            folded = folded[first.end() :].lstrip()
        else:
            break
    return folded or " ".join(title.split())


def _outlet_keys(outlet: str) -> list[str]:
    """An outlet's name as one word; of a host without what all hosts end in."""
    key = outlet_key(outlet)
    host = outlet.strip().casefold().removeprefix("www.")
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", host):
        return [key, outlet_key(max(host.split(".")[:-1], key=len))]
    return [key]


def _read_outlets() -> tuple[dict[str, str], dict[str, str]]:
    aliases: dict[str, str] = {}
    hosts: dict[str, str] = {}
    for line in LISTS["outlets"].splitlines():
        name, others, places = (each.strip() for each in line.split(";"))
        aliases |= {outlet_key(each): name for each in (name, *others.split(","))}
        hosts |= dict.fromkeys(places.split(), name)
    return aliases, hosts


_ALIASES, _HOSTS = _read_outlets()


def clean_language(said: object) -> str | None:
    """ISO 639-1 of "en-GB", "en_US", "EN", "eng", "English", "Deutsch"; None for what is none."""
    if isinstance(said, list | tuple):
        said = next(iter(said), None)
    if not isinstance(said, str) or not 2 <= len(said.strip()) <= 40:
        return None
    whole = " ".join(said.casefold().split())
    code = re.split(r"[-_ ,;(]", whole)[0]
    if re.fullmatch(r"[a-z]{2}", code):
        return code
    names = language_names()
    return names.get(whole) or names.get(code)


@lru_cache(1)
def language_names() -> dict[str, str]:
    """Names of languages, in the languages that exports are made in and in their own, and the
    three-letter codes (ISO 639-2), to their ISO 639-1."""
    from babel import Locale
    from babel.core import get_global

    names = {
        code: short
        for code, short in get_global("language_aliases").items()
        if len(code) == 3 and len(short) == 2
    }
    for language in ("pt", "nl", "it", "es", "fr", "de", "en"):
        said: Iterable[tuple[str, str]] = Locale(language).languages.items()
        names |= {name.casefold(): code for code, name in said if len(code) == 2}
    return names
