"""Mail and web pages saved as mail: newsletters (EML) and a browser's single file (MHTML)."""

from __future__ import annotations

import email
import email.policy
import io
from dataclasses import replace
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.articles import articles_in_text
from index.loading.clean_names import clean_outlet
from index.loading.date_text import read_date
from index.loading.metadata import Metadata, fold

if TYPE_CHECKING:
    from collections.abc import Iterator
    from email.message import EmailMessage

    from index.loading.content import Content, Loads
    from index.loading.options import LoadOptions
    from index.records import Article

_SAVED_BY = "<saved by"  # the sender of a page that a browser saved


def load_mail(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The article of a message: its page if it has one, else its plain text.

    Raises:
        SourceError: it has neither; it is too large.
    """
    data = content.read(options.limits.document)
    message: EmailMessage = email.message_from_bytes(data, policy=email.policy.default)
    known = _read_headers(message)
    page = message.get_body(("html",))
    plain = message.get_body(("plain",))
    if page is not None:
        body = page.get_payload(decode=True)
        if isinstance(body, bytes) and body.strip():
            address = fold(str(page.get("content-location") or "")) or known.url
            yield from load(
                replace(
                    content,
                    file="message.html",
                    opener=lambda: io.BytesIO(body),
                    size=len(body),
                    in_place=True,
                    media_type="text/html",
                    charset=page.get_content_charset(),
                    known=replace(known, url=address if "://" in (address or "") else None),
                    depth=content.depth + 1,
                ),
                options,
            )
            return
    text = str(plain.get_content()).strip() if plain is not None else ""
    if not text:
        raise SourceError(content.name, "a message without text: save the page or the text of it")
    yield from articles_in_text(text, content, known)


def _read_headers(message: EmailMessage) -> Metadata:
    """Subject, sender and day; of a saved page its address, and no sender: that is the browser."""
    saved = fold(str(message.get("snapshot-content-location") or ""))
    sender = fold(str(message.get("from") or ""))
    is_page = bool(saved) or _SAVED_BY in sender.lower()
    day = None if is_page else read_date(fold(str(message.get("date") or "")))
    name = sender.partition("<")[0].strip(" \"'")
    return Metadata(
        title="" if is_page else fold(str(message.get("subject") or "")),
        publisher=None if is_page else clean_outlet(name),
        published=day,
        published_from="mail" if day else None,
        url=saved or None,
    )
