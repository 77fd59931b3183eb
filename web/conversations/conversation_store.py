"""Conversations, kept. Each question asked of it names the owner; nobody else's is there."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import ValidationError

from web.conversations.conversation_file import Database
from web.conversations.kept_turns import Heading, KeptConversation, KeptTurn, tidy

if TYPE_CHECKING:
    import sqlite3
    from collections.abc import Collection, Iterable, Sequence
    from pathlib import Path

    from web.conversations.kept_turns import Verdict

MOST_LISTED = 200
_UNREADABLE = "What was kept of this turn cannot be read any more."
_LIST = (
    "SELECT number, id, name, changed, (SELECT count(*) FROM turns WHERE conversation = c.number) "
    "FROM conversations AS c WHERE owner = ? {} ORDER BY changed DESC, number DESC LIMIT ?"
)
_FOUND = "AND number IN (SELECT conversation FROM words WHERE words MATCH ?)"
_WORDS = (
    "SELECT conversation, snippet(words, 0, char(2), char(3), '…', 12) FROM words "
    "WHERE words MATCH ? ORDER BY rowid DESC"
)


class ConversationStore:
    """What is kept in one folder.

    Args:
        folder: where the file is, or will be.

    Raises (from every method):
        KeepingError: it cannot be read or written.
    """

    def __init__(self, folder: Path) -> None:
        self._file = Database(folder / "conversations.sqlite3")

    @property
    def notice(self) -> str:
        """What became of a damaged file, in one line; empty while there was none."""
        return self._file.notice

    def headings(self, owner: str, search: str = "") -> tuple[Heading, ...]:
        """The owner's conversations, the one changed last first; at most `MOST_LISTED`.

        Args:
            search: only those with all of these words, or beginnings of words, in the name or in
                one turn's question and answer.
        """
        words = re.findall(r"\w+", search)
        if search.strip() and not words:
            return ()
        match = " ".join(f'"{word}"*' for word in words)
        query = _LIST.format(_FOUND if words else "")
        values = [owner, *([match] if words else []), MOST_LISTED]
        with self._file.reading() as connection:
            rows = connection.execute(query, values).fetchall() if connection else []
            found = dict(connection.execute(_WORDS, [match])) if connection and words else {}
        return tuple(
            Heading(
                id=row[1], name=row[2], changed=row[3], turns=row[4], found=found.get(row[0], "")
            )
            for row in rows
        )

    def find(self, owner: str, conversation: str) -> KeptConversation | None:
        """A whole conversation; None when the owner has none with this id."""
        with self._file.reading() as connection:
            return _find(connection, owner, conversation) if connection else None

    def judged(self, owner: str) -> tuple[KeptConversation, ...]:
        """The owner's conversations in which an answer was judged, oldest first."""
        query = (
            "SELECT id FROM conversations AS c WHERE owner = ? AND EXISTS (SELECT 1 FROM turns "
            "WHERE conversation = c.number AND verdict != '') ORDER BY number"
        )
        with self._file.reading() as connection:
            ids = connection.execute(query, [owner]).fetchall() if connection else []
            found = [connection and _find(connection, owner, each) for (each,) in ids]
        return tuple(each for each in found if each)

    def keep(
        self,
        owner: str,
        conversation: str,
        turns: Sequence[KeptTurn],
        replaced: Collection[str] = (),
    ) -> bool:
        """Add to a conversation the turns that it does not hold yet; the first ones begin it.

        What others added meanwhile stays.

        Args:
            replaced: ids of turns that these stand in for.

        Returns:
            Whether it was done; not where the conversation or a turn is another's.
        """
        with self._file.writing() as connection:
            if _taken(connection, owner, conversation, turns):
                return False
            number = _number(connection, owner, conversation)
            if number is None and turns:
                name = tidy(turns[0].question) or "A conversation"
                number = _begin(connection, owner, conversation, name)
            if number is None:
                return True
            for each in replaced:
                _drop_turn(connection, number, each)
            for turn in turns:
                _add_turn(connection, number, turn)
            changed = "UPDATE conversations SET changed = ? WHERE number = ?"
            connection.execute(changed, [_now(), number])
        if replaced:
            self._file.shrink()
        return True

    def put_back(self, owner: str, gone: KeptConversation) -> bool:
        """Keep again what was deleted, with its name and place in the list."""
        with self._file.writing() as connection:
            if _taken(connection, owner, gone.id, gone.turns):
                return False
            if _number(connection, owner, gone.id) is None:
                number = _begin(connection, owner, gone.id, gone.name, gone.changed)
                for turn in gone.turns:
                    _add_turn(connection, number, turn)
        return True

    def rename(self, owner: str, conversation: str, name: str) -> bool:
        """Give it another name; not where none is left or nothing of the owner's is there."""
        name = tidy(name)
        with self._file.writing() as connection:
            number = _number(connection, owner, conversation)
            if number is None or not name:
                return False
            connection.execute("UPDATE conversations SET name = ? WHERE number = ?", [name, number])
            connection.execute("UPDATE words SET text = ? WHERE rowid = ?", [name, 2 * number])
            _forget(connection)
        return True

    def judge(
        self, owner: str, conversation: str, turn: str, verdict: Verdict, note: str = ""
    ) -> bool:
        """Say what is thought of an answer, or take it back; False where it is not there."""
        with self._file.writing() as connection:
            number = _number(connection, owner, conversation)
            done = connection.execute(
                "UPDATE turns SET verdict = ?, note = ? WHERE id = ? AND conversation = ?",
                [verdict, note if verdict else "", turn, number],
            )
            return done.rowcount > 0

    def delete(self, owner: str, conversation: str) -> KeptConversation | None:
        """Delete it for good, and hand back what it was; None where it is not there."""
        with self._file.writing() as connection:
            gone = _find(connection, owner, conversation)
            if gone is not None:
                _drop(connection, owner, [gone.id])
        if gone is not None:
            self._file.shrink()
        return gone

    def delete_all(self, owner: str) -> int:
        """Delete all of the owner's for good, and tell how many there were."""
        with self._file.writing() as connection:
            rows = connection.execute("SELECT id FROM conversations WHERE owner = ?", [owner])
            ids = [each for (each,) in rows.fetchall()]
            _drop(connection, owner, ids)
        self._file.shrink()
        return len(ids)


