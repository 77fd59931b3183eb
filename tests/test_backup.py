"""Backup and restore: made while others write, looked over, and never there by half."""

from __future__ import annotations

import os
import sqlite3
import threading
import time
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import pytest

from index import DatelineError, NewsIndex
from index.errors import IndexMissingError, StorageError
from index.keeping import back_up, backup, check, restore
from index.store import sqlite_rows
from tests.fakes import HashedWords, article, long_article, topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path


def titles(folder: Path) -> set[str]:
    return {each.title for each in NewsIndex(folder, HashedWords()).articles()}


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "backups" / "monday.zip"


def test_what_was_backed_up_comes_back_elsewhere(
    news: NewsIndex, folder: Path, file: Path, tmp_path: Path
) -> None:
    with closing(sqlite3.connect(folder / "conversations.sqlite3")) as connection:
        connection.execute("CREATE TABLE said (words TEXT)")
        connection.execute("INSERT INTO said VALUES ('a question')")
        connection.commit()
    (folder / "watch.json").write_text("{}")
    made = back_up(folder, file)
    assert made.articles == 5
    assert [each.name for each in file.parent.iterdir()] == ["monday.zip"]
    with zipfile.ZipFile(file) as archive:
        parts = {"index.sqlite3", "conversations.sqlite3", "watch.json"}
        assert set(archive.namelist()) == parts | {"backup.json"}
    elsewhere = tmp_path / "elsewhere"
    assert restore(file, elsewhere).aside is None
    assert check(elsewhere).findings == ()
    embeddings = HashedWords()
    again = NewsIndex(elsewhere, embeddings)
    assert again.search("comet")[0].article.title == "News of the observatory"
    assert again.add(topics()).unchanged == 5
    assert embeddings.embedded == ["comet"]
    assert (elsewhere / "watch.json").exists()
    with closing(sqlite3.connect(elsewhere / "conversations.sqlite3")) as connection:
        assert connection.execute("SELECT words FROM said").fetchall() == [("a question",)]
    for each in (file, elsewhere / "conversations.sqlite3"):
        assert each.stat().st_mode & 0o077 == 0, "nobody else on this machine can read it"


def test_a_running_reader_goes_on_with_what_was_restored(
    news: NewsIndex, folder: Path, file: Path
) -> None:
    back_up(folder, file)
    news.rebuild([article("A ferry sank off the cape.", title="Ferry")])
    for number in range(4):
        news.add([long_article(number)])
    assert news.search("ferry")[0].article.title == "Ferry"
    listing = news.articles()
    next(listing)
    done = restore(file, folder)
    assert len(list(listing)) == 4, "what was begun is of the old state"
    assert titles(folder) == {each.title for each in topics()}
    assert news.search("comet")[0].article.title == "News of the observatory"
    # Numbers of the old index come again: its cached vectors must not pass for those of the new.
    news.add([article("Nurses won a rise in pay.", title="Nurses")])
    fresh = NewsIndex(folder, HashedWords())
    for query in ("ferry cape", "nurses pay", "crates harbour", "comet"):
        found = [(hit.article.title, hit.similarity) for hit in news.search(query, 50)]
        assert found == [(hit.article.title, hit.similarity) for hit in fresh.search(query, 50)]
    # What was there before was kept, and can be brought back in its turn.
    assert done.aside is not None
    restore(done.aside, folder)
    assert "Ferry" in titles(folder)
    assert news.search("ferry")[0].article.title == "Ferry"
    assert check(folder).findings == ()


def test_a_rebuild_worked_out_before_is_not_committed_after(
    news: NewsIndex, folder: Path, file: Path
) -> None:
    back_up(folder, file)
    before = news._store.generation()
    news.add([article("One more.", title="More")])
    restore(file, folder)
    assert news._store.generation() > before + 1


