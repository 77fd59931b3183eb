"""What a page says of itself in its marks: JSON-LD, OpenGraph and other meta elements, links.

The marks are read in the order in which publishers keep them right: JSON-LD (schema.org), which
search engines check; then meta elements; then the `time` elements of the article. Of the
headline, the outlet's name and a kicker that is not shared are left out.
"""

from __future__ import annotations

import re
from copy import deepcopy
from typing import TYPE_CHECKING
from urllib.parse import urljoin, urlsplit

import courlan

from index.loading.clean_names import (
    best_outlet,
    clean_authors,
    clean_language,
    is_host,
    is_outlet,
    outlet_key,
)
from index.loading.date_text import read_date
from index.loading.json_ld import LinkedData
from index.loading.metadata import Metadata, dated, fold, host, letters_of, read_said
from index.records import canonical_url

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from lxml.html import HtmlElement

_PUBLISHED = """
    article:published_time article:published:time og:article:published_time og:published_time
    datepublished publishdate publish-date publish_date publication_date published-date pubdate
    date.issued dc.date.issued dcterms.issued dcterms.created dc.date.created sailthru.date
    parsely-pub-date cxenseparse:recs:publishtime dc.date dcterms.date date
""".split()
_UPDATED = """
    article:modified_time article:modified:time og:article:modified_time og:updated_time
    datemodified lastmod last-modified dcterms.modified dc.date.modified revised
""".split()
_TITLE = ["og:title", "twitter:title", "dc.title", "dcterms.title", "headline"]
_PUBLISHER = ["og:site_name", "publisher", "dc.publisher", "application-name"]
_AUTHOR = """
    author article:author dc.creator dcterms.creator byl parsely-author sailthru.author
    cxenseparse:author citation_author
""".split()
_PARTS = re.compile(
    r"(?<!\s)\s+[-–—|·•:»«<>/ㅣ｜-]\s+|(?:(?<!\s)\s+)?[|｜ㅣ»]\s*|(?<=\w):\s?(?=[^\s\w]*\w+\Z)|：(?=[^：]*\Z)"
)
_MOST_PIECES = 4


def read_page_metadata(tree: HtmlElement, address: str | None) -> tuple[Metadata, LinkedData]:
    """Title, outlet, authors, dates, address and language, as the page's marks give them.

    Outlet and authors that no mark gives are what a library finds by the look of the page.

    Args:
        address: where it was found; None for a file.

    Returns:
        It, and the page's linked data.
    """
    said = _read_meta(tree)
    headings = [fold(each.text_content()) for each in tree.iter("h1")]
    page_titles = [fold(each.text_content()) for each in tree.xpath("//head/title")][:1]
    titles = [*_all(said, _TITLE), *headings, *page_titles]
    links = [
        *tree.xpath("//link[@rel='canonical']/@href"),
        *tree.xpath("//meta[@property='og:url']/@content"),
    ]
    root = next(tree.iter("html"), tree)
    language = clean_language(root.get("lang") or root.get("xml:lang")) or clean_language(
        next(iter(_all(said, ["og:locale", "content-language", "dc.language"])), None)
    )
    linked = LinkedData(tree, titles, [*links, address or ""], language)
    url = _find_url([*map(str, links), *linked.urls], address)
    outlets = [*linked.outlets, *_all(said, _PUBLISHER)]
    outlet = best_outlet(outlets)
    given = [linked.authors, *(clean_authors(said.get(name, ())) for name in _AUTHOR)]
    if not outlet or is_host(outlet) or not any(given):
        guessed = _by_its_look(tree, address)
        outlet = best_outlet([*outlets, guessed.publisher or ""])
        given.append(guessed.authors)
    names = [outlet or "", host(url) or "", *outlets]
    found = (
        Metadata(
            title=_choose_title(linked.headline, titles, _all(said, _TITLE[:1]), names),
            publisher=outlet,
            authors=_choose_authors(given, names),
            url=url,
        )
        .or_else(linked.days)
        .or_else(_first_dates(said, language))
    )
    return (found if found.published else found.or_else(_read_times(tree))), linked


def _by_its_look(tree: HtmlElement, address: str | None) -> Metadata:
    """The byline and the site's name that trafilatura finds by the look of a page."""
    import trafilatura

    # Dates are read from the marks alone: the library also guesses, and rounds a year to a day.
    found = trafilatura.extract_metadata(
        deepcopy(tree),
        default_url=address,
        date_config={"extensive_search": False},
        extensive=False,
    )
    site = fold(found.sitename)
    named = site.lower() in urlsplit(found.url or "").netloc  # its way to say that there is none
    return read_said("", publisher=None if named else site, authors=[found.author])


