"""Fetching: no further than the public internet, no more and no longer than is allowed."""

from __future__ import annotations

import socket
import threading
import time
import tracemalloc

import pytest

from index import SourceError
from index.loading import Limits, LoadOptions, connecting
from index.loading.connecting import is_public, look_up
from index.loading.fetch import fetch, user_agent
from tests.sources.site import BOMB, Handler, Site

SYSTEM_LOOK_UP = socket.getaddrinfo  # before the tests' own guard is put in its place


def refused(url: str, options: LoadOptions | None = None) -> str:
    with pytest.raises(SourceError) as caught:
        fetch(url, options or LoadOptions())
    assert caught.value.source == url
    assert "\n" not in str(caught.value)
    return caught.value.reason


def allowing(**limits: float) -> LoadOptions:
    return LoadOptions(allow_private=True, limits=Limits(**limits))  # type: ignore[arg-type]


# Where to


@pytest.mark.parametrize(
    "address",
    [
        *("127.0.0.1", "127.9.9.9", "10.0.0.1", "172.16.0.1", "192.168.1.1", "169.254.169.254"),
        *("0.0.0.0", "100.64.0.1", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.0.2.1"),
        *("::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "ff02::1", "2001:db8::1"),
        *("::ffff:127.0.0.1", "::ffff:10.0.0.1", "::ffff:169.254.169.254"),
        *("::127.0.0.1", "64:ff9b:1::7f00:1", "2001:0:7f00:1::", "fec0::1"),
        *("2002:7f00:1::", "2002:a00:1::", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe"),
    ],
)
def test_an_address_that_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address",
    ["93.184.216.34", "1.1.1.1", "2606:4700::1111", "::ffff:1.1.1.1", "64:ff9b::101:101"],
)
def test_an_address_that_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "host",
    [
        *(
            "localhost",
            "127.0.0.1",
            "127.1",
            "2130706433",
            "0177.0.0.1",
            "0x7f.0.0.1",
            "0x7f000001",
        ),
        *("[::1]", "[::ffff:127.0.0.1]", "[::ffff:7f00:1]", "0.0.0.0", "0", "%31%32%37.0.0.1"),
        *("１２７.0.0.1", "127。0。0。1"),
    ],
)
def test_no_way_to_write_this_machine_leads_there(
    site: Site, host: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket, "getaddrinfo", SYSTEM_LOOK_UP)
    site.serve("/", "secret")
    reason = refused(f"http://{host}:{site.port}/")
    assert any(said in reason for said in ("--allow-private", "no host", "not a URL")), reason
    assert site.seen == []


def test_it_can_be_allowed(site: Site) -> None:
    assert fetch(site.serve("/", "open"), allowing()).body == b"open"


def test_a_redirection_is_checked_too(site: Site, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "is_public", lambda address: address == "127.0.0.1")
    site.serve("/secret", "secret")
    url = site.redirect("/a", f"http://127.0.0.2:{site.port}/secret")
    assert "127.0.0.2" in refused(url)
    assert [path for path, _ in site.seen] == ["/a"]


def test_the_connection_goes_to_the_address_that_was_checked(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([["127.0.0.1"], ["127.0.0.2"], ["127.0.0.3"]])  # a name that changes its mind
    monkeypatch.setattr(connecting, "look_up", lambda *_: next(answers))
    monkeypatch.setattr(connecting, "is_public", lambda address: address == "127.0.0.1")
    site.serve("/", "public")
    response = fetch(f"http://news.example:{site.port}/", LoadOptions())
    assert response.body == b"public"
    assert site.seen[0][1]["Host"] == f"news.example:{site.port}"
    assert next(answers) == ["127.0.0.2"]


def test_one_private_address_among_several_is_enough(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connecting, "look_up", lambda *_: ["93.184.216.34", "10.0.0.1"])
    assert "10.0.0.1" in refused("http://news.example/")


def test_look_up_gives_each_address_once() -> None:
    assert look_up("127.0.0.1", 80) == ["127.0.0.1"]


@pytest.mark.parametrize(
    ("url", "reason"),
    [
        ("ftp://news.example/a", "only http and https"),
        ("file:///etc/passwd", "only http and https"),
        ("gopher://127.0.0.1/", "only http and https"),
        ("http://", "no host"),
        ("http:///a", "no host"),
        ("http://ada:secret@news.example/", "name and password"),
        ("http://[::1/", "not a URL"),
        ("http://news.example:99999/", "not a URL"),
        ("http://a\x00b.example/", "not a URL"),
    ],
)
def test_what_is_not_fetched(url: str, reason: str) -> None:
    assert reason in refused(url, allowing())


@pytest.mark.parametrize("to", ["file:///etc/passwd", "ftp://x.example/", "//ada:b@127.0.0.1/"])
def test_a_redirection_to_another_scheme(site: Site, to: str) -> None:
    assert "redirected to" in refused(site.redirect("/a", to), allowing())


# How much and how long


def test_redirections_are_followed_and_counted(site: Site) -> None:
    site.serve("/end", "here")
    for number, status in enumerate([301, 302, 303, 307, 308]):
        site.redirect(f"/{number}", f"/{number + 1}" if number < 4 else "end", status)
    response = fetch(site.url("/0"), allowing())
    assert (response.body, response.url) == (b"here", site.url("/end"))
    site.redirect("/-1", "/0")
    assert "more than 5 times" in refused(site.url("/-1"), allowing())


def test_a_redirect_loop_ends(site: Site) -> None:
    site.redirect("/a", "/b")
    assert "more than 5 times" in refused(site.redirect("/b", "/a"), allowing())


@pytest.mark.parametrize(
    ("status", "reason"),
    [
        *((401, "login"), (402, "subscription"), (403, "refuses"), (404, "no such page")),
        *((410, "gone"), (418, "418"), (429, "too many requests"), (500, "failed"), (503, "503")),
    ],
)
def test_what_a_status_means(site: Site, status: int, reason: str) -> None:
    assert reason in refused(site.serve("/a", "x", status=status), allowing())


def test_an_endless_response_is_left(site: Site) -> None:
    url = site.pour("/a", b"x" * 65_536)
    assert "larger than 1 MB" in refused(url, allowing(download=1_000_000))


def test_half_a_gigabyte_is_not_waited_for(site: Site) -> None:
    url = site.pour("/a", b"x" * 65_536, Content_Length="500000000")
    assert "larger than 25 MB" in refused(url, allowing())


def test_a_small_response_that_unpacks_to_a_huge_one(site: Site) -> None:
    url = site.serve("/a", BOMB, Content_Encoding="gzip")
    tracemalloc.start()
    assert "larger than 1 MB" in refused(url, allowing(download=1_000_000))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 10_000_000  # it was not unpacked to be measured


def test_a_packed_response(site: Site) -> None:
    import gzip

    url = site.serve("/a", gzip.compress(b"story" * 9), Content_Encoding="gzip")
    assert fetch(url, allowing()).body == b"story" * 9
    cut = site.serve("/b", gzip.compress(b"story" * 9)[:-12], Content_Encoding="gzip")
    assert "ended too early" in refused(cut, allowing())
    other = site.serve("/c", b"??", Content_Encoding="br")
    assert "packs it as br" in refused(other, allowing())


@pytest.mark.parametrize("begun", [b"", b"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nabc"])
def test_a_server_that_falls_silent(site: Site, begun: bytes) -> None:
    url = site.stall("/a", begun)
    assert "takes too long" in refused(url, allowing(read=0.2))


@pytest.mark.parametrize("begun", [b"HTTP/1.1 200 OK\r\nX: ", b"HTTP/1.1 200 OK\r\n\r\n"])
def test_a_server_that_drips_does_not_outlast_the_deadline(site: Site, begun: bytes) -> None:
    url = site.drip("/a", begun, every=0.05)
    started = time.monotonic()
    assert "takes too long" in refused(url, allowing(seconds=0.5, read=0.4))
    while any(each.name == "fetch" for each in threading.enumerate()):
        assert time.monotonic() - started < 5, "it goes on although nobody waits"
        time.sleep(0.05)


def test_a_look_up_that_does_not_end(monkeypatch: pytest.MonkeyPatch) -> None:
    over = threading.Event()
    monkeypatch.setattr(connecting, "look_up", lambda *_: over.wait(60) and [])
    started = time.monotonic()
    assert "takes too long" in refused("http://news.example/", allowing(seconds=0.1))
    assert time.monotonic() - started < 5
    over.set()


def test_a_response_that_breaks_off(site: Site) -> None:
    url = site.serve("/a", b"abc", Content_Length="9000")
    assert "broke off" in refused(url, allowing())


def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        port = taken.getsockname()[1]
        assert "no connection" in refused(f"http://127.0.0.1:{port}/", allowing())


def test_what_is_no_http(site: Site) -> None:
    def answer(handler: Handler) -> None:
        handler.wfile.write(b"SSH-2.0-x\r\n")

    site.answers["/a"] = answer
    url = site.url("/a")
    assert "broke off" in refused(url, allowing())


# Manners


def test_it_says_who_it_is_and_keeps_no_cookie(site: Site) -> None:
    site.answers["/a"] = lambda handler: handler.give(
        b"", status=302, headers={"Location": "/b", "Set-Cookie": "a=b"}
    )
    site.serve("/b", "here")
    fetch(site.url("/a"), LoadOptions(allow_private=True, contact="https://reader.example/who"))
    for _, headers in site.seen:
        assert headers["User-Agent"] == (
            "Dateline/0.1 (+https://reader.example/who; news reader, run by its user)"
        )
        assert "Cookie" not in headers
    assert user_agent(None) == "Dateline/0.1 (news reader, run by its user)"


@pytest.mark.parametrize("contact", ["", "me", "a b@c", "https://x\r\nX: y", "ada@exämple.org"])
def test_a_contact_that_is_none(contact: str) -> None:
    with pytest.raises(ValueError, match="neither a URL nor an e-mail"):
        LoadOptions(contact=contact)


def test_what_has_not_changed_is_not_sent_again(site: Site) -> None:
    def answer(handler: Handler) -> None:
        known = handler.headers.get("If-None-Match") == '"v1"'
        tag = {"ETag": '"v1"', "Last-Modified": "Mon, 01 Mar 2021 10:00:00 GMT"}
        handler.give(b"" if known else b"news", status=304 if known else 200, headers=tag)

    site.answers["/feed"] = answer
    first = fetch(site.url("/feed"), allowing())
    assert (first.body, first.not_modified, first.etag) == (b"news", False, '"v1"')
    again = fetch(site.url("/feed"), allowing(), etag=first.etag, last_modified=first.last_modified)
    assert (again.body, again.not_modified) == (b"", True)
    assert site.seen[1][1]["If-Modified-Since"] == "Mon, 01 Mar 2021 10:00:00 GMT"
