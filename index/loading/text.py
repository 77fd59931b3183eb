"""Plain text or Markdown, with front matter or without, into an article."""

from __future__ import annotations

from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.articles import articles_in_text
from index.loading.decoding import decode
from index.loading.front_matter import read_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterator

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article


def load_text(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The one article in a text; of an export, its articles.

    Raises:
        SourceError: there is none in it.
    """
    limit = options.limits.article
    if content.size is not None and content.size > limit:
        raise SourceError(
            content.name,
            f"{content.size / 1e6:.0f} MB is too large for one article (at most "
            f"{limit / 1e6:.0f} MB): split it into a file an article",
        )
    data = content.read(limit)
    try:
        # line ends are not touched: the text is kept as it came
        said, body = read_front_matter(decode(data, content.charset))
        yield from articles_in_text(body, content, said.or_else(content.known))
    except ValueError as error:
        raise SourceError(content.name, f"{error}; correct it and add the file again") from error
