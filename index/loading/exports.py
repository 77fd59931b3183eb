"""Exports of news databases: one text with many articles, told by its shape and cut.

Nexis Uni and LexisNexis Academic, Factiva (headed, and with field codes), ProQuest; in English,
German, French, Spanish, Italian, Dutch and Portuguese. What an export says around an article
(length, section, rights, codes) becomes no part of its text. What looks like an export and cannot
be cut is refused by whoever asks: two articles are never taken for one.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from index.loading.clean_names import clean_language
from index.loading.date_text import read_date, read_date_line
from index.loading.metadata import Metadata, read_said
from index.word_lists import LISTS, phrases

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.dates import PublicationDate

_KIND = {
    name.replace("_", " "): kind
    for kind, names in LISTS["export_labels"].items()
    for name in names.split()
}
_BODY = phrases("export_text")
_ABSTRACT = frozenset(
    "abstract abstrakt résumé resumen riassunto sommario samenvatting resumo".split()
)
_END = re.compile(
    r"end of document|ende des dokuments|dokumentende|fin du document|fin del documento"
    r"|fine del documento|fim do documento|einde van (?:het )?document",
    re.IGNORECASE,
)
_FOOT_HEADING = re.compile(
    r"classification|klassifizierung|klassifikation|classement|clasificación|classificazione"
    r"|classificatie|classificação|(?:graphic|grafik|notes|load-date)",
    re.IGNORECASE,
)
_COUNTED = re.compile(
    r"\s*(?:(?P<n>\d+) (?:of|von|de|di|van) (?P<all>\d+) DOCU?MENT\w*"
    r"|(?:document|dokument|documento) (?P<n2>\d+) (?:of|von|de|di|van|sur|av) (?P<all2>\d+))\s*",
    re.IGNORECASE,
)
_LABELLED = re.compile(r"\s*(?P<label>[^\W\d_][\w'’()/ -]{2,40}?)\s*:\s*(?P<value>.*)")
_FACTIVA_END = re.compile(
    r"\s*(?:Document|Dokument|Documento|文件|文档)o?\s+[A-Z][A-Z0-9]{3,}\d{6,}\w*\s*"
)
_FACTIVA_LENGTH = re.compile(
    r"\s*\d[\d.,\u00a0 ]*(?:words?|wörter|mots?|palabras?|parole|palavras?|woorden|ord|słów|sözcük|слов\w*"
    r"|字|語|단어)\s*",
    re.IGNORECASE,
)
_CODES = "SE HD BY CR WC PD ET SN SC PG ED LA CY LP TD CO IN NS RE IPC IPD PUB AN CT RF VOL CX CLM ART".split()
_CODED = re.compile(rf"[^\S\n]*(?P<code>{'|'.join(_CODES)})(?:[^\S\n]+(?P<value>\S.*))?[^\S\n]*")
_RIGHTS = re.compile(r"\s*(?:copyright|\(c\)|©|all rights reserved|alle rechte|tous droits)", re.I)
_RULE = re.compile(r"\s*[_=*-]{8,}\s*")
_PAGE = re.compile(r"\s*(?:page|seite|página|pagina) \d+ (?:of|von|de|sur|di|van) \d+\s*", re.I)
_COVER = re.compile(
    r"\s*(?:user name|date and time|job number|documents? ?\(\d+\)|client/matter|search terms?|search type"
    r"|narrowed by|content type|timeline|about lexisnexis|\d+\. |-none-)",
    re.IGNORECASE,
)
_EDITION = re.compile(r".*\b(?:edition|ausgabe|édition|edición|edizione|editie)\b.{0,30}", re.I)
_BYLINE = re.compile(r"(?:by|von|par|por|di|door|av|af|от|від)\s+\S", re.IGNORECASE)
_NAME = re.compile(r"[^\W\d_a-z][\w.’'-]+(?: (?:de|van|von|der|da)? ?[^\W\d_a-z][\w.’'-]*){1,3}")
_SECTION = re.compile(r"[^a-zß-ÿ]{1,40}|\S{1,30}(?: \S{1,10})?")
_LONGEST_HEADING = 400  # characters of a line in what stands above an article


@dataclass(frozen=True, slots=True)
class Exported:
    """An article of an export: what is said of it, and its text; empty where it cannot be told."""

    said: Metadata
    text: str


def cut_export(text: str) -> list[Exported] | None:
    """The articles of an export, in its order; None for a text that is no export."""
    lines = [line.rstrip() for line in text.splitlines()]
    for form, read in (
        (_factiva_coded, _read_coded),
        (_factiva, _read_factiva),
        (_counted, _read_labelled),
        (_nexis, _read_labelled),
    ):
        if parts := form(lines):
            return [read(part) for part in parts]
    return None


# Into one part an article


def _nexis(lines: list[str]) -> list[list[str]]:
    """Nexis Uni: "End of Document" behind each article."""
    parts: list[list[str]] = []
    part: list[str] = []
    for line in lines:
        if _END.fullmatch(line.strip()):
            parts.append(part)
            part = []
        else:
            part.append(line)
    rest = [line for line in part if line.strip() and not _PAGE.fullmatch(line)]
    if parts and rest:  # cut short, or what an index behind it says
        parts.append(part)
    labelled = sum(any(map(_label, each)) for each in parts)
    return parts if parts and labelled >= len(parts) / 2 else []


def _counted(lines: list[str]) -> list[list[str]]:
    """LexisNexis Academic and ProQuest: "2 of 3 DOCUMENTS" above each article."""
    starts = [place for place, line in enumerate(lines) if _COUNTED.fullmatch(line)]
    if not starts:
        return []
    ends = [*starts[1:], len(lines)]
    parts = [lines[start + 1 : end] for start, end in zip(starts, ends, strict=True)]
    return parts if all(any(map(_label, part)) for part in parts) else []


def _factiva(lines: list[str]) -> list[list[str]]:
    """Factiva: "Document EXTIM000020240301e1" below each article."""
    ends = [place for place, line in enumerate(lines) if _FACTIVA_END.fullmatch(line)]
    if not ends or not any(map(_FACTIVA_LENGTH.fullmatch, lines)):
        return []
    starts = [0, *(end + 1 for end in ends)]
    return [lines[start:end] for start, end in zip(starts, ends, strict=False)]


def _factiva_coded(lines: list[str]) -> list[list[str]]:
    """Factiva with field codes: each article has HD, PD, and LP or TD."""
    coded = [(place, found["code"]) for place, line in enumerate(lines)
             if (found := _CODED.fullmatch(line))]  # fmt: skip
    if not {"HD", "PD"} <= {code for _, code in coded} or not {"LP", "TD"} & {c for _, c in coded}:
        return []
    starts, seen = [], {"HD"}
    for place, code in coded:
        if code in {"SE", "HD"} and "HD" in seen:
            starts.append(place)
            seen = set()
        seen.add(code)
    ends = [*starts[1:], len(lines)]
    return [lines[start:end] for start, end in zip(starts, ends, strict=True)]


# One part into an article


def _read_coded(lines: list[str]) -> Exported:
    fields: dict[str, list[str]] = {}
    code = ""
    for line in lines:
        if found := _CODED.fullmatch(line):
            code = found["code"]
            fields[code] = [found["value"] or ""]
        elif code:
            fields[code].append(line.strip())

    def said(code: str) -> str:
        return " ".join(" ".join(fields.get(code, [])).split())

    known = read_said(
        "export",
        title=said("HD"),
        publisher=said("SN"),
        authors=[said("BY")],
        published=said("PD"),
        language=said("LA"),
    )
    return Exported(known, _paragraphs([*fields.get("LP", []), "", *fields.get("TD", [])]))


def _read_factiva(lines: list[str]) -> Exported:
    """Title, byline, "612 words", day, time, outlet, code, language, rights; then the article."""
    at = next((n for n, line in enumerate(lines) if _FACTIVA_LENGTH.fullmatch(line)), len(lines))
    title, byline = _title_and_byline(
        list(_blocks(lines[:at])), beside=bool(at and lines[at - 1].strip())
    )
    below = [n for n in range(at + 1, len(lines)) if lines[n].strip()]
    day = next(filter(None, (read_date(lines[n].strip()) for n in below[:3])), None)
    named = [n for n in below[:12] if not read_date(lines[n].strip())
             and not re.fullmatch(r"\s*\d{1,2}[:.h]\d\d(?:\s?[AaPp][Mm])?(?:\s\w{2,4})?\s*", lines[n])]  # fmt: skip
    rights = next((n for n in below[:14] if _RIGHTS.match(lines[n])), None)
    spoken = next((n for n in below[:12] if clean_language(lines[n].strip())
                   and n != (named[0] if named else -1) and not lines[n].strip().isupper()), None)  # fmt: skip
    start = rights if rights is not None else spoken
    if start is None or not named:
        return Exported(Metadata(), "")
    known = read_said(
        "export",
        title=title,
        publisher=lines[named[0]],
        authors=byline,
        published=day,
        language=lines[spoken] if spoken is not None else None,
    )
    return Exported(known, _paragraphs(lines[start + 1 :]))


def _title_and_byline(above: list[list[str]], *, beside: bool) -> tuple[str, list[str]]:
    """Of the blocks of lines above "612 words"; `beside`: the last touches it."""
    if beside and len(above) > 1 and not _SECTION.fullmatch(above[-2][-1]):
        return " ".join(above[-2]), above[-1]
    block = list(above[-1]) if above else []
    byline = [block.pop()] if len(block) > 1 and _BYLINE.match(block[-1]) else []
    if len(block) > 1 and _SECTION.fullmatch(block[0]):
        del block[0]
    if len(block) > 1 and not byline and _NAME.fullmatch(block[-1]):
        byline = [block.pop()]
    return " ".join(block), byline


def _read_labelled(lines: list[str]) -> Exported:
    """What stands above the text, the text, and labels below it."""
    lines = [line for line in lines if not _PAGE.fullmatch(line) and not _RULE.fullmatch(line)]
    said: dict[str, str] = {}
    head, body, place = _split_head(lines, said)
    end = next((n for n in range(place, len(lines)) if _is_foot(lines[n])), len(lines))
    for line in lines[end:]:
        if (found := _label(line)) and found[1]:
            said.setdefault(found[0], found[1])
    body += lines[place:end]
    title, outlet, day = _read_head(["" if _RIGHTS.match(line) else line for line in head], said)
    known = read_said(
        "export",
        title=title,
        publisher=outlet.partition(";")[0],
        authors=[said.get("author") or _between(head, title, outlet)],
        published=day,
        url=said.get("url"),
        language=said.get("language", "").partition(";")[0],
    )
    return Exported(known, _paragraphs(body))


def _split_head(lines: list[str], said: dict[str, str]) -> tuple[list[str], list[str], int]:
    """The lines above the text, a text that begins beside its label, and where the text begins."""
    heading = next(
        (n for n, line in enumerate(lines) if line.strip(" :").casefold() in _BODY), None
    )
    head: list[str] = []
    labelled = blank = skipping = False
    for n, line in enumerate(lines):
        folded = line.strip(" :").casefold()
        if n == heading:
            return head, [], n + 1
        found = _LABELLED.fullmatch(line)
        if found and found["label"].casefold() in _BODY and len(found["value"]) > 40:
            return head, [found["value"]], n + 1
        if not folded:
            blank, skipping = True, False
            head.append("")
            continue
        if label := _label(line):
            said.setdefault(*label)
            labelled, blank = True, False
        elif folded in _ABSTRACT or (found and found["label"].casefold() in _ABSTRACT):
            labelled = skipping = True
        elif labelled and blank and heading is None:
            return head, [], n
        elif not labelled and not skipping and (not _COVER.match(line) or read_date_line(line)):
            head.append(line)
        if labelled and not label:
            blank = False
    return head, [], len(lines)


def _read_head(head: list[str], said: dict[str, str]) -> tuple[str, str, PublicationDate | None]:
    """Title, outlet and day: the outlet stands above the day, the title above or below both."""
    lines = [line.strip() if len(line) <= _LONGEST_HEADING else "" for line in head]
    places = [n for n, line in enumerate(lines) if n and line]
    at = next((n for n in reversed(places) if read_date_line(lines[n])), None)
    if at is None:
        at = next((n for n in places if read_date(lines[n][:100])), None)
    day = read_date(said.get("day", "")) or (read_date(lines[at][:100]) if at is not None else None)
    if at is None:
        return said.get("title", ""), said.get("outlet", ""), day
    outlet = next((n for n in range(at - 1, -1, -1) if lines[n]), 0)
    above = list(_blocks(lines[:outlet]))
    beside = above[-1] if above and lines[outlet - 1] else []
    below = [line for line in lines[at + 1 :] if line and not _EDITION.fullmatch(line)]
    title = beside or below or (above[-1] if above else [])
    return said.get("title") or " ".join(title), said.get("outlet") or lines[outlet], day


def _between(head: list[str], title: str, outlet: str) -> str:
    """ProQuest's "Title: Author. Outlet ; Place. Day: page.": the authors."""
    for line in head:
        rest = line.strip().removeprefix(title)
        if title and rest != line.strip() and outlet and outlet in rest:
            return rest.partition(outlet)[0].strip(" :.")
    return ""


def _is_foot(line: str) -> bool:
    found = _label(line)
    heading = _FOOT_HEADING.fullmatch(line.strip(" :")) or (_RIGHTS.match(line) and len(line) < 200)
    return bool(heading) or (found is not None and found[0] != "head")


def _label(line: str) -> tuple[str, str] | None:
    """What a line with a label says: its kind, and what follows."""
    found = _LABELLED.fullmatch(line)
    kind = _KIND.get(" ".join(found["label"].casefold().split())) if found else None
    return (kind, found["value"].strip()) if found and kind else None


def _blocks(lines: list[str]) -> Iterator[list[str]]:
    block: list[str] = []
    for line in [*lines, ""]:
        if line.strip():
            block.append(line.strip())
        elif block:
            yield block
            block = []


def _paragraphs(lines: list[str]) -> str:
    """The text of an article: its blank lines and line breaks as they came, none at its ends."""
    return re.sub(r"\n{3,}", "\n\n", "\n".join(line.rstrip() for line in lines)).strip()
