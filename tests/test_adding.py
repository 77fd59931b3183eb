"""What is typed as an address is a URL, whatever it is: never a file of this machine."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant import Settings
from assistant.sources import FORMS, SUFFIXES, public_options, to_url
from index.loading import is_url


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("https://news.example/a", "https://news.example/a"),
        (" HTTP://news.example/a\n", "HTTP://news.example/a"),
        ("news.example/feed.xml", "https://news.example/feed.xml"),
        ("/etc/hostname", "https:///etc/hostname"),
        ("c://../secret.txt", "https://c://../secret.txt"),
        ("~/secret.txt", "https://~/secret.txt"),
        ("file:///etc/hostname", "file:///etc/hostname"),  # refused as it is, by the loaders
    ],
)
def test_addresses(typed: str, meant: str) -> None:
    assert to_url(typed) == meant


@given(st.one_of(st.text(), st.from_regex(r"\A\W?\w{0,3}:/{0,3}.{0,5}\Z")))
def test_nothing_typed_is_a_path(typed: str) -> None:
    assert is_url(to_url(typed))


def test_what_can_be_added_is_told() -> None:
    assert {".txt", ".html", ".pdf", ".csv", ".zip", ".docx"} <= SUFFIXES
    assert all(suffix.startswith(".") and suffix.islower() for suffix in SUFFIXES)
    assert "PDF" in FORMS
    options = public_options(Settings(contact="ada@example.org"))
    assert (options.allow_private, options.contact) == (False, "ada@example.org")
    assert options.visits is public_options(Settings()).visits
