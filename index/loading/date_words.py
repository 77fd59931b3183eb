"""Dates in words of any language: "5 de marzo de 2024", "2024年3月5日", "5 มีนาคม 2567".

The names of months and days of the week come from the CLDR, by Babel. A locale takes 15 ms to
read, so only those are read that a text may be in: the one that is known, else all of its script.
"""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

from index.dates import PublicationDate

_LATIN = """
    de fr es it pt nl sv da nb fi pl cs sk hu ro hr sl tr et lv lt ca eu gl sq az id ms sw af cy
    ga is vi fil uz
""".split()
_SCRIPTS = {  # the first word of a letter's Unicode name: the languages of news in that script
    "LATIN": _LATIN,
    "CYRILLIC": "ru uk be bg sr mk kk ky mn tg".split(),
    "ARABIC": "ar fa ur ps ckb".split(),
    "GREEK": ["el"],
    "HEBREW": ["he"],
    "ARMENIAN": ["hy"],
    "GEORGIAN": ["ka"],
    "THAI": ["th"],
    "LAO": ["lo"],
    "KHMER": ["km"],
    "MYANMAR": ["my"],
    "ETHIOPIC": ["am", "ti"],
    "DEVANAGARI": ["hi", "mr", "ne"],
    "BENGALI": ["bn"],
    "TAMIL": ["ta"],
    "TELUGU": ["te"],
    "KANNADA": ["kn"],
    "MALAYALAM": ["ml"],
    "GUJARATI": ["gu"],
    "GURMUKHI": ["pa"],
    "SINHALA": ["si"],
}
# What may stand around a date on its line, beside the names of its days.
_AROUND = frozenset(
    """
    a à al alle am an at ato av ce da das de del den der di dia die do du e el em en et gada године
    guan h hs hod hodin hora horas hrs ju kell kello kl klo klockan la le les m min month obra of
    om on ore óra óráig os på the u uhr um ure v va ve y à d g г года год р року рік в у ч мин ora
    o'clock pm am est edt et gmt utc cet cest pst pdt pt ct bst ist mez mesz msk tháng năm ngày lúc
    published publication posted updated date veröffentlicht erschienen stand aktualisiert datum
    publié publiée paru mis jour publicado publicada fecha data actualizado pubblicato pubblicata
    aggiornato gepubliceerd publicerad publisert udgivet julkaistu opublikowano dodano publikováno
    publikované megjelent publicat objavljeno yayınlanma yayın tarihi güncelleme опубликовано
    опубліковано дата diterbitkan ditayangkan نشر تاريخ النشر
    """.split()
)
_TIME = re.compile(
    r"(?<![\d.:])\d{1,2}(?:[:.h]\d{2}){1,2}(?:[.,]\d+)?(?![\d.])(?:\s?[ap]\.?\s?m\b\.?)?"
    r"|\b\d{1,2}\s?[ap]\.?m\b\.?|\b(?:utc|gmt)?[+-]\d{1,2}:?\d{2}\b",
    re.IGNORECASE,
)
_TOKEN = re.compile(r"\d+|[^\d\s,;:()|/·•–—-]+")
_ERAS = {"令和": 2018, "平成": 1988, "昭和": 1925, "大正": 1911, "民國": 1911, "民国": 1911}
_NUMERAL = {**{each: value for value, each in enumerate("〇一二三四五六七八九")}, "零": 0, "元": 1}
_EAST_ASIAN = re.compile(
    rf"(?P<era>{'|'.join(_ERAS)})?\s?(?P<year>\d{{1,4}}|[〇零元一二三四五六七八九十]{{1,4}})\s?[年년]"
    r"\s?(?P<month>\d{1,2}|[一二三四五六七八九十]{1,3})\s?[月월]"
    r"(?:\s?(?P<day>\d{1,2}|[一二三四五六七八九十]{1,3})\s?[日號号일])?"
)
_EAST_ASIAN_DAY = re.compile(
    r"\(.\)|（.）|[星期周週][一二三四五六日天]|期.|[월화수목금토일]요일|.曜日?"
)
_VIETNAMESE = re.compile(
    r"(?P<day>\d{1,2})\s*(?:/\s*)?tháng\s*(?P<month>\d{1,2})\D{1,8}(?P<year>\d{4})", re.IGNORECASE
)
_BUDDHIST = 543  # years by which Thailand counts ahead


def read_date_words(text: str, language: str | None = None) -> PublicationDate | None:
    """The one day or month that a text names in words; None when it names none, or several.

    Args:
        text: a short text in one line.
        language: ISO 639-1, where it is known: "listopad" is November in Polish, October in
            Croatian.

    Raises:
        ValueError: it names a day that there is not.
    """
    found = _read(text, language)
    return found[0] if found else None


