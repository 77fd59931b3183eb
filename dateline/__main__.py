"""The command `dateline`, and `python -m dateline`."""

from __future__ import annotations

import sys

from dateline import check_packages


def main() -> None:
    """Run the command, where the packages that it needs are its own."""
    try:
        check_packages()
    except ImportError as error:
        sys.exit(f"dateline: {error}")
    from assistant.cli import main as run

    run()


if __name__ == "__main__":
    main()
