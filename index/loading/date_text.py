"""Dates as sources write them, read as exactly as they are said and no more.

Strict forms instead of a guessing parser: what none of them fits stays unknown. So does a date that
no news has: the year 0209, or a day after tomorrow.

Months and days of the week in other languages than English ("5 de marzo de 2024", "5 มีนาคม 2567")
have their names from the CLDR, by Babel. A locale takes 15 ms to read, so only those are read that
a text may be in ("listopad" is November in Polish, October in Croatian), else all of its script.
"""

from __future__ import annotations

import re
import unicodedata
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from email.utils import parsedate_to_datetime
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


def _read_month_names(text: str, language: str | None) -> PublicationDate | None:
    """The one day or month that a text names in words; None when it names none, or several."""
    found = _read(text, language)
    return found[0] if found else None


def _line_in_words(text: str, language: str | None) -> PublicationDate | None:
    """The date that a line says and nothing else, but for a time and "published on"."""
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


_FIRST_YEAR = 1600  # the first newspapers
_WRITTEN = date(2026, 11, 23)  # it is not earlier than this, whatever a clock says that was reset
_LONGEST = 100  # characters; a longer text is not a date
MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?"
    r"|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\b\.?"
)
"""A regular expression for an English month; upper and lower case should be alike."""

_MONTHS = "jan feb mar apr may jun jul aug sep oct nov dec".split()
_COMPACT = re.compile(
    r"(\d{4})(\d{2})(\d{2})(?:[T ]?(\d{2})(\d{2})(\d{2})?(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?)?"
)
_EPOCH = re.compile(r"(\d{10})(?:\d{3}){0,3}(?:\.\d+)?")
_YEAR_FIRST = re.compile(r"(\d{4})([/.-]) ?(\d{1,2})\2 ?(\d{1,2})\.?(?:[T ,(].*)?")
_YEAR_LAST = re.compile(r"(\d{1,2})([/.-]) ?(\d{1,2})\2 ?(\d{4})(?:[T ,].*)?")
_MONTH_BETWEEN_DASHES = re.compile(r"(?<=\d)-(?=[^\W\d_])|(?<=[^\W\d_])-(?=\d\d(?:\d\d)?\b)")
_MAIL = re.compile(r"(?:[A-Za-z]{3},? )?\d{1,2} [A-Za-z]{3} \d{2,4} \d\d:\d\d.*")
_ZONE_APART = re.compile(r"(?<=\d) (?=[+-]\d\d:?\d\d$)| ?(?:UTC|GMT)$")
_ONLY_NUMBERS = re.compile(
    r"(?:[^\W\d_]+:? )?\d{1,4}[/.-]\d{1,2}[/.-]\d{1,4}(?:[T ,(].{0,20})?", re.IGNORECASE
)
_AFTER_LABEL = re.compile(r"^[^\d]+")
_MIDNIGHT = re.compile(r"[T ]00:00(?::00(?:\.0+)?)?")
_WORDS = re.compile(
    rf"\b(?P<d1>\d{{1,2}})(?:st|nd|rd|th)? (?P<m1>{MONTH}),? (?P<y1>\d{{4}})\b"
    rf"|\b(?P<m2>{MONTH}) (?P<d2>\d{{1,2}})(?:st|nd|rd|th)?,? (?P<y2>\d{{4}})\b"
    rf"|\b(?P<m3>{MONTH}),? (?P<y3>\d{{4}})\b",
    re.IGNORECASE,
)


def read_date(said: str, language: str | None = None) -> PublicationDate | None:
    """The date that a text says, as exactly as it says it; None when it says none that can be.

    "2022/05/08" is a day, "Sun, 08 May 2022 10:00:00 GMT" an instant, "May 2022" a month, in any
    language. Of "05/08/2022", which is a day in May or in August, only the year is sure, unless it
    is written in another language than English, which all put the day first, as do points.

    Args:
        language: ISO 639-1 of what it was written for, where that is known.
    """
    text = " ".join(unicodedata.normalize("NFKC", said).split())
    if not text or len(text) > _LONGEST or not any(map(str.isnumeric, text)):
        return None
    text = "".join(str(int(each)) if each.isdecimal() else each for each in text)
    text = _MONTH_BETWEEN_DASHES.sub(" ", text)
    for form in (_read_iso, _read_numbers, _read_mail, _read_words, _read_month_names):
        try:
            found = form(text, language)
        except (ValueError, OverflowError):
            continue
        if found:
            return found if is_possible(found) else None
    return None


