"""An article made of a text and of what is known about it; of an export, many."""

from __future__ import annotations

import re
from dataclasses import replace
from functools import lru_cache
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from index.errors import SourceError
from index.loading.clean_names import clean_outlet, is_host, outlet_of_host
from index.loading.date_text import read_date
from index.loading.exports import cut_export
from index.loading.metadata import Metadata, dated, host, read_plain_metadata
from index.records import Article, canonical_url
from index.splitting import NO_STORY, has_story

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loading.content import Content


_DAY_IN_URL = re.compile(r"/((?:19|20)\d\d)[/-]([01]?\d)[/-]([0-3]?\d)(?=[/_.-]|$)")
_LONGEST_NAME = 500  # characters of a headline, an outlet, an author
_MOST_AUTHORS = 50
_READ_FOR_LANGUAGE = 3_000  # characters
_LEAST_LETTERS, _LEAST_CHANCE = 50, 0.95  # to say a language; a script of few languages needs less
_LEAST_WIDE_LETTERS = 8


def make_article(text: str, said: Metadata) -> Article:
    """The article of a text and what its source says of it.

    What the source does not say is taken from the URL and from the text itself.

    Raises:
        ValueError: there is no text, or nothing in it is a story.
    """
    said = replace(said, language=find_language(text, said.language))
    known = read_plain_metadata(text, said.or_else(_in_url(said.url)))
    # Many systems print the first date twice: an update is what is later.
    again = known.updated is not None and not (
        known.published is None or known.updated.is_after(known.published)
    )
    article = Article(
        text=text,
        title=_clip(known.title),
        publisher=_clip(_outlet(known) or "") or None,
        authors=tuple(map(_clip, known.authors[:_MOST_AUTHORS])),
        published=known.published,
        published_from=known.published_from,
        updated=None if again else known.updated,
        updated_from=None if again else known.updated_from,
        url=known.url,
        language=known.language,
    )
    if not has_story(article):
        raise ValueError(NO_STORY)
    return article


def articles_in_text(
    text: str, content: Content, said: Metadata
) -> Iterator[Article | SourceError]:
    """The articles of an export, each with what it says of it; else the one of the text."""
    cut = cut_export(text)
    if cut is None:
        yield make_article(text, said)
        return
    for number, each in enumerate(cut, start=1):
        name = f"{content.name}, document {number}"
        if not each.text or not (each.said.title or each.said.publisher):
            yield SourceError(
                name,
                "this part of a database export cannot be told into heading and text: export it "
                "again as full documents with their headings",
            )
            continue
        try:
            yield make_article(each.text, each.said)
        except ValueError as error:
            yield SourceError(name, str(error))


def find_language(text: str, said: str | None) -> str | None:
    """ISO 639-1 of a text: what its source says, unless it is plainly another; None when unsure.

    Many pages say "en" because their template does.
    """
    if said not in {None, "en"}:
        return said
    sample = text[:_READ_FOR_LANGUAGE]
    letters = sum(map(str.isalpha, sample))
    wide = sum(each > "\u0500" and each.isalpha() for each in sample)
    if letters < _LEAST_LETTERS and wide < _LEAST_WIDE_LETTERS:
        return said
    if said == "en" and wide <= letters / 2:
        return said
    code, chance = _detector().classify(sample)
    return code if float(chance) >= _LEAST_CHANCE else said


@lru_cache(1)
def _detector() -> Any:
    """py3langid, a naive Bayes model over bytes: 4 MB, 0.1 ms a text."""
    from py3langid.langid import MODEL_FILE, LanguageIdentifier

    found = LanguageIdentifier.from_model_file(MODEL_FILE, norm_probs=True)
    found.set_languages([each for each in found.labels if len(each) == 2])
    return found


def _outlet(known: Metadata) -> str | None:
    """The outlet's one name; of a page that names none, its host's."""
    named = clean_outlet(known.publisher)
    at = host(known.url)
    if named and not is_host(named):
        return named
    return outlet_of_host(at or named or "") or None


def _clip(name: str) -> str:
    """A headline is read with each passage: one of a megabyte would leave nothing else to read."""
    return name if len(name) <= _LONGEST_NAME else f"{name[: _LONGEST_NAME - 1]}…"


def _in_url(url: str | None) -> Metadata:
    """The day in an address like /2019/04/15/turkey; nothing else in it is sure."""
    path = urlsplit(url).path if canonical_url(url or "") and url else ""
    if found := _DAY_IN_URL.search(path):
        year, month, day = (int(part) for part in found.groups())
        return dated("URL", read_date(f"{year}-{month:02}-{day:02}"))
    return Metadata()
