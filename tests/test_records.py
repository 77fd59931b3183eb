"""Articles, their ids and hashes, and what a filter admits."""

from __future__ import annotations

import unicodedata
from dataclasses import FrozenInstanceError, replace
from datetime import date

import pytest

from index import Article, Filters, PublicationDate
from index.records import canonical_url
from tests.fakes import article


@pytest.mark.parametrize("text", ["", " \n\t ", "\u2003\u200a", "text with \0 in it"])
def test_refuses_what_is_no_text(text: str) -> None:
    with pytest.raises(ValueError, match="article"):
        Article(text=text)


@pytest.mark.parametrize(
    "change",
    [
        {"text": "half \ud83d a pair"},
        {"title": "\udc00"},
        {"publisher": "a\ud800"},
        {"authors": ("Ines", "\udfff")},
    ],
)
def test_refuses_half_characters(change: dict[str, object]) -> None:
    # SQLite cannot store them, so they must not come as far as the store
    with pytest.raises(ValueError, match="Unicode"):
        replace(article(), **change)  # type: ignore[arg-type]


def test_keeps_the_text_as_it_came() -> None:
    text = "\ufeff  Ein Cafe\u0301\r\n\r\n\U0001f6a2 sails.\r\n"
    assert Article(text=text).text == text


def test_is_frozen() -> None:
    with pytest.raises(FrozenInstanceError):
        article().title = "another"  # type: ignore[misc]


def test_id_is_the_canonical_url() -> None:
    one = article("One text.", url="HTTPS://News.Example.com/story?utm_source=x&id=7#top")
    other = article("Another text.", url="https://news.example.com/story?id=7")
    assert one.id == other.id
    assert one.content_hash != other.content_hash
    assert one.url == "HTTPS://News.Example.com/story?utm_source=x&id=7#top"


def test_id_without_url_is_the_text_with_white_space_folded() -> None:
    composed = unicodedata.normalize("NFC", "Un café à Genève.")
    spread = unicodedata.normalize("NFD", "Un  café\r\n à Genève. ")
    assert Article(text=composed).id == Article(text=spread).id
    assert Article(text=composed).content_hash != Article(text=spread).content_hash
    assert Article(text=composed).id != Article(text=composed + "!").id


@pytest.mark.parametrize(
    "url",
    ["#", "#top", "   ", "n/a", "/story", "5", "javascript:alert(1)", "http://", "https://[::1"],
)
def test_a_url_that_names_nothing_is_no_id(url: str) -> None:
    assert Article(text="A story.", url=url).id == Article(text="A story.").id


@pytest.mark.parametrize(
    "change",
    [
        {"title": "Other"},
        {"publisher": None},
        {"authors": ()},
        {"published": None},
        {"published": PublicationDate("2021-03")},
        {"language": "de"},
        {"text": "Other text."},
    ],
)
def test_every_known_field_is_in_the_hash(change: dict[str, object]) -> None:
    before = replace(article(), id="fixed")
    after = replace(before, **change)  # type: ignore[arg-type]
    assert before.content_hash != after.content_hash


@pytest.mark.parametrize(
    ("url", "canonical"),
    [
        ("https://A.example/B#c", "https://a.example/B"),
        (" https://a.example/b?utm_medium=rss ", "https://a.example/b"),
        ("https://a.example/#!/story/1", "https://a.example/#!/story/1"),
    ],
)
def test_canonical_url(url: str, canonical: str) -> None:
    assert canonical_url(url) == canonical


def test_filter_refuses_swapped_dates() -> None:
    with pytest.raises(ValueError, match="swap the dates"):
        Filters(since=date(2021, 1, 2), until=date(2021, 1, 1))


def test_filter_of_nothing_is_false_and_admits_all() -> None:
    assert not Filters()
    assert Filters().admits(article(published=None, publisher=None))


@pytest.mark.parametrize(
    ("published", "since", "until", "admitted"),
    [
        ("2019", date(2019, 12, 31), None, True),
        ("2019", date(2020, 1, 1), None, False),
        ("2019", None, date(2019, 1, 1), True),
        ("2019", None, date(2018, 12, 31), False),
        ("2019-04", date(2019, 4, 30), date(2019, 5, 1), True),
        ("2019-04", date(2019, 5, 1), None, False),
        ("2019-04-15", date(2019, 4, 15), date(2019, 4, 15), True),
        ("2019-04-15T23:30:00-05:00", date(2019, 4, 15), date(2019, 4, 15), True),
        (None, date(1900, 1, 1), None, False),
        (None, None, date(2100, 1, 1), False),
    ],
)
def test_filter_by_date(
    published: str | None, since: date | None, until: date | None, admitted: bool
) -> None:
    assert Filters(since=since, until=until).admits(article(published=published)) is admitted


def test_filter_by_outlet_ignores_case_in_all_alphabets() -> None:
    within = Filters(publishers=("ΕΛΕΥΘΕΡΟΣ ΤΥΠΟΣ", "straße heute"))
    assert within.admits(article(publisher="Ελεύθερος Τύπος".replace("ύ", "υ")))
    assert within.admits(article(publisher="STRASSE HEUTE"))
    assert not within.admits(article(publisher="The Fenland Courier"))
    assert not within.admits(article(publisher=None))


def test_an_empty_outlet_name_admits_no_article() -> None:
    assert not Filters(publishers=("",)).admits(article(publisher=None))


def test_a_filter_by_article_is_a_filter_and_admits_these_only() -> None:
    one, other = article("A bridge."), article("A ferry.")
    within = Filters(articles=(one.id, "no such article"))
    assert within
    assert within.admits(one)
    assert not within.admits(other)
    assert not Filters(articles=(one.id,), publishers=("Somebody Else",)).admits(one)


def test_how_a_date_was_found_is_no_content_but_an_update_is() -> None:
    plain = Article(text="News.", published=PublicationDate("2021-03-04"))
    found = replace(plain, published_from="JSON-LD", updated_from="feed")
    assert found.content_hash == plain.content_hash
    updated = replace(plain, updated=PublicationDate("2021-03-05"))
    assert updated.content_hash != plain.content_hash
    assert updated.id == plain.id