def _read_meta(tree: HtmlElement) -> dict[str, list[str]]:
    said: dict[str, list[str]] = {}
    for element in tree.iter("meta", "time"):
        name = element.get("property") or element.get("name") or element.get("itemprop")
        value = fold(element.get("content") or element.get("datetime"))
        if name and value:
            said.setdefault(name.strip().lower(), []).append(value)
    return said


def _all(said: dict[str, list[str]], names: Iterable[str]) -> list[str]:
    return [value for name in names for value in said.get(name, [])]


def _choose_title(
    linked: str,
    titles: Sequence[str],
    shares: Sequence[str],
    names: Sequence[str],
) -> str:
    """The headline of the linked data, else the first of the page's, without the outlet's name.

    Of one that is shared in part the part is taken.
    """
    bare = [title for each in (linked, *titles) if (title := without_outlet(each, names))]
    first = next((each for each in bare if letters_of(each)), "")
    shared = next((without_outlet(each, names) for each in shares), "")
    # "Bridge: Council says yes" is shared without its kicker.
    inner, whole = letters_of(shared), letters_of(first)
    return shared if len(inner) > len(whole) / 2 and inner in whole else first


def _choose_authors(given: Sequence[tuple[str, ...]], outlets: Sequence[str]) -> tuple[str, ...]:
    """The first that name somebody; the outlet itself only where nobody else is named."""
    for names in given:
        people = tuple(each for each in names if not is_outlet(each, outlets))
        if people:
            return people
    return next(filter(None, given), ())


def _first_dates(said: dict[str, list[str]], language: str | None) -> Metadata:
    found = Metadata(language=language)
    for name in (*_PUBLISHED, *_UPDATED):
        field = "updated" if name in _UPDATED else "published"
        for value in said.get(name, []):
            found = found.or_else(dated(f"meta {name}", **{field: read_date(value, language)}))
    return found


def _read_times(tree: HtmlElement) -> Metadata:
    """The day of the `time` elements, where all that the article's head has name the same one."""
    for path in ("//time[@pubdate]", "//article//header//time", "//article//time", "//time"):
        said = [read_date(fold(each.get("datetime"))) for each in tree.xpath(path)]
        days = [day for day in said if day]
        if days and len({day.first for day in days}) == 1:
            return dated("time element", days[0])
    return Metadata()


def _find_url(candidates: Sequence[str], address: str | None) -> str | None:
    """The canonical address that a page gives, if it may be believed; else where it was found.

    A page of one site must not pass for another site's, whose article it would replace; and many
    pages name their site's front page, which would make them all one.
    """
    for candidate in candidates:
        try:
            url = urljoin(address or "", candidate.strip())
        except ValueError:
            continue
        if canonical_url(url) is None or urlsplit(url).path in {"", "/"}:
            continue
        if address is None or _site(url) == _site(address):
            return url
    return address


def _site(url: str) -> str | None:
    """The registered domain ("bbc.co.uk"), or the host where there is none: an IP address."""
    return courlan.extract_domain(url) or urlsplit(url).hostname


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
        if _is_outlets(folded[last.end() :], keys):
            folded = folded[: last.start()].rstrip()
        elif _is_outlets(folded[: first.start()], keys):
            folded = folded[first.end() :].lstrip()
        else:
            break
    return folded or " ".join(title.split())


def _is_outlets(piece: str, keys: set[str]) -> bool:
    """Whether a piece of a title is an outlet, with a few words more at most ("Courier News")."""
    key = outlet_key(piece)
    return bool(key) and any(
        key == each or (len(each) > 3 and each in key and len(key) <= len(each) + 12)
        or (len(key) > 4 and key in each and len(each) <= len(key) + 12)
        for each in keys
    )  # fmt: skip


def _outlet_keys(outlet: str) -> list[str]:
    """An outlet's name as one word; of a host without what all hosts end in."""
    key = outlet_key(outlet)
    host = outlet.strip().casefold().removeprefix("www.")
    if re.fullmatch(r"[\w-]+(?:\.[\w-]+)*\.[a-z]{2,}", host):
        return [key, outlet_key(max(host.split(".")[:-1], key=len))]
    return [key]
