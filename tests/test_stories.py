"""Copies into stories, and an outlet's versions of one, whatever the order they came in."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from index import PublicationDate
from index.stories.printings import Place, Printing, tell_stories


def printing(
    name: str,
    published: str | None = None,
    outlet: str | None = "post",
    updated: str | None = None,
) -> Printing:
    dates = (PublicationDate(each) if each else None for each in (published, updated))
    return Printing(name, outlet, *dates)


def both_ways(*pairs: tuple[int, int], share: float = 1.0) -> dict[tuple[int, int], float]:
    return {each: share for one, other in pairs for each in ((one, other), (other, one))}


def test_an_article_without_copies_is_a_story_of_its_own() -> None:
    assert tell_stories({1: printing("a")}, {}) == {1: Place("a", None)}


def test_a_story_is_a_connected_group_named_by_its_least_id() -> None:
    printings = {number: printing(name) for number, name in enumerate("dcbaef")}
    told = tell_stories(printings, both_ways((0, 1), (1, 3), (4, 5)))
    assert {number: place.story for number, place in told.items()} == {
        **dict.fromkeys((0, 1, 3), "a"),
        **dict.fromkeys((4, 5), "e"),
        2: "b",
    }


edges = st.lists(st.tuples(st.integers(0, 7), st.integers(0, 7)).filter(lambda e: e[0] != e[1]))


@given(edges, st.permutations(range(8)))
def test_the_order_of_articles_and_links_is_the_same_to_it(
    pairs: list[tuple[int, int]], order: list[int]
) -> None:
    printings = {number: printing(f"id {number}", f"2021-03-0{number + 1}") for number in order}
    shares = both_ways(*pairs)
    turned = dict(reversed(shares.items()))
    assert tell_stories(printings, shares) == tell_stories(dict(sorted(printings.items())), turned)


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2021-03-04", "2021-03-05"),
        ("2021-03-04", "2021-03-09"),
        ("2021-03-04T06:00:00+00:00", "2021-03-04T07:00:00+00:00"),
        ("2021-03-04T06:00:00+02:00", "2021-03-04T05:00:00+00:00"),
        ("2021-03-04T23:00:00", "2021-03-05"),
    ],
)
def test_an_update_replaces(earlier: str, later: str) -> None:
    told = tell_stories({1: printing("a", earlier), 2: printing("b", later)}, both_ways((1, 2)))
    assert told == {1: Place("a", "b"), 2: Place("a", None)}


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("2021-03-04", "2021-03-04"),
        ("2021-03-04", "2021-03-04T12:00:00+00:00"),  # which came first is not known
        ("2021-03-04T06:00:00", "2021-03-04T07:00:00"),  # nor here, without the zones
        ("2021-03", "2021-03-05"),
        ("2020", "2021-01"),
        ("2021-03-04", None),
        ("2021-03-04", "2021-03-10"),  # the same text once more, not an update
    ],
)
def test_what_is_not_known_to_be_an_update_replaces_nothing(
    earlier: str, later: str | None
) -> None:
    told = tell_stories({1: printing("a", earlier), 2: printing("b", later)}, both_ways((1, 2)))
    assert {place.newer for place in told.values()} == {None}


@pytest.mark.parametrize(
    ("one", "other", "replaces"),
    [
        (("2021-03-04", None), ("2021-03-04", "2021-03-05"), True),
        (("2021-03-04", "2021-03-05"), ("2021-03-04", "2021-03-06"), True),
        (("2021-03-05", None), ("2021-03-04", "2021-03-06"), True),
        (("2021-03-04", None), ("2021-03-04", "2021-05-01"), True),  # updated for weeks
        (("2021-03-04", "2021-03-05"), ("2021-03-05", None), False),  # which one is later?
        (("2021-03-04", None), ("2020-03-04", "2021-03-05"), False),  # a year apart
        (("2021-03-04", None), (None, "2021-03-05"), False),
    ],
)
def test_the_date_of_an_update_makes_it_later(
    one: tuple[str, str | None], other: tuple[str | None, str | None], replaces: bool
) -> None:
    printings = {
        number: printing(name, published, updated=updated)
        for number, name, (published, updated) in ((1, "a", one), (2, "b", other))
    }
    told = tell_stories(printings, both_ways((1, 2)))
    assert told == {1: Place("a", "b" if replaces else None), 2: Place("a", None)}


@pytest.mark.parametrize("outlets", [("post", "mail"), (None, None), ("post", None)])
def test_another_outlet_replaces_nothing(outlets: tuple[str | None, str | None]) -> None:
    first = printing("a", "2021-03-04", outlets[0])
    told = tell_stories({1: first, 2: printing("b", "2021-03-05", outlets[1])}, both_ways((1, 2)))
    assert told[1] == Place("a", None)


def test_a_later_summary_does_not_replace_what_it_leaves_out() -> None:
    printings = {1: printing("a", "2021-03-04"), 2: printing("b", "2021-03-05")}
    assert tell_stories(printings, {(1, 2): 0.5, (2, 1): 1.0})[1].newer is None
    assert tell_stories(printings, {(1, 2): 0.8, (2, 1): 0.3})[1].newer == "b"


def test_each_version_is_replaced_by_the_next() -> None:
    printings = {n: printing(name, f"2021-03-0{n}") for n, name in enumerate("abc", start=1)}
    told = tell_stories(printings, both_ways((1, 2), (2, 3), (1, 3)))
    assert [told[number].newer for number in (1, 2, 3)] == ["b", "c", None]
