-- What is known here of the articles in Milvus: no text, and nothing that cannot be asked for again.
CREATE TABLE articles (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    key             TEXT NOT NULL UNIQUE,
    id              TEXT NOT NULL UNIQUE,
    content_hash    TEXT NOT NULL,
    version         TEXT NOT NULL,
    title           TEXT NOT NULL,
    publisher       TEXT,
    authors         TEXT NOT NULL,
    published       TEXT,
    published_first TEXT,
    published_last  TEXT,
    updated         TEXT,
    outlet          TEXT,
    passages        INTEGER NOT NULL,
    story           TEXT NOT NULL,
    newer           TEXT
);
CREATE INDEX articles_by_day ON articles (published_first, published_last);
CREATE TABLE links (
    one           TEXT NOT NULL,
    other         TEXT NOT NULL,
    one_version   TEXT NOT NULL,
    other_version TEXT NOT NULL,
    share         REAL NOT NULL,
    PRIMARY KEY (one, other)
) WITHOUT ROWID;
CREATE TABLE changes (
    id TEXT PRIMARY KEY,
    at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX changes_by_time ON changes (at);
CREATE TABLE before (
    changes INTEGER NOT NULL  -- that were made before those above, and are in what was read at once
);
