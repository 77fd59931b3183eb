"""A clock that jumps, ten years back or forward: nothing is lost, and nobody waits ten years."""

from __future__ import annotations

import datetime as clocks
import time
from datetime import UTC, timedelta
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex, PublicationDate
from index.keeping import back_up, check, restore
from index.loading.date_text import is_possible
from tests.fakes import HashedWords, article, topics
from web.auth.credentials import Attempts, Sessions
from web.conversations.conversation_store import ConversationStore
from web.conversations.kept_turns import KeptTurn

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

TIMED = (
    "web.conversations.conversation_store",
    "index.keeping.folder_files",
    "index.loading.date_text",
)


@pytest.fixture(params=[-10 * 365, 10 * 365])
def jump(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Sets the wall clock, for whatever asks it from then on."""
    off, now = timedelta(days=request.param), time.time

    class Datetime(clocks.datetime):
        @classmethod
        def now(cls, tz: clocks.tzinfo | None = None) -> Datetime:
            return super().now(tz) + off

    def set_clock() -> None:
        monkeypatch.setattr(time, "time", lambda: now() + off.total_seconds())
        for module in TIMED:
            monkeypatch.setattr(f"{module}.datetime", Datetime)

    return set_clock


def test_who_is_logged_in_stays_and_who_guessed_waits(jump: Callable[[], None]) -> None:
    sessions, attempts = Sessions(), Attempts(free=1, longest=30)
    token = sessions.begin("ada")
    for _ in range(6):
        attempts.fail("ada")
    waits = attempts.wait("ada")
    jump()
    assert sessions.user(token) == "ada"
    assert waits - 5 < attempts.wait("ada") <= waits


def test_what_is_removed_can_be_put_back(
    news: NewsIndex, folder: Path, jump: Callable[[], None]
) -> None:
    gone = topics()[0].id
    before, generation = news.article(gone), news.generation()
    aside = news.set_aside([gone])
    news.remove([gone])
    jump()
    assert news.put_back(aside).articles == 5
    assert news.article(gone) == before
    assert news.generation() == generation + 2
    assert NewsIndex(folder, HashedWords()).search("lighthouse")[0].article.id == gone


def test_a_backup_is_brought_back_and_none_is_lost(
    news: NewsIndex, folder: Path, tmp_path: Path, jump: Callable[[], None]
) -> None:
    file = tmp_path / "monday.zip"
    back_up(folder, file)
    news.add([article("A ferry sank.", title="Ferry")])
    first = restore(file, folder).aside
    jump()
    news.add([article("A ferry sank.", title="Ferry")])
    second = restore(file, folder).aside
    assert first is not None
    assert second is not None
    assert first != second
    assert news.counts().articles == 5
    assert check(folder).findings == ()


def test_conversations_stay_and_go_on(tmp_path: Path, jump: Callable[[], None]) -> None:
    store = ConversationStore(tmp_path / "home")
    store.keep("", "a", [KeptTurn(id="one", question="Why?")])
    jump()
    store.keep("", "a", [KeptTurn(id="two", question="And when?")])
    found = store.find("", "a")
    assert found is not None
    assert [each.id for each in found.turns] == ["one", "two"]
    assert [each.id for each in store.headings("")] == ["a"]


def test_the_date_of_todays_news_is_believed(jump: Callable[[], None]) -> None:
    today = PublicationDate.of(clocks.datetime.now(UTC).date())
    assert is_possible(today)
    jump()
    assert is_possible(PublicationDate("2026-11-20")), "news is not undated by a wrong clock"
    assert not is_possible(PublicationDate("2126"))
