"""Markup made to take for ever is refused before a tree is made of it, wherever HTML is read."""

from __future__ import annotations

import gc
import json
import random
import time
from contextlib import suppress
from html import escape
from typing import TYPE_CHECKING

import pytest

from index import SourceError
from index.loading import decoding, load
from index.loading.clean_names import clean_authors
from index.loading.decoding import html_to_text, parse_html
from tests.loading import load_one
from tests.sources.builders import MORE, STORY, page
from tests.sources.test_feeds import rss

if TYPE_CHECKING:
    from pathlib import Path

FLOOD = " ".join(f"a{number}" for number in range(32_000))
VALUES = " ".join(f'a{number}="1"' for number in range(32_000))
ONE = f"<p {FLOOD}>{STORY}</p>"
WORDS = "the ferry of Velmouth sails at noon and comes back with the tide "
ATTRIBUTES = "has an element with over 500 attributes"
DEEP = "nest too deep"
PAGES = {
    "plain": (ONE, ATTRIBUTES),
    "a quoted mark": (f'<p x=">" {FLOOD}>{STORY}', ATTRIBUTES),
    "a script in a comment": (f"<!-- <script> -->{ONE}", ATTRIBUTES),
    "a script in a value": (f'<p title="<script>">x</p>{ONE}', ATTRIBUTES),
    "a script in a script": (
        f'<script><!--<script></script><p x="--></script><p {FLOOD}>{STORY}',
        ATTRIBUTES,
    ),
    "an empty script": (f"<script/>{ONE}", ATTRIBUTES),
    "a control character in a script": (f"<scr\x01ipt><p x='</script>{ONE}", ATTRIBUTES),
    "a name that begins as a style's": (f"<style-x {FLOOD}>{STORY}", ATTRIBUTES),
    "a comment that ends at once": (f"<!-->{ONE}-->", ATTRIBUTES),
    "many elements": (f"<p {FLOOD[:2_000]}>x" * 9_000, "has more than 160,000 attributes"),
    "deep": ("<div>" * 100_000 + STORY, "has more than 40,000 elements"),
    "deep, of words": (f"<b>{WORDS}" * 9_000, DEEP),
    "links": (f"<a>{WORDS}</a>" * 35_000, "too many elements for so much text"),
}


def put(folder: Path, name: str, text: str) -> Path:
    file = folder / name
    file.write_text(text, encoding="utf-8")
    return file


def load_in_time(file: Path) -> list[str]:
    """The reasons why nothing came of it."""
    list(load(put(file.parent, "warm.html", page("B"))))  # what is imported on the way
    started = time.thread_time()
    found = list(load(file))
    assert time.thread_time() - started < 10
    return [str(each) for each in found if isinstance(each, SourceError)]


@pytest.mark.parametrize(("markup", "reason"), PAGES.values(), ids=list(PAGES))
def test_a_page_is_refused_at_once(tmp_path: Path, markup: str, reason: str) -> None:
    whole = f"<html><head><title>x</title></head><body>{markup}"
    (said,) = load_in_time(put(tmp_path, "a.html", whole))
    assert reason in said


def test_a_cell_is_refused_at_once(tmp_path: Path) -> None:
    rows = [json.dumps({"title": "T", "text": text}) for text in (ONE, f"<p>{STORY} {MORE}")]
    (said,) = load_in_time(put(tmp_path, "a.jsonl", "\n".join(rows)))
    assert ATTRIBUTES in said


def test_linked_data_are_left_out(tmp_path: Path) -> None:
    # Fewer than elsewhere: trafilatura parses them once more, and takes time with their square.
    many = f"<p {' '.join(f'a{number}' for number in range(12_000))}>{STORY}</p>"
    said = json.dumps({"@type": "NewsArticle", "headline": "B", "articleBody": many})
    head = f'<script type="application/ld+json">{said}</script>'
    assert load_in_time(put(tmp_path, "a.html", page("B", head=head))) == []


@pytest.mark.parametrize("field", ["description", "title"])
def test_an_entry_is_refused_at_once_and_the_next_one_read(tmp_path: Path, field: str) -> None:
    entries = (
        f"<item><{field}>{escape(ONE)}</{field}></item>",
        f"<item><title>Bridge</title><description>{escape(f'<p>{STORY}</p><p>{MORE}</p>')}"
        "</description></item>",
    )
    file = put(tmp_path, "a.xml", rss(*entries))
    (said,) = load_in_time(file)
    assert ATTRIBUTES in said
    assert [each.title for each in load(file) if not isinstance(each, SourceError)] == ["Bridge"]