def read_date_line(line: str, language: str | None = None) -> PublicationDate | None:
    """The date that a line says and nothing else, but for a time and "published on"."""
    if len(line) > _LONGEST:
        return None
    found = None
    with suppress(ValueError, OverflowError):
        found = _line_in_words(line, language)
    if not found and _ONLY_NUMBERS.fullmatch(line.strip()):
        found = read_date(_AFTER_LABEL.sub("", line), language)
    return found if found and is_possible(found) else None


def month_number(name: str) -> int:
    """1 for "January", "Jan." or "jan"."""
    return _MONTHS.index(name[:3].lower()) + 1


def is_possible(day: PublicationDate) -> bool:
    """Whether news can bear this date: not before there was any, not after tomorrow."""
    latest = max(today(), _WRITTEN) + timedelta(days=2)  # east of here it may be a day later
    return day.first.year >= _FIRST_YEAR and day.first <= latest


def today() -> date:
    """The present day, in UTC."""
    return datetime.now(UTC).date()


def _read_iso(text: str, _: str | None) -> PublicationDate | None:
    written = _ZONE_APART.sub(lambda gap: "Z" if gap[0].strip() else "", text)
    if parts := _COMPACT.fullmatch(text):  # "20220508", "20220508T233000Z"
        year, month, day, hour, minute, second, zone = parts.groups()
        written = f"{year}-{month}-{day}"
        if hour:
            written += f"T{hour}:{minute}:{second or '00'}{zone or ''}"
    if not re.match(r"\d{4}(?:-\d{2}|$)", written):
        return None
    if _MIDNIGHT.fullmatch(written[10:]):  # a day, as a table that knows no days writes it
        written = written[:10]
    try:
        return PublicationDate(written)
    except ValueError:
        return PublicationDate(written[:10])  # "2022-05-08 10:00 Uhr"


def _read_numbers(text: str, language: str | None) -> PublicationDate | None:
    if epoch := _EPOCH.fullmatch(text):  # seconds or milliseconds since 1970
        return PublicationDate.of(datetime.fromtimestamp(int(epoch[1]), UTC))
    if parts := _YEAR_FIRST.fullmatch(text):
        year, _, month, day = parts.groups()
        return PublicationDate(f"{year}-{int(month):02}-{int(day):02}")
    if parts := _YEAR_LAST.fullmatch(text):
        first, second, year = int(parts[1]), int(parts[3]), parts[4]
        day_first = parts[2] == "." or language not in {None, "en"}
        if second > 12 and first <= 12:
            return PublicationDate(f"{year}-{first:02}-{second:02}")
        if day_first or first == second or first > 12:
            return PublicationDate(f"{year}-{second:02}-{first:02}")
        return PublicationDate(year)
    return None


def _read_mail(text: str, _: str | None) -> PublicationDate | None:
    """The form of e-mail and RSS (RFC 5322): "Sun, 08 May 2022 10:00:00 GMT"."""
    if not _MAIL.fullmatch(text):
        return None
    return PublicationDate.of(parsedate_to_datetime(text))


def _read_words(text: str, _: str | None) -> PublicationDate | None:
    found = list(_WORDS.finditer(text))
    if len(found) != 1:
        return None
    said = found[0].groupdict()
    for form in "123":
        if said[f"m{form}"]:
            month = f"{int(said[f'y{form}']):04}-{month_number(said[f'm{form}']):02}"
            day = said.get(f"d{form}")
            return PublicationDate(f"{month}-{int(day):02}" if day else month)
    return None
