"""What a plain article says of itself, and nothing that it does not say."""

from __future__ import annotations

import pytest

from index.loading.metadata import read_plain_metadata

STORY = "The council approved the new bridge on Monday. Work starts in May."


@pytest.mark.parametrize(
    "opening",
    [
        "(Northwire) -- ",
        "(Northwire) - ",
        "(Northwire) — ",
        "(Northwire) – ",
        "LISBON (Northwire) - ",
        "LISBON, Portugal (Northwire) — ",
    ],
)
def test_agency_mark(opening: str) -> None:
    found = read_plain_metadata(opening + STORY)
    assert found.publisher == "Northwire"
    assert found.title == "The council approved the new bridge on Monday."


@pytest.mark.parametrize("inside", ["Jan. 31", "2019"])
def test_a_day_in_brackets_is_no_agency(inside: str) -> None:
    assert read_plain_metadata(f"LISBON ({inside}) - {STORY}").publisher is None


def test_agency_mark_below_a_headline() -> None:
    found = read_plain_metadata(f"Bridge approved\n\nLISBON (Northwire) - {STORY}")
    assert found.publisher == "Northwire"
    assert found.title == "Bridge approved"


@pytest.mark.parametrize(
    "inside",
    [
        "The ship (Northwire) left port.",
        "She said (quietly) - and left.",
        "“It is late (very) – go,” he said.",
    ],
)
def test_brackets_inside_a_story_are_no_agency(inside: str) -> None:
    assert read_plain_metadata(f"{STORY} {inside}").publisher is None


@pytest.mark.parametrize(
    ("line", "authors"),
    [
        ("By Ines Vale", ("Ines Vale",)),
        ("by Ines Vale", ("Ines Vale",)),
        ("By Ines Vale and Bo Lind", ("Ines Vale", "Bo Lind")),
        ("By Ines Vale, Bo Lind and Kofi Mensah", ("Ines Vale", "Bo Lind", "Kofi Mensah")),
        ("By Ines Vale, Bo Lind, and Kofi Mensah", ("Ines Vale", "Bo Lind", "Kofi Mensah")),
        ("By Zoë Brontë-O’Hara", ("Zoë Brontë-O’Hara",)),
        ("By Ludwig van Berg", ("Ludwig van Berg",)),
        ("By Łukasz Żak", ("Łukasz Żak",)),
    ],
)
def test_byline(line: str, authors: tuple[str, ...]) -> None:
    assert read_plain_metadata(f"Bridge approved\n{line}\n\n{STORY}").authors == authors


@pytest.mark.parametrize("line", ["By Monday the bridge had opened.", "By then it rained"])
def test_a_sentence_that_begins_with_by_is_no_byline(line: str) -> None:
    assert read_plain_metadata(f"{STORY}\n\n{line}").authors == ()


@pytest.mark.parametrize(
    "line",
    [
        "To contact the reporter on this story: Ines Vale in Lisbon at ivale@paper.example",
        "To contact the reporter on this story: Ines Vale at ivale@paper.example",
        "To contact the author on this story: Ines Vale, ivale@paper.example",
    ],
)
def test_contact_line(line: str) -> None:
    found = read_plain_metadata(f"{STORY}\n\n{line}")
    assert found.authors == ("Ines Vale",)


def test_the_editors_in_a_contact_line_are_no_authors() -> None:
    line = "To contact the editors responsible for this story: Bo Lind at b@paper.example"
    assert read_plain_metadata(f"{STORY}\n\n{line}").authors == ()


@pytest.mark.parametrize(
    ("line", "publisher", "year"),
    [
        ("©2021 Northwire L.P.", "Northwire", "2021"),
        ("© 2021 Northwire", "Northwire", "2021"),
        ("(c) 2021 Northwire Inc.", "Northwire", "2021"),
        ("Copyright 2021 The Fenland Courier", "The Fenland Courier", "2021"),
        (
            "Copyright © 2021 Fenland Courier. All rights reserved.",
            "Fenland Courier",
            "2021",
        ),
        ("© 2021", None, "2021"),
    ],
)
def test_copyright_line(line: str, publisher: str | None, year: str) -> None:
    found = read_plain_metadata(f"{STORY}\n\n{line}\n")
    assert found.publisher == publisher
    assert found.published is not None
    assert found.published.iso == year


