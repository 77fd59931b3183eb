"""YAML front matter into an article's fields."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import pytest

from index import SourceError
from tests.loading import load_one

if TYPE_CHECKING:
    from pathlib import Path

    from index import Article

STORY = "The council approved the new bridge on Monday."


def load(folder: Path, front_matter: str, body: str = STORY, end: str = "\n") -> Article:
    file = folder / "story.md"
    text = f"---\n{front_matter}\n---\n\n{body}\n"
    file.write_bytes(text.replace("\n", end).encode())
    return load_one(file)


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_all_fields(tmp_path: Path, end: str) -> None:
    article = load(
        tmp_path,
        "title: 'Bridge: approved'\npublisher: The Fenland Courier\n"
        "authors: [Ines Vale, Bo Lind]\npublished: 2021-03-04\n"
        "url: https://fenland.example/bridge\nlanguage: en",
        end=end,
    )
    assert article.title == "Bridge: approved"
    assert article.publisher == "The Fenland Courier"
    assert article.authors == ("Ines Vale", "Bo Lind")
    assert str(article.published) == "2021-03-04"
    assert article.id == "https://fenland.example/bridge"
    assert article.language == "en"
    assert article.text.strip() == STORY


@pytest.mark.parametrize(
    ("line", "iso"),
    [
        ("published: 2021", "2021"),
        ("published: 2021-03", "2021-03"),
        ("date: 2021-03-04", "2021-03-04"),
        ("published: '2021-03-04'", "2021-03-04"),
        ("published: 2021-03-04T19:10:00+02:00", "2021-03-04T19:10:00+02:00"),
        ("published: 2021-03-04T23:10:00-11:00", "2021-03-04T23:10:00-11:00"),
        ("published: 2021-03-04T19:10:00Z", "2021-03-04T19:10:00Z"),
        ("published: 04/03/2021", "2021"),  # of April, or of March
        ("published:", None),
    ],
)
def test_dates_keep_their_precision_and_zone(tmp_path: Path, line: str, iso: str | None) -> None:
    published = load(tmp_path, f"title: Bridge\n{line}").published
    assert (published and published.iso) == iso


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("author: Ines Vale", ("Ines Vale",)),
        ("authors: Ines Vale", ("Ines Vale",)),
        ("authors:\n  - Ines Vale\n  - Bo Lind", ("Ines Vale", "Bo Lind")),
        ("author: [Ines   Vale]", ("Ines Vale",)),
        ("authors: [Ines Vale, null, '']", ("Ines Vale",)),
        ("authors: []", ()),
    ],
)
def test_authors(tmp_path: Path, line: str, authors: tuple[str, ...]) -> None:
    assert load(tmp_path, line).authors == authors


@pytest.mark.parametrize(
    ("front_matter", "said"),
    [
        ("title: [unclosed", "not valid YAML"),
        ("title: 'unclosed", "not valid YAML"),
        ("\ttitle: tab", "not valid YAML"),
        ("title: " + "[" * 5000, "not valid YAML"),
        ("published: last Tuesday", "last Tuesday"),
        ("published: 2021-13", "2021-13"),
    ],
)
def test_what_is_wrong_is_named(tmp_path: Path, front_matter: str, said: str) -> None:
    with pytest.raises(SourceError, match=said) as caught:
        load(tmp_path, front_matter)
    assert caught.value.source.endswith("story.md")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("day", ["2021-02-30", "2021-04-31"])
def test_a_day_that_does_not_exist_is_refused(tmp_path: Path, day: str) -> None:
    with pytest.raises(SourceError):
        load(tmp_path, f"published: {day}")


def test_what_the_front_matter_leaves_open_comes_from_the_text(tmp_path: Path) -> None:
    article = load(tmp_path, "title: Bridge", f"(Northwire) -- {STORY}\n\n©2021 Northwire L.P.")
    assert article.title == "Bridge"
    assert article.publisher == "Northwire"
    assert str(article.published) == "2021"


def test_the_front_matter_wins_over_the_text(tmp_path: Path) -> None:
    article = load(
        tmp_path,
        "publisher: The Fenland Courier\npublished: 2020-01-02",
        f"(Northwire) -- {STORY}\n\n©2021 Northwire L.P.",
    )
    assert article.publisher == "The Fenland Courier"
    assert str(article.published) == "2020-01-02"


@pytest.mark.parametrize(
    "text",
    [
        f"{STORY}\n\n---\n\nA second part.",
        f"---\n\n{STORY}",
        f"---\njust words\n---\n\n{STORY}",
        f"-----\n{STORY}",
    ],
)
def test_rules_in_plain_text_are_no_front_matter(tmp_path: Path, text: str) -> None:
    file = tmp_path / "story.txt"
    file.write_text(text)
    assert STORY in load_one(file).text


def test_front_matter_alone_is_no_article(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="no text"):
        load(tmp_path, "title: Bridge", body="")


@pytest.mark.parametrize(
    "text",
    [
        "---\n\nThe story begins here.\n\n---\n\nAnd goes on.\n",
        "---\n# Headline\n\nThe story begins here.\n\n---\n\nfoot\n",
        "---\n- a list\n- of things\n---\nmore\n",
        '---\nHe said: "yes": no\n---\nmore\n',
        "---\nNote: this is prose\n---\nmore\n",
    ],
)
def test_rules_of_dashes_are_part_of_the_text(tmp_path: Path, text: str) -> None:
    path = tmp_path / "story.md"
    path.write_text(text, encoding="utf-8")
    assert load_one(path).text == text


@pytest.mark.parametrize(
    ("front_matter", "title"),
    [
        (
            "\n".join(
                ["a: &a [x, x, x, x, x, x, x, x, x]"]
                + [f"{n}: &{n} [{', '.join([f'*{o}'] * 9)}]" for o, n in pairwise("abcdefghi")]
                + ["title: *i"]
            ),
            STORY,
        ),
        ("title: {a: b}", STORY),
        ("title: [x, y]", "x"),
    ],
)
def test_only_a_text_is_a_title(tmp_path: Path, front_matter: str, title: str) -> None:
    assert load(tmp_path, front_matter).title == title


@pytest.mark.parametrize("tag", ["!!bool x", "!!timestamp x", "!!python/object:os.system x"])
def test_tags_mean_nothing(tmp_path: Path, tag: str) -> None:
    assert load(tmp_path, f"title: {tag}").title == "x"
