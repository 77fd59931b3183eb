"""`dateline hash-password`: what DATELINE_USERS takes in place of a password."""

from __future__ import annotations

import sys

import typer

from assistant.users import hash_password as to_hash


def hash_password() -> None:
    """Ask for a password, twice and without showing it, and print its hash for DATELINE_USERS.

    Where standard input is no terminal, its first line is the password.
    """
    if sys.stdin.isatty():
        password = typer.prompt("Password", hide_input=True, confirmation_prompt="Once more")
    else:
        password = sys.stdin.readline().rstrip("\r\n")
    typer.echo(to_hash(password))