@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_line_ends_make_no_difference(end: str) -> None:
    lines = ["Bridge approved", "By Ines Vale", "", STORY, "", "©2021 Northwire L.P.", ""]
    found = read_plain_metadata(end.join(lines))
    assert (found.title, found.publisher, found.authors) == (
        "Bridge approved",
        "Northwire",
        ("Ines Vale",),
    )


@pytest.mark.parametrize(
    "story",
    [
        "The copyright 1928 film entered the public domain, and nobody noticed.",
        "A law of 1976, the Copyright 1976 Act, was amended in a vote on Monday night.",
    ],
)
def test_a_year_in_the_story_is_no_publication_year(story: str) -> None:
    assert read_plain_metadata(story).published is None


def test_says_nothing_of_what_is_not_said() -> None:
    found = read_plain_metadata(STORY)
    assert (found.publisher, found.authors, found.published) == (None, (), None)


def test_a_long_first_sentence_is_shortened_between_words() -> None:
    found = read_plain_metadata("The council of the city approved " + "the long new bridge " * 20)
    assert len(found.title) <= 101
    assert found.title.endswith("…")
    assert found.title.removesuffix("…").split()[-1] in {"the", "long", "new", "bridge"}


def test_a_markdown_heading_is_the_title() -> None:
    assert read_plain_metadata(f"# Bridge approved\n\n{STORY}").title == "Bridge approved"


def test_boilerplate_is_no_title() -> None:
    assert read_plain_metadata(f"Advertisement\n\nBridge approved\n\n{STORY}").title == (
        "Bridge approved"
    )


@pytest.mark.parametrize(
    ("opening", "closing", "published", "how"),
    [
        ("ANKARA, April 15, 2019 (Northwire) - ", "", "2019-04-15", "dateline"),
        ("ANKARA, Turkey, 15 April 2019 — ", "", "2019-04-15", "dateline"),
        ("ANKARA, Apr 15 (Northwire) - ", "", None, None),
        ("ANKARA, Apr 15 - ", "", None, None),
        (
            *("ANKARA, Apr 15 (Northwire) - ", "©2019 Northwire", "2019-04-15"),
            "dateline and copyright line",
        ),
        ("ANKARA, Dec 31 (Northwire) - ", "©2020 Northwire", "2020", "copyright line"),
        ("ANKARA, Feb 30 (Northwire) - ", "©2020 Northwire", "2020", "copyright line"),
        ("15 April 2019\n\n", "", "2019-04-15", "date line"),
        ("Published on April 15, 2019\n\n", "©2020 Northwire", "2019-04-15", "date line"),
        ("15 April 0209\n\n", "", None, None),
        ("15 April 2931\n\n", "", None, None),
        ("ANKARA, April 15, 2931 (Northwire) - ", "", None, None),
    ],
)
def test_dates(opening: str, closing: str, published: str | None, how: str | None) -> None:
    found = read_plain_metadata(f"{opening}{STORY}\n\n{closing}")
    assert (found.published and found.published.iso, found.published_from) == (published, how)
    assert found.title.endswith("The council approved the new bridge on Monday.")


@pytest.mark.parametrize(
    "story",
    [
        "On April 15, 2019 the council voted - and then it slept.",
        "A MAN, 45, was held - police said - on April 15, 2019.",
        "The vote of 15 April 2019 was the closest in years, and nobody forgot it.",
    ],
)
def test_a_date_in_the_story_is_not_when_it_was_published(story: str) -> None:
    assert read_plain_metadata(f"{STORY}\n\n{story}").published is None


def test_an_update_has_a_line_of_its_own() -> None:
    found = read_plain_metadata(
        f"Bridge approved\n15 April 2019\nUpdated: 16 April 2019, 10:00\n\n{STORY}"
    )
    assert (found.title, str(found.published), str(found.updated)) == (
        "Bridge approved",
        "2019-04-15",
        "2019-04-16",
    )
