"""Which column of a table is which field of an article: guessed by name, or said by the user.

A column of JSON may lie in another: "headline.main", "fields.bodyText", "source.name".
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Names as data sets and news services write them, in lower case without punctuation; the earlier,
# the surer. What only sums an article up is its text where nothing else is.
_TEXT = """
    text plaintext cleantext maintext maincontent articlebody articletext fulltext fullcontent
    bodytext newstext textcontent contenttext storytext pagecontent bodysections contentrendered
    content contents body article story document paragraphs contenthtml bodyhtml articlehtml
    contentcontent bodyvalue contentvalue transcript
""".split()
_SUMMARY = """
    leadparagraph summarycontent description summary abstract shortdescription excerpt
    excerptrendered snippet trailtext standfirst teaser lead
""".split()
_NAMES = {
    "text": [*_TEXT, *_SUMMARY],
    "title": """
        title headline headlinemain titlerendered articletitle newstitle webtitle threadtitle heading
        headlines name subject
    """.split(),
    "publisher": """
        sourcehostname sourcetitle sourcename publishername outletname medianame origintitle
        providername publisher outlet publication newspaper sitename mediaoutlet media source
        newsoutlet provider journal site threadsitefull threadsite sourceid domainname sourcedomain
        domain hostname sourceurl sourceuri cleanurl
    """.split(),
    "authors": """
        authors author bylineoriginal byline authorsbyline creator creators authorname publishedby
        writers writer journalist journalists contributors dccreator
    """.split(),
    "published": """
        published publishedat publishdate publisheddate publicationdate datepublished datetimepub
        pubdate publishtime publishedtime publishedon publishedtimestamp datepublish publishingdate
        webpublicationdate firstpublicationdate timepublished publisheddatetime publishedutc
        articledate newsdate releasedate publicationtime dategmt datetime date timestamp
        firstpublished seendate created createdat datecreated published year
    """.split(),
    "updated": """
        updated updatedat updatedate updateddate dateupdated lastupdated modified modifiedat
        datemodified datemodify lastmodified modifieddate modificationdate modifiedgmt
    """.split(),
    "url": """
        url link canonicalurl canonicallink articleurl articlelink respondedurl requestedurl pageurl
        weburl webpage permalink canonicalhref alternatehref href givenurl originalurl threadurl
        source sourceurl guidrendered guid uri id
    """.split(),
    "language": "language lang inlanguage languagecode metalang languageiso detectedlanguage".split(),
}
FIELDS = tuple(_NAMES)
"""What a table may say of an article, under the names that `--map` takes."""

_AROUND = frozenset(
    "fields metadata source attributes kwargs data article item node document post meta record".split()
)  # what a service wraps around the columns; "_source" is Elasticsearch's
_DEEPEST, _MOST_PATHS = 4, 400


def flatten(row: Mapping[str, object]) -> dict[str, object]:
    """The columns of a row by their way: {"headline": {…}, "headline.main": "…"}."""
    found: dict[str, object] = {}
    todo: list[tuple[str, Mapping[str, object], int]] = [("", row, 1)]
    while todo:
        way, inner, depth = todo.pop(0)
        for name, value in inner.items():
            if len(found) >= _MOST_PATHS:
                return found
            path = f"{way}.{name}" if way else str(name)
            found[path] = value
            first = value[0] if isinstance(value, list) and value else value
            if isinstance(first, dict) and depth < _DEEPEST:
                todo.append((path, first, depth + 1))
    return found


def choose_columns(paths: Iterable[str], said: Mapping[str, str]) -> dict[str, list[str]]:
    """Field to columns that may hold it, the surest first, for the fields that a table has.

    Args:
        paths: the columns, as `flatten` gives them.
        said: field to column, as the user said it; upper and lower case are alike.

    Raises:
        ValueError: the table has no column that was named, or none that holds the text.
    """
    return _choose(tuple(paths), tuple(sorted(said.items())))


@lru_cache(64)
def _choose(paths: tuple[str, ...], said: tuple[tuple[str, str], ...]) -> dict[str, list[str]]:
    present: dict[str, str] = {}
    for path in paths:
        for name in _names_of(path.split(".")):
            present.setdefault(name, path)
    chosen: dict[str, list[str]] = {}
    named = dict(said)
    for field, names in _NAMES.items():
        if field in named:
            if _fold(named[field]) not in present:
                raise ValueError(f"there is no column {named[field]!r}, but {_list(paths)}")
            chosen[field] = [present[_fold(named[field])]]
        elif found := [present[name] for name in dict.fromkeys(names) if name in present]:
            chosen[field] = list(dict.fromkeys(found))
    if "text" not in chosen:
        raise ValueError(
            f"no column is named like an article's text; there is {_list(paths)}: say which it "
            "is with --map text=COLUMN"
        )
    return chosen


def text_rank(path: Sequence[str], said: Mapping[str, str]) -> int | None:
    """How surely this column, by its name alone, holds the text of an article: 0 is surest.

    Returns:
        1 for what only sums it up; None for what holds no text.
    """
    names = set(_names_of(path))
    if "text" in said:
        return 0 if _fold(said["text"]) in names else None
    if names & set(_TEXT):
        return 0
    return 1 if names & set(_SUMMARY) else None


def _names_of(path: Sequence[str]) -> Iterator[str]:
    """A way as one name, with and without what is wrapped around it."""
    parts = [_fold(part) for part in path]
    yield "".join(parts)
    while len(parts) > 1 and parts[0] in _AROUND:
        parts = parts[1:]
        yield "".join(parts)


def _fold(name: str) -> str:
    return re.sub(r"[\W_]+", "", name).casefold()


def _list(paths: Iterable[str]) -> str:
    names = sorted(path for path in paths if "." not in path)
    return ", ".join(names[:12]) + (", …" if len(names) > 12 else "") or "none at all"