def test_what_is_added_while_a_backup_is_brought_back_is_kept_too(
    news: NewsIndex, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(folder, file)
    late = [long_article(9)]
    keep = backup._keep

    def while_another_adds(folder: Path) -> Path | None:
        kept = keep(folder)
        if late:
            NewsIndex(folder, HashedWords()).add([late.pop()])
        return kept

    monkeypatch.setattr(backup, "_keep", while_another_adds)
    aside = restore(file, folder).aside
    assert news.counts().articles == 5
    assert [aside] == list(folder.glob("before-restore-*"))
    assert aside is not None
    restore(aside, folder)
    assert news.article(long_article(9).id)


def test_a_backup_in_the_midst_of_adding(folder: Path, file: Path, tmp_path: Path) -> None:
    index = NewsIndex(folder, HashedWords())
    index.add([long_article(0)])
    over = threading.Event()

    def add() -> None:
        number = 1
        while not over.is_set():
            index.add([long_article(number)])
            number += 1

    adding = threading.Thread(target=add)
    adding.start()
    try:
        for number in range(3):
            before = index.counts().articles
            made = back_up(folder, file)
            assert before <= made.articles <= index.counts().articles
            elsewhere = tmp_path / str(number)
            restore(file, elsewhere)
            assert check(elsewhere).findings == ()
            assert titles(elsewhere) == {long_article(n).title for n in range(made.articles)}
    finally:
        over.set()
        adding.join()


def cut_short(file: Path) -> None:
    file.write_bytes(file.read_bytes()[:-3000])


def one_bit(file: Path) -> None:
    data = bytearray(file.read_bytes())
    data[len(data) // 2] ^= 1
    file.write_bytes(data)


def not_a_backup(file: Path) -> None:
    file.write_text("Dear diary")


def another_archive(file: Path) -> None:
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.sqlite3", "x")


def part_missing(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        listing = archive.read("backup.json")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("backup.json", listing)


def repacked(file: Path, data: bytes) -> None:
    """A backup that says the right things of another index."""
    with zipfile.ZipFile(file) as archive:
        listing = archive.read("backup.json")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.sqlite3", data)
        archive.writestr("backup.json", listing)


def lies(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        data = archive.read("index.sqlite3")
    repacked(file, data.replace(b"comet", b"meteo"))


def altered_schema(file: Path, *statements: str) -> None:
    """A backup of an index whose schema somebody has changed."""
    database = file.with_name("altered")
    with zipfile.ZipFile(file) as archive:
        database.write_bytes(archive.read("index.sqlite3"))
    with closing(sqlite3.connect(database)) as connection:
        for statement in statements:
            connection.execute(statement)
        connection.commit()
    repacked(file, database.read_bytes())
    database.unlink()


def a_trigger(file: Path) -> None:
    """One that would run with each change."""
    altered_schema(
        file,
        "CREATE TRIGGER t AFTER INSERT ON articles BEGIN DELETE FROM copies; END",
    )


def another_trigger_of_ours(file: Path) -> None:
    altered_schema(
        file,
        "DROP TRIGGER article_unlisted",
        "CREATE TRIGGER article_unlisted AFTER DELETE ON articles BEGIN DELETE FROM copies; END",
    )


def a_view(file: Path) -> None:
    altered_schema(file, "CREATE VIEW looks AS SELECT * FROM articles")


def a_view_for_a_table(file: Path) -> None:
    altered_schema(
        file,
        "ALTER TABLE sketches RENAME TO other",
        "CREATE VIEW sketches AS SELECT * FROM other",
    )


def a_computed_column(file: Path) -> None:
    altered_schema(file, "ALTER TABLE articles ADD COLUMN more TEXT AS (title || text)")


def a_rule_of_a_table(file: Path) -> None:
    """Adding an article would delete another one."""
    altered_schema(
        file,
        "PRAGMA writable_schema = ON",
        "UPDATE sqlite_master SET sql = replace(sql, 'NOT NULL UNIQUE', "
        "'NOT NULL UNIQUE ON CONFLICT REPLACE') WHERE name = 'articles'",
    )


def another_index_of_ours(file: Path) -> None:
    altered_schema(
        file,
        "DROP INDEX articles_by_story",
        "CREATE UNIQUE INDEX articles_by_story ON articles (title)",
    )


def nothing_in_it(file: Path) -> None:
    repacked(file, b"")


def a_bomb(file: Path) -> None:
    """A megabyte that unpacks to a gigabyte; here to less."""
    with zipfile.ZipFile(file) as archive:
        data = archive.read("index.sqlite3")
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("index.sqlite3", data)
        archive.writestr("backup.json", b" " * 50_000_000)


def negative_version(file: Path) -> None:
    altered_schema(file, "PRAGMA user_version = -3")


def no_version(file: Path) -> None:
    altered_schema(file, "PRAGMA user_version = 0")


def newer(file: Path) -> None:
    with zipfile.ZipFile(file) as archive:
        listing = archive.read("backup.json").replace(b"dateline backup 1", b"dateline backup 2")
        data = archive.read("index.sqlite3")
    with zipfile.ZipFile(file, "w") as archive:
        archive.writestr("index.sqlite3", data)
        archive.writestr("backup.json", listing)


DAMAGES = (
    *(cut_short, one_bit, not_a_backup, another_archive, part_missing, lies, newer),
    *(a_trigger, another_trigger_of_ours, a_view, a_view_for_a_table, a_computed_column),
    *(negative_version, no_version, a_rule_of_a_table, another_index_of_ours),
    *(nothing_in_it, a_bomb),
)


@pytest.mark.parametrize("damage", DAMAGES)
def test_a_damaged_backup_changes_nothing(
    news: NewsIndex, folder: Path, file: Path, damage: Callable[[Path], None]
) -> None:
    back_up(folder, file)
    news.remove([topics()[0].id])
    damage(file)
    before = sorted(each.name for each in folder.iterdir())
    with pytest.raises(DatelineError) as caught:
        restore(file, folder)
    assert str(file) in str(caught.value)
    assert "\n" not in str(caught.value)
    assert news.counts().articles == 4
    assert sorted(each.name for each in folder.iterdir()) == before


def test_a_backup_that_is_not_there(folder: Path, file: Path) -> None:
    with pytest.raises(DatelineError, match=r"monday.zip cannot be read: No such file"):
        restore(file, folder)
    with pytest.raises(IndexMissingError, match="nothing to back up"):
        back_up(folder, file)


def test_an_index_of_a_newer_dateline_is_not_restored(
    news: NewsIndex, folder: Path, file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    back_up(folder, file)
    monkeypatch.setattr(sqlite_rows, "SCHEMA_VERSION", sqlite_rows.SCHEMA_VERSION - 1)
    with pytest.raises(DatelineError, match=r"cannot be restored; nothing was changed.*newer"):
        restore(file, folder.with_name("other"))


def test_a_damaged_index_is_not_backed_up_over_a_good_backup(
    news: NewsIndex, folder: Path, file: Path
) -> None:
    back_up(folder, file)
    good = file.read_bytes()
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        connection.execute("UPDATE articles SET text = text || ' And so on.'")
        connection.commit()
    with pytest.raises(StorageError, match="is damaged: no backup was made"):
        back_up(folder, file)
    assert file.read_bytes() == good
    assert [each.name for each in file.parent.iterdir()] == ["monday.zip"]


@pytest.mark.parametrize("damage", ["rows", "file"])
def test_a_backup_takes_the_place_of_a_damaged_index(
    news: NewsIndex, folder: Path, file: Path, damage: str
) -> None:
    back_up(folder, file)
    with closing(sqlite3.connect(folder / "index.sqlite3")) as connection:
        if damage == "rows":
            connection.execute("UPDATE articles SET text = text || ' And so on.'")
            connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    if damage == "file":
        (folder / "index.sqlite3").write_bytes(b"Dear diary. " * 2000)
    aside = restore(file, folder).aside
    assert aside is not None
    assert "damaged" in aside.name
    assert (aside / "index.sqlite3").exists()
    assert check(folder).findings == ()
    assert NewsIndex(folder, HashedWords()).counts().articles == 5


def test_a_backup_that_cannot_be_written(news: NewsIndex, folder: Path, tmp_path: Path) -> None:
    (tmp_path / "in-the-way").write_text("a file")
    with pytest.raises(DatelineError, match="cannot be written"):
        back_up(folder, tmp_path / "in-the-way" / "monday.zip")


def test_what_killed_processes_have_left_goes_with_the_next_one(
    news: NewsIndex, folder: Path, file: Path
) -> None:
    long_ago = time.time() - 7_200
    for place in (folder, file.parent):
        for name in ("dateline-staging-old", "dateline-staging-at-work", "mine.tmp"):
            (place / name).mkdir(parents=True)
            (place / name / "index.sqlite3").write_text("half")
            if "work" not in name:
                os.utime(place / name / "index.sqlite3", (long_ago, long_ago))
            os.utime(place / name, (long_ago, long_ago))
    (told,) = check(folder).findings
    assert (told.part, told.damage, told.names) == ("leftovers", False, ("dateline-staging-old",))
    back_up(folder, file)
    names = {each.name for each in file.parent.iterdir()}
    assert names == {"monday.zip", "mine.tmp", "dateline-staging-at-work"}
    assert "removed what killed processes had left" in check(folder, HashedWords()).mended
    names = {each.name for each in folder.iterdir()}
    assert "dateline-staging-old" not in names
    assert {"mine.tmp", "dateline-staging-at-work"} <= names
