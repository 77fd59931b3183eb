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
