-- The one source of truth. Everything else (the FAISS file) can be made again from it.
CREATE TABLE manifest (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE articles (
    id              TEXT PRIMARY KEY,
    content_hash    TEXT NOT NULL,
    title           TEXT NOT NULL,
    text            TEXT NOT NULL,
    publisher       TEXT,
    authors         TEXT NOT NULL,      -- JSON list
    published       TEXT,               -- ISO 8601, reduced precision allowed
    published_first TEXT,               -- the first and last day that it can mean, for the filters
    published_last  TEXT,
    url             TEXT,
    language        TEXT
);
CREATE INDEX articles_by_day ON articles (published_first, published_last);

-- Vectors are kept by what was embedded (model and text), so unchanged text is never embedded again.
CREATE TABLE vectors (
    key    BLOB PRIMARY KEY,
    vector BLOB NOT NULL                -- float16, little-endian, of length 1
);

-- AUTOINCREMENT: an id is never used twice, so a cached vector can never come to mean other words.
CREATE TABLE passages (
    id         INTEGER PRIMARY KEY AUTOINCREMENT,
    article_id TEXT NOT NULL REFERENCES articles (id),
    start      INTEGER NOT NULL,
    "end"      INTEGER NOT NULL,
    vector_key BLOB NOT NULL REFERENCES vectors (key)
);
CREATE INDEX passages_by_article ON passages (article_id);
CREATE INDEX passages_by_vector ON passages (vector_key);

-- Contentless: the words stand in articles.text already.
CREATE VIRTUAL TABLE passages_fts USING fts5 (
    title, body, content = '', tokenize = 'porter unicode61 remove_diacritics 2'
);
