"""From articles to passages that can be searched."""

from index.dates import PublicationDate
from index.errors import (
    DatelineError,
    IndexMissingError,
    ModelMismatchError,
    SourceError,
)
from index.news_index import NewsIndex
from index.records import Article, Filters, Hit, Passage

Filter = Filters  # as it was called until now: programs that import it go on working

__all__ = [
    "Article",
    "DatelineError",
    "Filters",
    "Hit",
    "IndexMissingError",
    "ModelMismatchError",
    "NewsIndex",
    "Passage",
    "PublicationDate",
    "SourceError",
]
