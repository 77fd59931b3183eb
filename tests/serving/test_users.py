"""DATELINE_USERS, and the command that makes its hashes."""

from __future__ import annotations

import subprocess
from typing import TYPE_CHECKING

import pytest
from argon2 import PasswordHasher
from typer.testing import CliRunner

from assistant import DatelineError, Settings
from assistant.cli import app
from assistant.users import LONGEST_PASSWORD, Users, hash_password

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
ADA, BEA = CHEAP.hash("open sesame"), CHEAP.hash("pass:wörd")


def test_several_users_stand_in_one_line_although_a_hash_holds_commas() -> None:
    users = Users.parse(f"ada:{ADA}, bea@example.org:{BEA}")
    assert users.names == ("ada", "bea@example.org")
    assert users.verify("ada", "open sesame")
    assert users.verify("bea@example.org", "pass:wörd")
    assert not users.verify("ada", "pass:wörd")
    assert not users.verify("Ada", "open sesame")
    assert not users.verify("nobody", "open sesame"), "the decoy's password lets nobody in"
    assert not users.verify("", "")
    assert not users.verify("ada", "\ud800")
    assert not users.verify("ada", "x" * (LONGEST_PASSWORD + 1))


def test_or_in_a_file_one_a_line(tmp_path: Path) -> None:
    file = tmp_path / "users"
    file.write_text(f"# the desk\nada:{ADA}\n\n  bea:{BEA}\n")
    assert Users.parse(str(file)).names == ("ada", "bea")


@pytest.mark.parametrize(
    ("setting", "told"),
    [
        ("ada:secret", "neither NAME:HASH nor a file"),
        ("/nowhere/at/all", "neither NAME:HASH nor a file"),
        (f"ada:{ADA},bea:$argon2id$v=19$m=8", "Entry 2 of DATELINE_USERS is not right"),
        (f"a da:{ADA}", "Entry 1 of DATELINE_USERS is not right"),
        (f"ada:{ADA},ada:{BEA}", "names ada twice"),
    ],
    ids=["no hash", "no file", "not whole", "a blank", "twice"],  # the hashes differ each time
)
def test_what_is_wrong_is_told_without_the_hash(setting: str, told: str) -> None:
    with pytest.raises(DatelineError, match=told) as caught:
        Users.parse(setting)
    assert "argon2" not in str(caught.value)
    assert "secret" not in str(caught.value)


def test_an_empty_file_names_nobody(tmp_path: Path) -> None:
    (tmp_path / "users").write_text("# nobody yet\n")
    with pytest.raises(DatelineError, match="names nobody"):
        Users.parse(str(tmp_path / "users"))


def test_the_setting_shows_no_hash() -> None:
    assert "argon2" not in repr(Settings(users=f"ada:{ADA}"))


def test_a_name_that_nobody_has_costs_as_much(monkeypatch: pytest.MonkeyPatch) -> None:
    verified = []

    class Counting:
        def verify(self, known: str, password: str) -> bool:
            verified.append(known)
            return True

    monkeypatch.setattr("assistant.users._hasher", Counting())
    users = Users({"ada": ADA})
    assert not users.verify("nobody", "open sesame")
    assert verified == [ADA]


def test_the_command_prints_a_hash_that_fits() -> None:
    done = CliRunner().invoke(app, ["hash-password"], input="open sesame\nmore\n")
    assert done.exit_code == 0
    assert Users.parse(f"ada:{done.stdout.strip()}").verify("ada", "open sesame")


@pytest.mark.parametrize("password", ["", "x" * (LONGEST_PASSWORD + 1), "\ud800"])
def test_what_is_no_password_is_refused(password: str) -> None:
    with pytest.raises(DatelineError, match=r"[Pp]assword"):
        hash_password(password)


def test_an_empty_password_is_one_line(python: str, child_environment: Mapping[str, str]) -> None:
    done = subprocess.run(
        [python, "-m", "dateline", "hash-password"],
        input="\n",
        env=child_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stdout) == (1, "")
    assert done.stderr == "dateline: The password is empty: choose one.\n"
