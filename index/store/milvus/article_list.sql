-- What is known here of the articles in Milvus: no text, and nothing that cannot be asked for again.
CREATE TABLE articles (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    key             TEXT NOT NULL UNIQUE,
    id              TEXT NOT NULL UNIQUE,
    content_hash    TEXT NOT NULL,
    title           TEXT NOT NULL,
    publisher       TEXT,
    authors         TEXT NOT NULL,
    published       TEXT,
    published_first TEXT,
    published_last  TEXT,
    passages        INTEGER NOT NULL,
    story           TEXT NOT NULL
);
CREATE INDEX articles_by_day ON articles (published_first, published_last);
-- Which collections this is a list of, and up to which change; one row.
CREATE TABLE listed_state (
    store      TEXT NOT NULL,
    generation INTEGER NOT NULL
);
-- Vectors that wait for their change: those of a rebuild that goes on.
CREATE TABLE vectors (
    key    BLOB PRIMARY KEY,
    vector BLOB NOT NULL
) WITHOUT ROWID;
