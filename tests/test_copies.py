"""What is a copy and what is not, on invented articles that are hard to tell."""

from __future__ import annotations

import numpy as np
import pytest

from index import Article
from index.stories.copies import Sketch, StoryText, compare
from tests.fakes import article, long_article, topics
from tests.wire import (
    EDITED,
    INDEPENDENT,
    PARAGRAPHS,
    QUOTATION,
    SIGN_UP,
    UPDATED,
    WIRE,
    markets,
    weather,
    wire,
)

TIMES, MAIL = "The Corran Times", "The Ostwick Mail"


def are_copies(one: Article, other: Article) -> bool:
    """Whether they are found, and taken for copies when they are; either way round the same."""
    texts = StoryText(one), StoryText(other)
    shares, turned = compare(*texts), compare(*reversed(texts))
    assert bool(shares) is bool(turned)
    if shares and turned:
        assert (shares.of_one, shares.of_other) == (turned.of_other, turned.of_one)
    found = meet(*(text.sketch() for text in texts))
    assert found or not shares, "a copy that its sketch does not find"
    return shares is not None


def meet(one: Sketch, other: Sketch) -> bool:
    return bool({*one.bands()} & {*other.bands()}) and one.may_hold(other) > 0


COPIES = {
    "a reprint under another headline": wire(title="Nineteen dead in the Sound", publisher=TIMES),
    "a reprint with no headline of its own": wire(title="", publisher=TIMES),
    "light edits": wire(EDITED, title="Disaster at Velmouth", publisher=TIMES),
    "cut to the first half": wire("\n\n".join(PARAGRAPHS[:4]), publisher=TIMES),
    "cut to a third": wire("\n\n".join(PARAGRAPHS[:2]), publisher=TIMES),
    "edited, then cut": wire("\n\n".join(EDITED.split("\n\n")[:4]), publisher=TIMES),
    "with a lead of its own": wire(
        "Our correspondent writes: the whole coast is in mourning today, and no boat has left.\n\n"
        + "\n\n".join(PARAGRAPHS[1:6]),
        publisher=TIMES,
    ),
    "within another page": wire(
        f"Advertisement\n\n{WIRE}\n\nRead more: storms of the north\n\n© 2021 {TIMES}\n\n"
        "All rights reserved. This material may not be published.",
        publisher=TIMES,
    ),
    "hard-wrapped": wire(WIRE.replace(", ", ",\n"), publisher=TIMES),
    "an update with new paragraphs and figures": wire(
        UPDATED, title="Velmouth ferry: toll rises to 34", published="2021-03-05"
    ),
    "the same outlet, a second address": wire(url="https://reuling.example/again"),
    "an unknown outlet": wire(publisher=None, title="Nineteen drown in ferry", url=None),
}


@pytest.mark.parametrize("copy", COPIES.values(), ids=list(COPIES))
def test_copies(copy: Article) -> None:
    assert are_copies(wire(), copy)


def test_two_copies_that_were_edited_apart() -> None:
    cut = wire("\n\n".join(PARAGRAPHS[:5]), publisher=TIMES)
    assert are_copies(cut, wire(EDITED, publisher=MAIL))


