CREATE TABLE conversations (
    number INTEGER PRIMARY KEY,
    id TEXT NOT NULL UNIQUE,
    owner TEXT NOT NULL,
    name TEXT NOT NULL,
    changed TEXT NOT NULL -- ISO 8601 in UTC, which sorts as it is
) STRICT;

CREATE INDEX conversations_by_owner ON conversations (owner, changed);

CREATE TABLE turns (
    number INTEGER PRIMARY KEY, -- their order, too
    id TEXT NOT NULL UNIQUE,
    conversation INTEGER NOT NULL REFERENCES conversations ON DELETE CASCADE,
    record TEXT NOT NULL,
    verdict TEXT NOT NULL DEFAULT '',
    note TEXT NOT NULL DEFAULT ''
) STRICT;

CREATE INDEX turns_by_conversation ON turns (conversation);

-- A conversation's name has its number twice, a turn's words have its number twice and one.
CREATE VIRTUAL TABLE words USING fts5 (
    text, conversation UNINDEXED, tokenize = "unicode61 remove_diacritics 2"
);
