-- The one source of truth. Everything else (the files of FAISS and tantivy) can be made again from it.
CREATE TABLE manifest (
    name  TEXT PRIMARY KEY,
    value TEXT NOT NULL
) WITHOUT ROWID;

CREATE TABLE articles (
    number          INTEGER PRIMARY KEY AUTOINCREMENT,
    id              TEXT NOT NULL UNIQUE,
    content_hash    TEXT NOT NULL,
    title           TEXT NOT NULL,
    publisher       TEXT,
    authors         TEXT NOT NULL,      -- JSON list
    published       TEXT,               -- ISO 8601, reduced precision allowed
    published_first TEXT,               -- the first and last day that it can mean, for the filters
    published_last  TEXT,
    published_from  TEXT,               -- how the date was found
    updated         TEXT,
    updated_from    TEXT,
    url             TEXT,
    language        TEXT,
    story           TEXT NOT NULL,      -- the same for all copies: the least id among them
    newer           TEXT,               -- the id of the version that replaces this one in searches
    text            TEXT NOT NULL       -- last: SQLite reads through it to what stands behind it
);
CREATE INDEX articles_by_day ON articles (published_first, published_last);
CREATE INDEX articles_replaced ON articles (newer) WHERE newer IS NOT NULL;

-- What copies are found by: a sketch of each text, and the bands that it falls into. Here and below
-- an article is its number. No foreign key where no index would serve it: each deletion would scan.
CREATE TABLE sketches (
    article  INTEGER PRIMARY KEY REFERENCES articles (number),
    minhash  BLOB NOT NULL,
    shingles INTEGER NOT NULL
);
CREATE TABLE bands (
    band    INTEGER NOT NULL,
    article INTEGER NOT NULL,
    PRIMARY KEY (band, article)
) WITHOUT ROWID;

-- Copies found, in both orders.
CREATE TABLE copies (
    article INTEGER NOT NULL,
    other   INTEGER NOT NULL,
    share   REAL NOT NULL,              -- of the article's words that stand in the other one
    PRIMARY KEY (article, other)
) WITHOUT ROWID;

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

-- The passages of an article have numbers that follow one another: from these, and from an index that
-- holds all that filters ask for, the passages that a filter admits are read without any text.
CREATE TABLE passage_ranges (
    article INTEGER PRIMARY KEY,
    first   INTEGER NOT NULL,
    last    INTEGER NOT NULL
);
CREATE INDEX articles_searched ON articles (published_last, published_first, publisher, newer);

-- What the caches of words and vectors still have to forget, and since which generation.
CREATE TABLE removed_passages (
    id         INTEGER PRIMARY KEY,
    generation INTEGER NOT NULL
);
