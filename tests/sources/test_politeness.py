"""Manners: a pause for each host, robots.txt for what is followed, patience with who fails."""

from __future__ import annotations

from email.utils import formatdate
from typing import TYPE_CHECKING

import pytest

from index import Article, SourceError
from index.loading import LoadOptions, load
from index.loading.politeness import Rules, Visits
from tests.sources.builders import page
from tests.sources.clock import Clock
from tests.sources.test_feeds import item, rss

if TYPE_CHECKING:
    from tests.sources.site import Site


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def polite(clock: Clock) -> LoadOptions:
    """Options with the pauses of every day, by a clock that does not keep anyone waiting."""
    return LoadOptions(allow_private=True, visits=Visits(clock=clock, wait=clock.wait))


def get(url: str, options: LoadOptions, *, followed: bool = False) -> bytes:
    return options.visits.fetch(url, options, followed=followed).body


def refused(url: str, options: LoadOptions, *, followed: bool = False) -> SourceError:
    with pytest.raises(SourceError) as caught:
        get(url, options, followed=followed)
    assert caught.value.source == url
    assert "\n" not in caught.value.reason
    return caught.value


# The pause


def test_each_host_has_a_pause_of_its_own(site: Site, clock: Clock, polite: LoadOptions) -> None:
    one = site.serve("/a", "a")
    other = one.replace("127.0.0.1", "localhost")
    for url in (one, other):
        get(url, polite)
    assert clock.waited == []
    clock.now += 0.25
    for url in (one, other, one):
        get(url, polite)
    assert clock.waited == [0.75, 1.0]  # the other's had passed meanwhile


def test_a_redirection_is_a_request_too(site: Site, clock: Clock, polite: LoadOptions) -> None:
    site.serve("/b", "b")
    assert get(site.redirect("/a", "/b"), polite) == b"b"
    assert clock.waited == [1.0]


def test_two_at_once_do_not_take_the_same_turn(clock: Clock) -> None:
    waited: list[float] = []

    def wait(seconds: float) -> bool:
        waited.append(seconds)
        return False  # the others come while the first one waits

    visits = Visits(clock=clock, wait=wait)
    for _ in range(3):
        visits._take_turn("http://news.example/a", "a")
    assert waited == [1.0, 2.0]


def test_a_wait_that_is_stopped_asks_nothing(site: Site, clock: Clock, polite: LoadOptions) -> None:
    url = site.serve("/a", "a")
    get(url, polite)
    clock.stopped = True
    assert refused(url, polite).temporary
    assert len(site.seen) == 1


# robots.txt


def test_a_feeds_links_obey_robots(site: Site, clock: Clock, polite: LoadOptions) -> None:
    site.serve("/robots.txt", "User-agent: *\nDisallow: /paid/\nCrawl-delay: 7\n", "text/plain")
    site.serve("/paid/a", page("Hidden"))
    site.serve("/b", page("Shown"))
    feed = site.serve("/feed", rss(item("/paid/a"), item("/b")), "application/rss+xml")
    hidden, shown = load(feed, polite)
    assert "robots.txt" in str(hidden)
    assert isinstance(hidden, SourceError)
    assert not hidden.temporary
    assert isinstance(shown, Article)
    assert [path for path, _ in site.seen] == ["/feed", "/b"]
    assert len(site.rules) == 1  # asked once for both
    assert "Dateline/" in site.rules[0][1]["User-Agent"]
    assert clock.waited == [1.0, 7.0]  # feed, robots.txt, page


def test_what_the_user_names_is_fetched_whatever_robots_says(
    site: Site, polite: LoadOptions
) -> None:
    site.serve("/robots.txt", "User-agent: *\nDisallow: /\n", "text/plain")
    (found,) = load(site.serve("/a", page("Named")), polite)
    assert isinstance(found, Article)
    assert site.rules == []


def test_a_redirection_does_not_lead_around_robots(site: Site, polite: LoadOptions) -> None:
    site.serve("/robots.txt", "User-agent: dateline\nDisallow: /paid\n", "text/plain")
    site.serve("/paid", "secret")
    url = site.redirect("/a", "/paid")
    assert "robots.txt" in refused(url, polite, followed=True).reason
    assert get(url, polite) == b"secret"


@pytest.mark.parametrize(
    ("status", "allowed", "temporary"),
    [
        *((404, True, False), (410, True, False), (403, False, False), (401, False, False)),
        *((503, False, True), (429, False, True)),
    ],
)
def test_robots_that_cannot_be_read(
    site: Site, polite: LoadOptions, status: int, allowed: bool, temporary: bool
) -> None:
    site.serve("/robots.txt", "User-agent: *\nDisallow: /\n", status=status)
    url = site.serve("/a", "a")
    if allowed:
        assert get(url, polite, followed=True) == b"a"
        return
    error = refused(url, polite, followed=True)
    assert "robots.txt" in error.reason
    assert error.temporary is temporary
    assert site.seen == []


def test_robots_is_read_again_in_time(site: Site, clock: Clock, polite: LoadOptions) -> None:
    url = site.serve("/a", "a")
    get(url, polite, followed=True)
    site.serve("/robots.txt", "User-agent: *\nDisallow: /\n")
    get(url, polite, followed=True)
    clock.now += 3_601
    assert "robots.txt" in refused(url, polite, followed=True).reason


