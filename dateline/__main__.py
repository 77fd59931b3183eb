"""The command `dateline`, and `python -m dateline`."""

from __future__ import annotations

import sys

from dateline import check_packages

_STOPPED = 130  # by Ctrl-C, as shells tell it


def main() -> None:
    """Run the command, where the packages that it needs are its own."""
    try:  # what is imported takes a second, in which somebody may change their mind
        try:
            check_packages()
        except ImportError as error:
            sys.exit(f"dateline: {error}")
        from assistant.cli import main as run
    except KeyboardInterrupt:
        sys.stderr.write("dateline: stopped.\n")
        raise SystemExit(_STOPPED) from None
    run()


if __name__ == "__main__":
    main()