OTHERS = {
    "an independent report": (wire(), wire(INDEPENDENT, publisher=TIMES)),
    "independent reports with one long quotation": (
        wire(f"{INDEPENDENT}\n\n{QUOTATION}", publisher=TIMES),
        wire(f"{PARAGRAPHS[0]}\n\n{QUOTATION}\n\n{PARAGRAPHS[4]}", publisher=MAIL),
    ),
    "an independent report that opens with the quotation": (
        wire(f"{QUOTATION}\n\n{INDEPENDENT}", publisher=TIMES),
        wire(f"{QUOTATION}\n\n{PARAGRAPHS[0]}\n\n{PARAGRAPHS[4]}", publisher=MAIL),
    ),
    "independent reports with two paragraphs of an agency": (
        wire("\n\n".join([INDEPENDENT, *PARAGRAPHS[1:3]]), publisher=TIMES),
        wire("\n\n".join(PARAGRAPHS[1:3] + PARAGRAPHS[5:]), publisher=MAIL),
    ),
    "a round-up that holds the story last": (
        wire("\n\n".join(PARAGRAPHS[:3])),
        wire("\n\n".join([*(each.text for each in topics()), INDEPENDENT, *PARAGRAPHS[:3]])),
    ),
    "two days' market reports": (
        markets("6,789.1", "12.3", "415", "Tuesday"),
        markets("6,841.7", "52.6", "388", "Wednesday"),
    ),
    "two days' weather": (
        weather("Monday", 14, 25, 30, "5.12 a.m."),
        weather("Tuesday", 17, 40, 10, "6.03 a.m."),
    ),
    "two pages of one outlet that are mostly sign-up": (
        wire(f"{PARAGRAPHS[0]}\n\n{SIGN_UP}", publisher=MAIL),
        wire(f"{topics()[1].text}\n\n{SIGN_UP}", title=topics()[1].title, publisher=MAIL),
    ),
    "two pages of one outlet that are nothing else": (
        wire(SIGN_UP, title="Why the ferry was let out", publisher=MAIL),
        wire(SIGN_UP, title="Quiz of the week: 3 to 9 March", publisher=MAIL),
    ),
    "two lists of the same links": (
        wire(
            "Budget: what changes for you\nTen walks by the sea\nThe best soups of the winter\n"
            "How to vote by post\nCrossword\nRecipes\nOur reporters\n" * 3 + PARAGRAPHS[1],
            publisher=MAIL,
        ),
        wire(
            "Budget: what changes for you\nTen walks by the sea\nThe best soups of the winter\n"
            "How to vote by post\nCrossword\nRecipes\nOur reporters\n" * 3 + topics()[3].text,
            title=topics()[3].title,
            publisher=MAIL,
        ),
    ),
    "two short notes that begin alike": (
        article("The council met on Monday evening and talked about the bridge.", publisher=TIMES),
        article("The council met on Monday evening and went home early.", publisher=MAIL),
    ),
    "texts without words": (article("🚢 🚢", url="https://a.example"), article("⚓ ⚓ ⚓")),
}


@pytest.mark.parametrize("pair", OTHERS.values(), ids=list(OTHERS))
def test_no_copies(pair: tuple[Article, Article]) -> None:
    assert not are_copies(*pair)


def test_short_texts_are_copies_word_for_word() -> None:
    texts = ("A wire story.", "A   wire\nstory")
    one, other = (article(text, url=f"https://{text[2:5].strip()}.example") for text in texts)
    assert are_copies(one, other)
    assert not are_copies(one, article("A wire story, longer."))


def test_a_text_without_spaces_between_its_words() -> None:
    story = (
        "昨日早晨,一艘载有二百一十二名乘客的渡轮在维尔茅斯港外沉没,海岸警卫队表示至少十九人溺亡。"
        * 2
    )
    edited = story.replace("昨日早晨", "周二清晨").replace("溺亡", "遇难")
    assert are_copies(wire(story, publisher=TIMES), wire(edited, publisher=MAIL))


# Sketches


def test_a_sketch_estimates_what_is_shared() -> None:
    whole = StoryText(long_article(1, paragraphs=40))
    for paragraphs in (10, 20, 30):
        part = StoryText(
            article("\n\n".join(long_article(1, paragraphs=40).text.split("\n\n")[:paragraphs]))
        )
        assert whole.sketch().may_hold(part.sketch()) == pytest.approx(1.0, abs=0.35)


def test_sketches_find_an_edited_half_nearly_always() -> None:
    # a word in twenty replaced, then cut in the middle; 200 texts that have nothing in common
    chance = np.random.RandomState(7)
    found = 0
    for _ in range(200):
        words = [f"w{number}" for number in chance.randint(0, 10**6, 400)]
        edited = [f"e{word}" if chance.rand() < 0.05 else word for word in words[:200]]
        sketches = [StoryText(article(" ".join(each))).sketch() for each in (words, edited)]
        found += meet(*sketches)
    assert found >= 194


def test_texts_with_little_in_common_hardly_ever_meet() -> None:
    sketches = [StoryText(each).sketch() for each in topics()]
    assert not any(meet(one, other) for one in sketches for other in sketches if one is not other)


def test_a_sketch_is_the_same_on_every_machine() -> None:
    sketch = StoryText(wire()).sketch()
    assert (len(sketch.minhash), sketch.shingles) == (512, 285)
    assert sketch.bands()[:2] == [-5578480577660323843, -2696915648568031128]
