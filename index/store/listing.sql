-- What the list of articles is made of, apart from their texts, so that no text is read for it. It
-- can be made again from `articles` at any time.
CREATE TABLE IF NOT EXISTS listed (
    article         INTEGER PRIMARY KEY,  -- its number
    published       TEXT,
    published_first TEXT,
    published_last  TEXT,
    publisher       TEXT,
    outlet_key      TEXT,                 -- by what outlets and titles are put in order
    title_key       TEXT,
    names           TEXT NOT NULL         -- title, outlet and authors, as words are looked for
);
CREATE INDEX IF NOT EXISTS listed_newest
    ON listed (published_last DESC, published DESC, article DESC, published_first);
CREATE INDEX IF NOT EXISTS listed_by_outlet ON listed (publisher);
CREATE INDEX IF NOT EXISTS listed_by_day ON listed (published_first, published_last);
CREATE TRIGGER IF NOT EXISTS article_unlisted AFTER DELETE ON articles BEGIN
    DELETE FROM listed WHERE article = old.number;
END;
CREATE INDEX IF NOT EXISTS articles_by_story ON articles (story, publisher);