@pytest.mark.parametrize(
    "entry",
    [
        f"<item {VALUES}><title>t</title></item>",
        f"<item><author>{'1-' * 40_000}</author></item>",
    ],
    ids=["attributes", "author"],
)
def test_a_feed_is_refused_at_once(tmp_path: Path, entry: str) -> None:
    (said,) = load_in_time(put(tmp_path, "a.xml", rss(entry)))
    assert "attributes or words without end" in said


def test_open_comments_in_a_feed_take_no_time(tmp_path: Path) -> None:
    entry = f"<item><title>t</title><description>{escape('<!--' * 60_000)}</description></item>"
    assert len(load_in_time(put(tmp_path, "a.xml", rss(entry)))) == 1


def test_authors_without_end(tmp_path: Path) -> None:
    names = "".join(
        f'<meta name="author" content="{"Ines Vale, " * 9}A{n}">' for n in range(30_000)
    )
    assert load_in_time(put(tmp_path, "a.html", page("B", head=names))) == []
    assert clean_authors([f"Ines V{'a' * number}" for number in range(1, 90)])[-1].endswith(
        "a" * 89
    )


PIECES = (
    *("<p ", "<q a b c d ", "< p", " a", " b", " c", "d", "=", '"', "'", "/", ">", "&gt;", "-"),
    *("<!--", "-->", "--!>", "<![CDATA[", "]]>", "<?", "?>", "<!", "<!doctype ", "\0", "\f", "\n"),
    *(
        "<script>",
        "<script ",
        "</script>",
        "</script ",
        "<script/>",
        "<style>",
        "<style-x ",
        "<svg>",
    ),
    *(
        "</style>",
        "<textarea>",
        "</textarea>",
        "<title>",
        "</title>",
        "<plaintext>",
        "<html ",
        "<body ",
    ),
)


def test_no_tree_has_more_than_was_counted(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(decoding, "_MOST_ATTRIBUTES", 2)
    dice, refused = random.Random(5), 0
    for _ in range(4_000):
        markup = "".join(dice.choices(PIECES, k=dice.randint(1, 30)))
        try:
            tree = parse_html(markup)
        except ValueError:
            refused += 1
            continue
        if tree is not None:
            assert max(len(each.attrib) for each in tree.iter()) <= 2, markup
    assert refused > 500


@pytest.mark.parametrize(
    "mark", ["<p x='", "<!--", "<script>", "<textarea>", "</p ", "<p a=b ", "<"]
)
def test_what_is_never_closed_takes_time_with_its_length(mark: str) -> None:
    started = time.thread_time()
    for size in (10_000, 500_000):
        try:
            html_to_text(mark * size)
        except ValueError:
            continue
    assert time.thread_time() - started < 3


def test_a_frameset_is_no_text() -> None:
    assert html_to_text("<html><frameset><frame></frameset>") == ""


def test_a_large_page_is_read(tmp_path: Path) -> None:
    rows = "".join(f"<p id=a{n} class=b><a href=/x>{n}</a> {STORY}</p>" for n in range(4_000))
    assert STORY in load_one(put(tmp_path, "a.html", page("B", rows))).text


def test_control_characters_are_no_text(tmp_path: Path) -> None:
    spoilt = STORY.replace("bridge", "bri\x07dge\x1b")
    assert STORY in load_one(put(tmp_path, "a.html", page("B", spoilt, MORE))).text


def test_a_page_that_was_read_is_held_by_nothing() -> None:
    """lxml's parsers hold it until garbage is collected, and a hundred pages come before that."""
    pages = ["<div " * 50_000, f"<p {FLOOD}>"]

    def read_all() -> None:
        for each in pages:
            with suppress(ValueError):
                parse_html(each)

    read_all()
    gc.collect()
    gc.set_debug(gc.DEBUG_SAVEALL)
    try:
        read_all()
        gc.collect()
        assert not [each for each in gc.garbage if type(each).__module__.startswith("lxml")]
    finally:
        gc.set_debug(0)
        gc.garbage.clear()