def _number(connection: sqlite3.Connection, owner: str, conversation: str) -> int | None:
    query = "SELECT number FROM conversations WHERE owner = ? AND id = ?"
    row = connection.execute(query, [owner, conversation]).fetchone()
    return row and int(row[0])


def _taken(
    connection: sqlite3.Connection, owner: str, conversation: str, turns: Iterable[KeptTurn]
) -> bool:
    """Whether the id is another owner's, or a turn stands in another conversation already."""
    query = "SELECT 1 FROM conversations WHERE id = ? AND owner != ?"
    if connection.execute(query, [conversation, owner]).fetchone():
        return True
    elsewhere = (
        "SELECT 1 FROM turns AS t JOIN conversations AS c ON t.conversation = c.number "
        "WHERE t.id = ? AND c.id != ?"
    )
    return any(connection.execute(elsewhere, [turn.id, conversation]).fetchone() for turn in turns)


def _find(connection: sqlite3.Connection, owner: str, conversation: str) -> KeptConversation | None:
    query = "SELECT number, name, changed FROM conversations WHERE owner = ? AND id = ?"
    row = connection.execute(query, [owner, conversation]).fetchone()
    if row is None:
        return None
    turns = connection.execute(
        "SELECT id, record, verdict, note FROM turns WHERE conversation = ? ORDER BY number",
        [row[0]],
    )
    return KeptConversation(
        id=conversation, name=row[1], changed=row[2], turns=tuple(_read(*each) for each in turns)
    )


def _read(turn: str, record: str, verdict: Verdict, note: str) -> KeptTurn:
    try:
        kept = KeptTurn.model_validate_json(record)
    except ValidationError:
        kept = KeptTurn(id=turn, question="(unknown)", error=_UNREADABLE)
    return kept.model_copy(update={"verdict": verdict, "note": note})


def _begin(
    connection: sqlite3.Connection, owner: str, conversation: str, name: str, changed: str = ""
) -> int:
    done = connection.execute(
        "INSERT INTO conversations (id, owner, name, changed) VALUES (?, ?, ?, ?)",
        [conversation, owner, name, changed or _now()],
    )
    number = int(done.lastrowid or 0)
    _index(connection, 2 * number, name, number)
    return number


def _add_turn(connection: sqlite3.Connection, conversation: int, turn: KeptTurn) -> None:
    record = turn.model_dump_json(exclude={"verdict", "note"})
    done = connection.execute(
        "INSERT INTO turns (id, conversation, record, verdict, note) VALUES (?, ?, ?, ?, ?) "
        "ON CONFLICT (id) DO NOTHING",
        [turn.id, conversation, record, turn.verdict, turn.note],
    )
    if done.rowcount:
        said = turn.answer.text if turn.answer else ""
        rowid = 2 * int(done.lastrowid or 0) + 1
        _index(connection, rowid, f"{turn.question}\n{said}", conversation)


def _index(connection: sqlite3.Connection, rowid: int, text: str, conversation: int) -> None:
    insert = "INSERT INTO words (rowid, text, conversation) VALUES (?, ?, ?)"
    connection.execute(insert, [rowid, text, conversation])


def _drop_turn(connection: sqlite3.Connection, conversation: int, turn: str) -> None:
    query = "DELETE FROM turns WHERE id = ? AND conversation = ? RETURNING number"
    for (number,) in connection.execute(query, [turn, conversation]).fetchall():
        connection.execute("DELETE FROM words WHERE rowid = ?", [2 * number + 1])
    _forget(connection)


def _drop(connection: sqlite3.Connection, owner: str, conversations: Sequence[str]) -> None:
    for each in conversations:
        number = _number(connection, owner, each)
        turns = connection.execute("SELECT number FROM turns WHERE conversation = ?", [number])
        rowids = [2 * turn + 1 for (turn,) in turns.fetchall()]
        rowids += [2 * number] if number is not None else []
        connection.executemany("DELETE FROM words WHERE rowid = ?", [[rowid] for rowid in rowids])
        connection.execute("DELETE FROM conversations WHERE number = ?", [number])
    _forget(connection)


def _forget(connection: sqlite3.Connection) -> None:
    """Until it merges its segments, FTS5 keeps the words that it was told to delete."""
    connection.execute("INSERT INTO words (words) VALUES ('optimize')")


def _now() -> str:
    return datetime.now(UTC).isoformat()
