"""Guessing takes ever longer, sessions end, and neither takes memory without bound."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING

import pytest

from assistant.users import Users
from tests.serving.test_users import ADA
from web.auth.credentials import (
    SESSION_IDLE_SECONDS,
    Attempts,
    Credentials,
    Login,
    Sessions,
    TooManyAttemptsError,
    read_authorization,
)
from web.clients import client_network

if TYPE_CHECKING:
    from collections.abc import Callable

RIGHT, WRONG = Login("ada", "open sesame"), Login("ada", "a guess")


class Clock:
    """Seconds, as told."""

    def __init__(self) -> None:
        self.now = 1_000.0

    def __call__(self) -> float:
        return self.now


def test_the_wait_doubles_up_to_the_longest_and_is_forgotten() -> None:
    clock = Clock()
    attempts = Attempts(free=2, longest=10, clock=clock)
    waits = []
    for _ in range(7):
        attempts.fail("ada")
        waits.append(attempts.wait("ada"))
    assert waits == [0, 0, 2, 4, 8, 10, 10]
    assert attempts.wait("bea") == 0
    clock.now += 4
    assert attempts.wait("ada") == 6
    clock.now += 3_601
    attempts.fail("ada")
    assert attempts.wait("ada") == 0


def test_a_thousand_failures_are_no_overflow() -> None:
    attempts = Attempts(free=0, longest=5, clock=Clock())
    for _ in range(1_100):
        attempts.fail("ada")
    assert attempts.wait("ada") == 5


def test_memory_is_bounded() -> None:
    attempts = Attempts(free=1, longest=10, clock=Clock())
    for number in range(10_500):
        attempts.fail(str(number))
    assert len(attempts) == 10_000


def test_a_name_and_an_address_wait_each_on_its_own() -> None:
    clock = Clock()
    credentials = Credentials(Users({"ada": ADA}), clock)
    for number in range(6):
        assert not credentials.check(WRONG, f"192.0.2.{number}")
    with pytest.raises(TooManyAttemptsError):  # the name, though the address is new
        credentials.check(RIGHT, "192.0.2.99")
    clock.now += 30
    assert credentials.check(RIGHT, "192.0.2.99")
    assert credentials.check(RIGHT, "192.0.2.99"), "right once, it is forgiven"

    for number in range(11):
        assert not credentials.check(Login(f"name{number}", "x"), "2001:db8::1")
    with pytest.raises(TooManyAttemptsError) as caught:  # its neighbour is the same client
        credentials.check(RIGHT, "2001:db8::2")
    assert caught.value.seconds == 2
    assert credentials.check(RIGHT, "192.0.2.1")


def test_a_right_password_costs_an_address_nothing() -> None:
    credentials = Credentials(Users({"ada": ADA}), Clock())
    for _ in range(50):
        assert credentials.check(RIGHT, "192.0.2.1")


def test_a_program_is_not_hashed_each_time(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, users, asked = Clock(), Users({"ada": ADA}), list[str]()
    verify: Callable[[str, str], bool] = users.verify

    def counting(name: str, password: str) -> bool:
        asked.append(name)
        return verify(name, password)

    monkeypatch.setattr(users, "verify", counting)
    credentials = Credentials(users, clock)
    for _ in range(5):
        assert credentials.check_again(RIGHT, "192.0.2.1")
    assert len(asked) == 1
    clock.now += 601
    assert not credentials.remembers(RIGHT)
    assert credentials.check_again(RIGHT, "192.0.2.1")
    assert len(asked) == 2
    assert not credentials.check_again(WRONG, "192.0.2.1")
    assert not credentials.check_again(WRONG, "192.0.2.1"), "only what is right is remembered"
    assert len(asked) == 4


def test_a_session_ends() -> None:
    clock = Clock()
    sessions = Sessions(clock)
    token, other = sessions.begin("ada"), sessions.begin("bea")
    assert token != other
    assert len(token) >= 43
    assert (sessions.user(token), sessions.user(other)) == ("ada", "bea")
    assert sessions.user("") is sessions.user("x" * 43) is sessions.user("\udcff") is None
    sessions.end(other)
    assert sessions.user(other) is None
    clock.now += SESSION_IDLE_SECONDS - 1
    assert sessions.user(token) == "ada"
    clock.now += SESSION_IDLE_SECONDS + 1
    assert sessions.user(token) is None
    token = sessions.begin("ada")
    for _ in range(14):
        clock.now += SESSION_IDLE_SECONDS - 1
        assert sessions.user(token) == "ada"
    clock.now += SESSION_IDLE_SECONDS - 1
    assert sessions.user(token) is None, "a week, however much it is used"


@pytest.mark.parametrize(
    ("header", "login"),
    [
        ("Bearer ada:open sesame", RIGHT),
        ("bearer ada:a:b", Login("ada", "a:b")),
        (f"Basic {base64.b64encode(b'ada:open sesame').decode()}", RIGHT),
        ("Basic !!!", None),
        (f"Basic {base64.b64encode(b'ada').decode()}", None),
        (f"Basic {base64.b64encode(bytes([0xFF])).decode()}", None),
        ("Bearer bea:pass:w\xc3\xb6rd", Login("bea", "pass:wörd")),
        ("Bearer ada:\xff", None),
        ("Bearer none", None),
        ("Bearer :x", None),
        ("Digest ada:x", None),
        ("", None),
    ],
)
def test_what_a_header_says(header: str, login: Login | None) -> None:
    assert read_authorization(header) == login


def test_a_client_is_a_network_where_addresses_are_free() -> None:
    assert client_network("192.0.2.7") == "192.0.2.7"
    assert client_network("::ffff:192.0.2.7") == "192.0.2.7"
    assert client_network("2001:db8:1:2:3::4") == client_network("2001:db8:1:2::")
    assert client_network("2001:db8:1:3::") != client_network("2001:db8:1:2::")
    assert client_network("fe80::1%eth0") == "fe80::/64"
    assert client_network("testclient") == "testclient"