def test_robots_leads_nowhere_private(site: Site) -> None:
    options = LoadOptions(visits=Visits(pause=0))
    assert "--allow-private" in refused(site.serve("/a", "a"), options, followed=True).reason
    assert site.seen == site.rules == []


@pytest.mark.parametrize(
    ("text", "allowed"),
    [
        ("", True),
        ("<!DOCTYPE html><p>Disallow: /</p>", True),
        ("User-agent: *\n\nDisallow: /a", False),
        ("\ufeffUser-agent: *\r\nDisallow: /a", False),
        ("User-agent: other\nDisallow: /\n\nUser-agent: *\nDisallow:", True),
        ("User-agent: DateLine\nAllow: /\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: *\nDisallow: /*?b=", False),  # a wildcard
        ("User-agent: *\nDisallow: /*.pdf$", True),
        ("User-agent: *\nDisallow: /\nAllow: /a", True),  # the longest match counts
        ("User-agent: *\nAllow: /\nDisallow: /a?b", False),
        ("User-agent: *\nDisallow: //[", True),  # of other pages
        ("User-agent: *\nDisallow: /a\nCrawl-delay: " + "9" * 5_000, False),
        ("User-agent: *\nDisallow: /a\nCrawl-delay: ²", False),
        ("# x\n" * 200_000 + "User-agent: *\nDisallow: /", True),  # beyond what is read
    ],
)
def test_what_robots_says(text: str, allowed: bool) -> None:
    assert Rules(text).allow("https://news.example/a?b=c") is allowed


@pytest.mark.parametrize(("said", "delay"), [("3", 3), ("600", 30), ("0.5", 0.5), ("soon", 0)])
def test_a_delay_is_honoured_up_to_half_a_minute(said: str, delay: float) -> None:
    assert Rules(f"User-agent: *\nCrawl-delay: {said}\n").delay == delay


# Servers that fail


def test_a_short_rest_is_waited_out(site: Site, clock: Clock, polite: LoadOptions) -> None:
    url = site.serve("/a", "x", status=429, Retry_After="20")
    assert refused(url, polite).temporary
    site.serve("/a", "a")
    assert get(url, polite) == b"a"
    assert clock.waited == [20.0]
    clock.now += 1
    get(url, polite)
    assert clock.waited == [20.0]  # all is well again


@pytest.mark.parametrize(("form", "status"), [("seconds", 429), ("date", 503)])
def test_a_long_rest_is_not_disturbed(
    site: Site, clock: Clock, polite: LoadOptions, form: str, status: int
) -> None:
    import time

    said = "600" if form == "seconds" else formatdate(time.time() + 600, usegmt=True)
    url = site.serve("/a", "x", status=status, Retry_After=said)
    refused(url, polite)
    site.serve("/a", "a")
    clock.now += 560
    assert "not asked for another" in refused(url, polite).reason
    assert len(site.seen) == 1
    clock.now += 41
    assert get(url, polite) == b"a"


@pytest.mark.parametrize("said", ["soon", "-5", "Mon, 99 Foo 2021"])
def test_a_rest_that_makes_no_sense_is_a_minute(
    site: Site, clock: Clock, polite: LoadOptions, said: str
) -> None:
    url = site.serve("/a", "x", status=429, Retry_After=said)
    refused(url, polite)
    assert polite.visits.rests() == {"127.0.0.1": (60.0, 1)}


def test_no_rest_lasts_longer_than_a_day(site: Site, polite: LoadOptions) -> None:
    refused(site.serve("/a", "x", status=503, Retry_After="9" * 40), polite)
    assert polite.visits.rests()["127.0.0.1"][0] == 86_400


def test_who_fails_again_and_again_is_asked_less_and_less(
    site: Site, clock: Clock, polite: LoadOptions
) -> None:
    url = site.serve("/a", "x", status=500)
    for _ in range(20):
        refused(url, polite)
    assert clock.waited == [2.0, 4.0, 8.0, 16.0]
    assert len(site.seen) == 5  # and then no more
    for _ in range(20):
        clock.now += max((left for left, _ in polite.visits.rests().values()), default=0)
        refused(url, polite)
    assert polite.visits.rests()["127.0.0.1"][0] == 900


def test_one_broken_page_holds_up_no_other(site: Site, clock: Clock, polite: LoadOptions) -> None:
    broken = site.serve("/a", "x", status=500)
    good = site.serve("/b", "b")
    for _ in range(9):
        refused(broken, polite)
        assert get(good, polite) == b"b"
    assert max(clock.waited) == 2.0


def test_a_rest_outlasts_the_run(site: Site, clock: Clock, polite: LoadOptions) -> None:
    url = site.serve("/a", "x", status=429, Retry_After="600")
    refused(url, polite)
    visits = Visits(clock=clock, wait=clock.wait)
    visits.leave_alone(polite.visits.rests())
    refused(url, LoadOptions(allow_private=True, visits=visits))
    assert len(site.seen) == 1
