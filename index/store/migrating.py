"""An index that an older Dateline wrote is brought to the present schema, step by step.

Each step goes from one version of the schema to the next, and all happen in one transaction: a
process killed meanwhile leaves the older index, which the older Dateline can still use. There are
no steps yet, since no older version was ever released.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

from index.store import sqlite_rows as rows

if TYPE_CHECKING:
    import sqlite3

STEPS: dict[int, Callable[[sqlite3.Connection], None]] = {}
"""By the version that each starts from; statements only, one at a time."""


def migrate(connection: sqlite3.Connection, version: int) -> bool:
    """Bring an older index to the present schema; False where there is no way, and nothing changed.

    Raises:
        sqlite3.Error: it cannot be written; it is as it was.
    """
    if any(each not in STEPS for each in range(version, rows.SCHEMA_VERSION)):
        return False
    connection.execute("BEGIN IMMEDIATE")
    try:
        now = connection.execute("PRAGMA user_version").fetchone()[0]  # another may have done it
        for each in range(now, rows.SCHEMA_VERSION):
            STEPS[each](connection)
        connection.execute(f"PRAGMA user_version = {rows.SCHEMA_VERSION}")
        connection.execute("COMMIT")
    except BaseException:
        connection.rollback()
        raise
    return True