def read_date_line(text: str, language: str | None = None) -> PublicationDate | None:
    """The date that a line says and nothing else, but for a time and "published on".

    Raises:
        ValueError: it names a day that there is not.
    """
    found = _read(text, "en") or (_read(text, language) if language != "en" else None)
    if not found:
        return None
    rest = {each for each in found[1] if len(each) > 1 and not each.isdecimal()}
    return None if rest - _AROUND - found[2] else found[0]


def _read(
    text: str, language: str | None
) -> tuple[PublicationDate, list[str], frozenset[str]] | None:
    """The date, the words that are no part of it, and the names of days among which they may be."""
    for form in (_EAST_ASIAN, _VIETNAMESE):
        if found := form.search(text):
            era = _ERAS.get(found.groupdict().get("era") or "", 0)
            year, month = _number(found["year"]) + era, _number(found["month"])
            written = f"{year:04}-{month:02}"
            if found["day"]:
                written += f"-{_number(found['day']):02}"
            around = text[: found.start()] + " " + text[found.end() :]
            return PublicationDate(written), _tokens(_EAST_ASIAN_DAY.sub(" ", around)), frozenset()
    if not re.search(r"\d{4}", text):
        return None
    tokens = _tokens(text)
    years = [each for each in tokens if each.isdecimal() and len(each) == 4]
    if len(years) != 1:
        return None
    months, weekdays = _names(_languages(text, language))
    places = [place for place, each in enumerate(tokens) if each in months]
    meant = {tuple(months[tokens[place]]) for place in places}
    if len(meant) != 1:
        return None
    numbers = meant.pop()
    year = int(years[0])
    if year > 2_400 and any("\u0e00" <= each <= "\u0e7f" for each in text):
        year -= _BUDDHIST
    if len(numbers) > 1:  # the languages differ
        return PublicationDate(f"{year:04}"), [], weekdays
    days = [
        tokens[at]
        for place in places
        for at in _beside(tokens, place)
        if len(tokens[at]) <= 2 and 1 <= int(tokens[at]) <= 31
    ]
    written = f"{year:04}-{numbers[0]:02}"
    if len(set(days)) == 1:
        written += f"-{int(days[0]):02}"
    rest = [each for each in tokens if each not in months]
    return PublicationDate(written), rest, weekdays


def _beside(tokens: list[str], place: int) -> list[int]:
    """Where the nearest number stands, before the month and behind it, with one word between."""
    found = []
    for step in (-1, 1):
        for away in (1, 2):
            at = place + step * away
            if 0 <= at < len(tokens) and tokens[at].isdecimal():
                found.append(at)
                break
    return found


def _tokens(text: str) -> list[str]:
    bare = _TIME.sub(" ", text.casefold())
    return [_plain(each) for each in _TOKEN.findall(bare) if _plain(each)]


def _plain(name: str) -> str:
    return unicodedata.normalize("NFC", name.casefold()).replace(".", "").strip("’'\"")


def _number(said: str) -> int:
    """5 for "5", "五"; 21 for "二十一"; 2024 for "二〇二四"."""
    if said.isdecimal():
        return int(said)
    if "十" in said:
        tens, _, ones = said.partition("十")
        return 10 * (_NUMERAL[tens] if tens else 1) + (_NUMERAL[ones] if ones else 0)
    return int("".join(str(_NUMERAL[each]) for each in said))


def _languages(text: str, language: str | None) -> tuple[str, ...]:
    scripts = {unicodedata.name(each, "").split(" ")[0] for each in text if each.isalpha()}
    of_script = [each for script in sorted(scripts) for each in _SCRIPTS.get(script, ())]
    known = "nb" if language == "no" else language
    if known == "en" and "LATIN" in scripts:
        return ("en",)
    return (known,) if known in of_script else tuple(of_script)


@lru_cache(32)
def _names(languages: tuple[str, ...]) -> tuple[dict[str, list[int]], frozenset[str]]:
    """Month name to its numbers, of which there are several where languages differ; day names."""
    from babel import Locale, UnknownLocaleError

    months: dict[str, set[int]] = {}
    days: set[str] = set()
    for language in languages:
        try:
            locale = Locale.parse(language)
        except UnknownLocaleError:
            continue
        for context in ("format", "stand-alone"):
            for width in ("wide", "abbreviated"):
                for number, name in locale.months[context][width].items():
                    if not _plain(name).isdecimal():
                        months.setdefault(_plain(name), set()).add(number)
                    if language == "he":  # "in" is a letter before the name
                        months.setdefault(f"ב{_plain(name)}", set()).add(number)
                for name in locale.days[context][width].values():
                    days.update(map(_plain, _TOKEN.findall(name)))
    return {name: sorted(numbers) for name, numbers in months.items()}, frozenset(days)
