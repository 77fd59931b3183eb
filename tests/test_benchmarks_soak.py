"""The soak: what it would notice, and a few seconds of it."""

from __future__ import annotations

from time import monotonic
from typing import TYPE_CHECKING

import pytest

from benchmarks.soak import _result, measure
from benchmarks.soak_articles import Ledger, Story
from benchmarks.soak_clients import World

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def ledger(tmp_path: Path) -> Ledger:
    return Ledger(tmp_path / "read")


def cite(ledger: Ledger, story: Story) -> dict[str, object]:
    """A citation of what the bridge cost."""
    article = ledger.read(story)
    start = article.text.index(story.cost)
    end = start + len(story.cost)
    return {"article_id": article.id, "start": start, "end": end, "quote": story.cost}


def test_a_quote_is_of_the_article_as_it_then_was(ledger: Ledger) -> None:
    old, new = Story(7, 0), Story(7, 1)
    assert old.cost != new.cost
    before = monotonic()
    with ledger.changing(put=[old]):
        assert not ledger.is_sure(old)
    assert ledger.is_sure(old)
    between = monotonic()
    assert ledger.stands(cite(ledger, old), between, between)
    assert not ledger.stands(cite(ledger, old) | {"start": 0}, between, between)
    assert not ledger.stands(cite(ledger, old), before - 2, before - 1)
    with ledger.changing(put=[new]):
        now = monotonic()
        for each in (old, new):
            assert ledger.stands(cite(ledger, each), now, now)
            assert not ledger.is_sure(each)
    after = monotonic() + 1
    assert not ledger.stands(cite(ledger, old), after, after)
    assert ledger.stands(cite(ledger, new), after, after)
    assert ledger.stories() == [new]


def test_what_is_removed_is_cited_no_more(ledger: Ledger) -> None:
    stories = [Story(number, 0) for number in range(4)]
    with ledger.changing(put=stories):
        pass
    with ledger.changing(remove=[1]):
        pass
    assert ledger.gone() == [stories[1]]
    with ledger.changing(put=[stories[2]], others_go=True):
        pass
    later = monotonic() + 1
    standing = [each for each in stories if ledger.stands(cite(ledger, each), later, later)]
    assert standing == ledger.stories() == [stories[2]]


def test_a_change_that_fails_leaves_nothing_sure(ledger: Ledger) -> None:
    with pytest.raises(OSError, match="full"), ledger.changing(put=[Story(3, 0)]):
        raise OSError("full")
    now = monotonic() + 1
    assert ledger.stories() == []
    assert ledger.stands(cite(ledger, Story(3, 0)), now, now)


def test_no_two_articles_share_a_town() -> None:
    numbers = [*range(1_000), *range(10_000, 11_000)]
    assert len({Story(number, 0).town for number in numbers}) == len(numbers)


@pytest.mark.parametrize("wrong", ["", "memory", "errors", "not_verbatim", "mixed_up", "unwhole"])
def test_what_fails_it(ledger: Ledger, tmp_path: Path, wrong: str) -> None:
    world = World("http://127.0.0.1:1", tmp_path, tmp_path, ledger, 60)
    world.tally.answers, world.tally.took = 1, [0.5]
    if wrong in {"errors", "not_verbatim", "mixed_up"}:
        getattr(world.tally, wrong).append("it went wrong")
    memory = [500.0, 900.0, *[1_000.0] * 50, *[1_060.0 if wrong == "memory" else 1_040.0] * 8]
    result = _result(world, memory, [], ["damaged"] if wrong == "unwhole" else [], 600)
    assert result["passed"] == (not wrong)
    assert result["growth"] == pytest.approx(0.06 if wrong == "memory" else 0.04)


@pytest.mark.slow
def test_a_few_seconds_of_it() -> None:
    result = measure(minutes=0.25, programs=1, pages=1)
    for kind in ("errors", "not_verbatim", "mixed_up", "unwhole"):
        assert result[kind] == []
    assert result["answers"] >= 2
    assert result["changes"]["backup"] == 1
