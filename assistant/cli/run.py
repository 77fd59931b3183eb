"""Run the command; every foreseen error becomes one line and an exit status."""

from __future__ import annotations

import io
import os
import sys

from pydantic import ValidationError

from assistant.cli.commands import app
from assistant.cli.printing import FAILED, STOPPED, WRONG_USE, err, plain
from assistant.errors import QuestionError
from index.errors import DatelineError


def main() -> None:
    """The entry point of `dateline`."""
    for stream in (sys.stdout, sys.stderr):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors="backslashreplace")  # a terminal that knows ASCII only
    try:
        app(prog_name="dateline")
    except QuestionError as error:
        _fail(error, WRONG_USE)
    except DatelineError as error:
        _fail(error, FAILED)
    except ValidationError as error:
        first = error.errors()[0]
        name = ".".join(map(str, first["loc"]))
        _fail(f"The setting {name} is not right: {first['msg']}. See .env.example.", WRONG_USE)
    except UnicodeDecodeError:  # all else that is read says itself what is wrong with it
        _fail("The file .env is not UTF-8 text: save it as UTF-8.", WRONG_USE)
    except OSError as error:  # of standard output; all else is translated where it happens
        # What is still buffered cannot be written either, and would fail again at exit.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        _fail(f"The output cannot be written: {error.strerror}.", FAILED)
    except SystemExit as done:
        if done.code == STOPPED:
            err.print("dateline: stopped. What was stored by then stays.")
        raise


def _fail(error: object, status: int) -> None:
    err.print(plain(f"dateline: {error}"))
    raise SystemExit(status)
