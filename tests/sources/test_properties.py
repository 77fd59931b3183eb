"""Whatever bytes come, no loader fails otherwise than by a SourceError; and offsets stay exact."""

from __future__ import annotations

import io
import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from index import Article, SourceError
from index.dates import PublicationDate
from index.loading import load
from index.loading.date_text import is_possible, read_date
from index.splitting import split
from tests.sources.builders import STORY, archive, page, pdf, warc

if TYPE_CHECKING:
    from collections.abc import Iterator

CORPUS = Path(__file__).parents[1] / "corpus"
SEEDS = [
    *(file.read_bytes() for file in sorted(CORPUS.rglob("*")) if 0 < file.stat().st_size < 9_000
      and file.is_file() and file.name != "expected.json"),
    pdf([[STORY]]),
    archive({"a.txt": STORY, "b.html": page("B")}),
    warc([("https://a.example/", "200 OK", "text/html", page("A").encode())]),
]  # fmt: skip
NAMES = ["a.txt", "a.md", "a.html", "a.csv", "a.json", "a.jsonl", "a.xml", "a.pdf", "a.zip", "a.gz"]
few = settings(
    max_examples=60,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
words = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), max_size=400)
plain = st.lists(
    st.sampled_from(
        [
            *(
                "By Ines Vale",
                "ANKARA, Apr 15 (Northwire) - ",
                "(Northwire) -- ",
                "©2019 Northwire",
            ),
            *("Updated: 16 April 2019", "15 April 2019", "Read more: all of it", "---", "title: x"),
            *("\n", "\r\n", "\n\n", "\u2028", "\x85", " ", "\t", "Monday. ", STORY, "🛳️", "e\u0301"),
        ]
    ),
    max_size=14,
).map("".join)


def check(found: Iterator[Article | SourceError]) -> None:
    for each in found:
        if isinstance(each, SourceError):
            assert "\n" not in str(each)
            assert each.reason
            continue
        for passage in split(each):
            assert each.text[passage.start : passage.end] == passage.text
        for day in (each.published, each.updated):
            assert day is None or is_possible(day)
        assert (each.published is None) == (each.published_from is None)
        assert (each.updated is None) == (each.updated_from is None)


@few
@given(text=st.one_of(words, plain), name=st.sampled_from(["a.txt", "a.md"]))
def test_a_text_is_kept_and_cut_exactly(tmp_path: Path, text: str, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(text.encode())
    found = list(load(file))
    check(iter(found))
    for each in found:
        if isinstance(each, Article) and not text.lstrip("\ufeff").startswith(("---", "<", "{")):
            assert each.text == text.removeprefix("\ufeff")


@few
@given(data=st.binary(max_size=300), name=st.sampled_from(NAMES))
@example(data=b"\x1f\x8b", name="a.gz")
@example(data=b"PK\x05\x06", name="a.zip")
@example(data=b"\xff\xfe\x00\xd8", name="a.txt")
@example(data=b"<?xml", name="a.xml")
@example(data=b'{"text": "\\ud800 x."}', name="a.jsonl")
@example(data=b'{"text": "x.", "date": -99999999999999999999}', name="a.json")
def test_any_bytes_under_any_name(tmp_path: Path, data: bytes, name: str) -> None:
    file = tmp_path / name
    file.write_bytes(data)
    check(load(file))


@few
@given(
    seed=st.sampled_from(SEEDS),
    place=st.floats(0, 1),
    patch=st.binary(max_size=6),
    cut=st.booleans(),
    name=st.sampled_from(NAMES),
)
def test_damaged_files(
    tmp_path: Path, seed: bytes, place: float, patch: bytes, cut: bool, name: str
) -> None:
    at = int(place * len(seed))
    data = seed[:at] + patch + (b"" if cut else seed[at + len(patch) :])
    file = tmp_path / name
    file.write_bytes(data)
    check(load(file))


@few
@given(rows=st.lists(st.fixed_dictionaries({"title": words, "text": words, "date": words}),
                     min_size=1, max_size=5))  # fmt: skip
def test_every_row_is_an_article_or_a_reason(tmp_path: Path, rows: list[dict[str, str]]) -> None:
    import csv

    out = io.StringIO(newline="")
    writer = csv.DictWriter(out, ["title", "text", "date"], quoting=csv.QUOTE_ALL)
    writer.writeheader()
    writer.writerows(rows)
    (tmp_path / "a.csv").write_bytes(out.getvalue().encode())
    (tmp_path / "a.json").write_text(json.dumps(rows))
    (tmp_path / "a.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    for name in ("a.json", "a.jsonl"):
        found = list(load(tmp_path / name))
        assert len(found) == len(rows)
        check(iter(found))
        for each, row in zip(found, rows, strict=True):
            assert isinstance(each, SourceError) or each.text == row["text"]
    kept = {each.text for each in load(tmp_path / "a.csv") if isinstance(each, Article)}
    assert kept <= {row["text"] for row in rows}


@given(said=st.one_of(words, st.dates().map(str), st.datetimes().map(str), st.integers().map(str)))
def test_any_text_is_a_possible_date_or_none(said: str) -> None:
    found = read_date(said)
    assert found is None or is_possible(found)


@given(day=st.dates())
def test_a_day_is_read_in_every_form(day: object) -> None:
    import datetime

    assert isinstance(day, datetime.date)
    wanted = PublicationDate(day.isoformat())
    months = "January February March April May June July August September October November December"
    month = months.split()[day.month - 1]
    forms = [
        day.isoformat(),
        f"{day.year:04}/{day.month:02}/{day.day:02}",
        f"{day.day} {month} {day.year:04}",
        f"{month} {day.day}, {day.year:04}",
        f"{month[:3]}. {day.day}, {day.year:04}",
    ]
    for form in forms:
        assert read_date(form) == (wanted if is_possible(wanted) else None), form


@pytest.mark.parametrize(
    ("said", "iso"),
    [
        ("2022-05-08T10:00:00.000Z", "2022-05-08T10:00:00.000Z"),
        ("2022-05-08 10:00:00 +0200", "2022-05-08 10:00:00+0200"),
        ("2022-05-08 10:00:00 UTC", "2022-05-08 10:00:00Z"),
        ("2022-05-08 00:00:00", "2022-05-08"),
        ("2022-05-08T00:00:00Z", "2022-05-08T00:00:00Z"),
        ("20220508", "2022-05-08"),
        ("2022", "2022"),
        ("2022-05", "2022-05"),
        ("Sun, 8 May 2022 10:00:00 EDT", "2022-05-08T10:00:00-04:00"),
        ("Sunday, May 8, 2022 10:00 AM EDT", "2022-05-08"),
        ("05/08/2022", "2022"),
        ("31/08/2022", "2022-08-31"),
        ("08/31/2022", "2022-08-31"),
        ("1652004000000", "2022-05-08T10:00:00+00:00"),
        ("May 2022 to June 2022", None),
        ("2022-13-40", None),
        ("31 February 2022", None),
        ("0209-04-01", None),
        ("2931-01-01", None),
        ("yesterday", None),
        ("2 hours ago", None),
        ("12", None),
    ],
)
def test_what_a_date_says(said: str, iso: str | None) -> None:
    found = read_date(said)
    assert (found and found.iso) == iso
