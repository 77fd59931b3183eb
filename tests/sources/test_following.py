"""Rounds of a watch: only what is new is asked for, read and stored."""

from __future__ import annotations

import os
import time
from threading import Event
from typing import TYPE_CHECKING

import pytest

from index import NewsIndex
from index.errors import StorageError
from index.loading import Limits, LoadOptions, load
from index.loading.politeness import Visits
from index.reports import WATCH_NAME
from index.watching import Following, Memory, Round
from tests.fakes import HashedWords
from tests.sources.builders import MORE, STORY, page
from tests.sources.clock import Clock
from tests.sources.test_feeds import item, rss

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from index import Article, SourceError
    from tests.sources.site import Handler, Site


class Watch:
    """A watch of an index with fake embeddings; each `run` is a process of its own, as it were."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.index = NewsIndex(folder, HashedWords())
        self.stopping = Event()
        self.clock = Clock()  # of the hosts

    def run(self, *sources: str | Path, limits: Limits | None = None) -> Following:
        visits = Visits(pause=0, clock=self.clock, wait=self.clock.wait)
        options = LoadOptions(allow_private=True, limits=limits or Limits(), visits=visits)
        return Following(self.index, self.folder, [*map(str, sources)], options, self.stopping)


@pytest.fixture
def watch(folder: Path) -> Watch:
    return Watch(folder)


def counts(done: Round) -> tuple[int, int, int, int]:
    return done.added, done.replaced, done.unchanged, len(done.skipped)


def paths(site: Site) -> list[str]:
    """What was asked for since this was last asked."""
    asked = [path for path, _ in site.seen]
    site.seen.clear()
    return asked


def versioned(site: Site, path: str, body: str, tag: str) -> str:
    """Serve this with an ETag, and say 304 to whoever has it."""

    def answer(handler: Handler) -> None:
        known = handler.headers.get("If-None-Match") == tag
        headers = {"ETag": tag, "Content-Type": "application/rss+xml"}
        handler.give(b"" if known else body.encode(), status=304 if known else 200, headers=headers)

    site.answers[path] = answer
    return site.url(path)


# Feeds and pages


def test_a_feed_that_grows(site: Site, watch: Watch) -> None:
    for name in "abc":
        site.serve(f"/{name}", page(f"Story {name}", STORY, MORE))
    url = versioned(site, "/feed", rss(item("/a")), '"1"')
    following = watch.run(url)
    assert counts(following.round()) == (1, 0, 0, 0)
    assert paths(site) == ["/feed", "/a"]
    assert counts(following.round()) == (0, 0, 0, 0)  # 304
    assert paths(site) == ["/feed"]
    versioned(site, "/feed", rss(item("/b"), item("/a"), item("/c")), '"2"')
    assert counts(following.round()) == (2, 0, 0, 0)
    assert paths(site) == ["/feed", "/b", "/c"]
    # Another run knows it all.
    assert counts(watch.run(url).round()) == (0, 0, 0, 0)
    assert site.seen[0][1]["If-None-Match"] == '"2"'
    assert paths(site) == ["/feed"]


def test_a_feed_without_a_version_is_fetched_and_not_followed_again(
    site: Site, watch: Watch
) -> None:
    site.serve("/a", page("Story a"))
    following = watch.run(site.serve("/feed", rss(item("/a")), "application/rss+xml"))
    following.round()
    following.round()
    assert paths(site) == ["/feed", "/a", "/feed"]


def test_what_failed_for_now_is_tried_again_and_what_failed_for_good_is_not(
    site: Site, watch: Watch
) -> None:
    site.serve("/now", "x", status=500)
    site.serve("/a", page("Story a"))
    url = versioned(site, "/feed", rss(item("/now"), item("/gone"), item("/a")), '"1"')
    following = watch.run(url)
    assert counts(following.round()) == (1, 0, 0, 2)
    assert paths(site) == ["/feed", "/now", "/gone", "/a"]
    assert counts(following.round()) == (0, 0, 0, 1)  # not 304: one entry is still wanted
    assert paths(site) == ["/feed", "/now"]
    site.serve("/now", page("Story now", MORE))
    assert counts(watch.run(url).round()) == (1, 0, 0, 0)
    assert paths(site) == ["/feed", "/now"]
    assert counts(watch.run(url).round()) == (0, 0, 0, 0)
    assert paths(site) == ["/feed"]


def test_patience_outlasts_the_run(site: Site, watch: Watch) -> None:
    url = site.serve("/feed", "x", status=429, Retry_After="900")
    assert counts(watch.run(url).round()) == (0, 0, 0, 1)
    assert paths(site) == ["/feed"]
    assert "not asked" in watch.run(url).round().skipped[0].reason
    assert paths(site) == []


def test_a_long_feed_takes_several_rounds(site: Site, watch: Watch) -> None:
    for name in "abc":
        site.serve(f"/{name}", page(f"Story {name}", STORY, MORE))
    url = versioned(site, "/feed", rss(*map(item, ("/a", "/b", "/c"))), '"1"')
    following = watch.run(url, limits=Limits(links=2))
    assert [following.round().added for _ in range(3)] == [2, 1, 0]
    assert paths(site) == ["/feed", "/a", "/b", "/feed", "/c", "/feed"]


def test_a_page_that_changes(site: Site, watch: Watch) -> None:
    url = site.serve("/a", page("Old"), ETag='"1"')
    following = watch.run(url)
    assert counts(following.round()) == (1, 0, 0, 0)
    assert counts(following.round()) == (0, 0, 1, 0)  # a server that does not know 304
    site.serve("/a", page("New"))
    assert counts(following.round()) == (0, 1, 0, 0)
    assert site.rules == []  # the user named it


def test_a_source_that_cannot_be_loaded_stops_no_other(
    site: Site, watch: Watch, tmp_path: Path
) -> None:
    good = site.serve("/a", page("Good"))
    none = site.url("/none")
    done = watch.run("ftp://x.example/", none, tmp_path / "none", "\0", good).round()
    assert counts(done) == (1, 0, 0, 4)


def test_nothing_private_without_leave(site: Site, watch: Watch) -> None:
    url = site.serve("/feed", rss(item("/a")), "application/rss+xml")
    visits = Visits(pause=0)
    strict = LoadOptions(visits=visits)
    done = Following(watch.index, watch.folder, [url], strict, Event()).round()
    assert "--allow-private" in done.skipped[0].reason
    assert site.seen == site.rules == []


# Folders


def write(file: Path, text: str, age: float = 60.0) -> None:
    """A file, last changed so many seconds ago."""
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")
    os.utime(file, (time.time() - age, time.time() - age))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """The names of the files that were read."""
    names: list[str] = []

    def noting(source: Path, options: LoadOptions) -> Iterator[Article | SourceError]:
        names.append(source.name)
        return load(source, options)

    monkeypatch.setattr("index.watching.load", noting)
    return names


def test_a_folder_that_changes(watch: Watch, tmp_path: Path, read: list[str]) -> None:
    news = tmp_path / "news"
    news.mkdir()
    following = watch.run(news)
    assert counts(following.round()) == (0, 0, 0, 0)  # an empty one is no error
    write(news / "a.txt", f"A\n\n{STORY}")
    write(news / "in" / "b.txt", f"B\n\n{MORE}")
    write(news / "no.bin", "?")
    assert counts(following.round()) == (2, 0, 0, 1)  # what cannot be read is named once
    assert counts(following.round()) == (0, 0, 0, 0)
    assert sorted(read) == ["a.txt", "b.txt", "no.bin"]
    read.clear()
    write(news / "a.txt", f"A\n\n{STORY} More.", age=50)
    assert counts(following.round())[0] == 1
    os.utime(news / "in" / "b.txt", (1, 1))  # touched, the same
    assert counts(following.round()) == (0, 0, 1, 0)
    assert counts(watch.run(news).round()) == (0, 0, 0, 0)
    assert [each for each in read if each != "no.bin"] == ["a.txt", "b.txt"]


def test_a_file_that_is_being_written_waits(watch: Watch, tmp_path: Path, read: list[str]) -> None:
    write(tmp_path / "news" / "a.txt", STORY, age=0)
    following = watch.run(tmp_path / "news")
    now = (tmp_path / "news" / "a.txt").stat().st_mtime
    following._clock = lambda: now + 0.9
    done = following.round()
    assert (counts(done), done.waiting, read) == ((0, 0, 0, 0), 1, [])
    following._clock = lambda: now + 1.1
    done = following.round()
    assert (counts(done), done.waiting) == ((1, 0, 0, 0), 0)


def test_a_file_from_the_future_does_not_wait_for_it(watch: Watch, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", STORY, age=-9_000)
    assert counts(watch.run(tmp_path / "a.txt").round()) == (1, 0, 0, 0)


def test_a_bad_file_is_named_once(watch: Watch, tmp_path: Path) -> None:
    write(tmp_path / "news" / "a.pdf", "no PDF")
    following = watch.run(tmp_path / "news")
    assert counts(following.round()) == (0, 0, 0, 1)
    assert counts(following.round()) == (0, 0, 0, 0)


def test_a_file_that_cannot_be_read_now_is_tried_again(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from pathlib import Path as AnyPath

    write(tmp_path / "a.txt", STORY)
    following = watch.run(tmp_path / "a.txt")
    with monkeypatch.context() as patch:

        def fail(*_: object) -> None:
            raise PermissionError(13, "Permission denied")

        patch.setattr(AnyPath, "open", fail)
        patch.setattr(Memory, "write", lambda *_: None)
        assert counts(following.round()) == (0, 0, 0, 1)
    assert counts(following.round()) == (1, 0, 0, 0)


# Memory


@pytest.mark.parametrize(
    "content",
    [
        *(b"", b"{", b"[]", b"null", b"\xff\xfe", b'{"version": 2}', None),
        b'{"sources": {"a": {"files": {"b": "c"}}}}',
        b'{"hosts": {"a": {"until": 1e999, "failures": 0}}}',
    ],
)
def test_a_damaged_memory_begins_anew(
    watch: Watch, tmp_path: Path, read: list[str], content: bytes | None
) -> None:
    write(tmp_path / "a.txt", STORY)
    watch.run(tmp_path / "a.txt").round()
    file = watch.folder / WATCH_NAME
    if content is None:
        file.unlink()
    else:
        file.write_bytes(content)
    assert counts(watch.run(tmp_path / "a.txt").round()) == (0, 0, 1, 0)
    assert counts(watch.run(tmp_path / "a.txt").round()) == (0, 0, 0, 0)
    assert read == ["a.txt", "a.txt"]
    assert [each.name for each in watch.folder.glob("watch*")] == [WATCH_NAME]


def test_two_watches_keep_what_each_has_seen(watch: Watch, tmp_path: Path) -> None:
    for name in ("a.txt", "b.txt"):
        write(tmp_path / name, f"{STORY} {name}")
    one, other = watch.run(tmp_path / "a.txt"), watch.run(tmp_path / "b.txt")
    one.round()
    other.round()
    again = watch.run(tmp_path / "a.txt", tmp_path / "b.txt").round()
    assert counts(again) == (0, 0, 0, 0)


def test_a_feeds_memory_does_not_grow_for_ever(site: Site, watch: Watch) -> None:
    from index.watching import Seen

    seen = Seen(entries=[str(number) for number in range(9_000)])
    seen.trim(500)
    assert (len(seen.entries), seen.entries[-1]) == (2_500, "8999")


def test_a_memory_that_cannot_be_written_is_told(watch: Watch, tmp_path: Path) -> None:
    write(tmp_path / "a.txt", STORY)
    (watch.folder / WATCH_NAME).mkdir(parents=True)
    with pytest.raises(StorageError, match="cannot be written"):
        watch.run(tmp_path / "a.txt").round()


def test_what_is_not_stored_is_not_remembered(
    watch: Watch, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise StorageError("The disk is full")

    write(tmp_path / "a.txt", STORY)
    with monkeypatch.context() as patch:
        patch.setattr(NewsIndex, "add", full)
        with pytest.raises(StorageError):
            watch.run(tmp_path / "a.txt").round()
    assert counts(watch.run(tmp_path / "a.txt").round()) == (1, 0, 0, 0)


# Stopping


def test_stopped_while_a_server_keeps_it_waiting(site: Site, watch: Watch) -> None:
    site.serve("/a", page("Story a"))

    def hang(handler: Handler) -> None:
        watch.stopping.set()
        site.over.wait()

    site.answers["/hangs"] = hang
    began = time.monotonic()
    done = watch.run(site.url("/a"), site.url("/hangs")).round()
    assert done.stopped
    assert time.monotonic() - began < 10  # it would be waited for twice as long
    assert watch.index.counts().articles == done.added


def test_stopped_between_two_entries(site: Site, watch: Watch) -> None:
    site.serve("/a", page("Story a"))
    site.serve("/b", page("Story b", MORE))
    url = versioned(site, "/feed", rss(item("/a"), item("/b")), '"1"')
    following = watch.run(url)
    real = watch.index.add

    def stop_at_once(*words: object, **named: object) -> object:
        watch.stopping.set()
        return real(*words, **named)  # type: ignore[arg-type]

    watch.index.add = stop_at_once  # type: ignore[method-assign, assignment]
    done = following.round()
    assert (done.added, done.stopped) == (1, True)  # what was in hand
    watch.stopping.clear()
    del watch.index.add
    assert counts(watch.run(url).round())[0] == 1  # the other one; nothing is lost
    assert watch.index.counts().articles == 2
