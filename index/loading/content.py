"""Bytes on their way to a loader: where from, how to open them, and what is known and wished."""

from __future__ import annotations

import codecs
import io
import math
import re
import zlib
from collections.abc import Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from lzma import LZMAError
from tempfile import SpooledTemporaryFile
from typing import TYPE_CHECKING, Protocol
from urllib.parse import unquote, urlsplit
from zipfile import BadZipFile

from index.errors import SourceError
from index.files import first_line
from index.loading.connecting import FetchOptions
from index.loading.metadata import Metadata
from index.loading.politeness import Visits

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from io import BufferedIOBase

    from index.loading.fetch import Response
    from index.records import Article


HEAD = 65_536
"""Bytes that are looked at to tell what a content is."""

_CHUNK = 1 << 20
_IN_MEMORY = 16_000_000  # bytes of an inner archive; a larger one goes to a temporary file
_TRUNCATED = "damaged or cut short: copy or download it again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Content:
    """What one loader reads.

    Attributes:
        name: what the user is told: a path, a URL, "news.zip/2019/a.txt".
        file: the file's name, or what comes nearest; it ends as the form should.
        opener: opens it at its beginning, as often as is wanted.
        size: bytes; where they are packed, how many when packed; None when nobody has said.
        in_place: opened, it is a file that may be read anywhere and in any order.
        media_type, charset: as a server declared them.
        known: what is known of the article from what led here: a feed, a server.
        depth: how many archives it was taken out of.
        budget: how many bytes may still be unpacked, of all that is in the outermost archive.
    """

    name: str
    file: str
    opener: Callable[[], BufferedIOBase]
    size: int | None = None
    in_place: bool = False
    media_type: str | None = None
    charset: str | None = None
    known: Metadata = field(default_factory=Metadata)
    depth: int = 0
    budget: Budget | None = None

    @property
    def suffix(self) -> str:
        """The ending of the name, in lower case: ".html"; empty when there is none."""
        stem, dot, ending = self.file.rpartition(".")
        return f".{ending.lower()}" if stem and dot and "/" not in ending else ""

    def open(self) -> BufferedIOBase:
        """Open it; the caller closes it."""
        return self.opener()

    def head(self) -> bytes:
        """How it begins; of a packed file that is cut short, what there is of it."""
        head = b""
        with self.open() as stream:
            try:
                while len(head) < HEAD and (more := stream.read1(HEAD - len(head))):
                    head += more
            except (EOFError, zlib.error, LZMAError, BadZipFile):
                if not head:
                    raise
        return head

    def read(self, limit: int) -> bytes:
        """All of it.

        Raises:
            SourceError: it is larger than `limit` bytes.
        """
        with self.open() as stream:
            data = stream.read(limit + 1)
        if len(data) > limit:
            raise self.too_large(limit)
        return data

    @contextmanager
    def open_in_place(self, limit: int) -> Iterator[BufferedIOBase]:
        """Open it for reading anywhere in it; what cannot is copied first, up to `limit` bytes."""
        with self.open() as stream:
            if self.in_place:
                yield stream
                return
            with SpooledTemporaryFile(_IN_MEMORY) as copy:
                while chunk := stream.read(_CHUNK):
                    copy.write(chunk)
                    if copy.tell() > limit:
                        raise self.too_large(limit)
                copy.seek(0)
                yield copy  # type: ignore[misc]  # it has all of a file's methods since 3.11

    def too_large(self, limit: int) -> SourceError:
        """What to say when there is more of it than is taken."""
        return SourceError(self.name, f"larger than {limit / 1e6:.0f} MB: split it, or save less")

    def as_archive(self, options: LoadOptions) -> Content:
        """This, with a budget for all that is in it, unless it lies in too many archives."""
        if self.depth >= options.limits.depth:
            raise SourceError(
                self.name,
                f"lies in {self.depth} archives, one in another: unpack the outer ones first",
            )
        return replace(self, budget=self.budget or Budget(options.limits.unpacked))

    def inner(
        self, name: str, opener: Callable[[], BufferedIOBase], *, size: int | None
    ) -> Content:
        """What was found in this archive, under its name there."""
        return replace(
            self,
            name=f"{self.name}/{name}",
            file=name,
            opener=opener,
            size=size,
            in_place=False,
            media_type=None,
            charset=None,
            known=Metadata(),
            depth=self.depth + 1,
        )

    def page(self, name: str, body: bytes, charset: str | None, known: Metadata) -> Content:
        """A page that was found in this."""
        return replace(
            self.inner("page.html", lambda: io.BytesIO(body), size=len(body)),
            name=name,
            in_place=True,
            media_type="text/html",
            charset=charset,
            known=known,
        )


def open_url(url: str, options: LoadOptions, *, followed: bool = False) -> Content:
    """What stands at a URL, fetched; a SourceError where it cannot be, or may not be.

    Args:
        followed: a feed led here, and not the user: the site's robots.txt is obeyed.
    """
    return as_content(url, options.visits.fetch(url, options, followed=followed))


def as_content(url: str, response: Response) -> Content:
    """What a server gave for a URL, to be loaded."""
    return Content(
        name=url,
        file=unquote(urlsplit(response.url).path).rpartition("/")[2],
        opener=lambda: io.BytesIO(response.body),
        size=len(response.body),
        in_place=True,
        media_type=response.media_type,
        charset=response.charset,
        known=Metadata(url=response.url),
    )


class Loads(Protocol):
    """A loader: the articles in a content, one at a time, and what could not be loaded."""

    def __call__(self, content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
        """Load it; a SourceError is raised where there is no article, or no more of them."""


@dataclass(slots=True)
class Budget:
    """How many bytes may still be unpacked: shared by all that one archive holds."""

    left: int


class Unpacking(io.RawIOBase):
    """What comes out of a packed stream, counted, so that no bomb goes off.

    Args:
        under: the packed stream itself, closed with this one.

    Raises (from `read`):
        SourceError: more comes out than an honest file holds.
    """

    def __init__(
        self,
        stream: BufferedIOBase,
        content: Content,
        options: LoadOptions,
        under: BufferedIOBase | None = None,
    ) -> None:
        limits = options.limits
        self._stream, self._under, self._name = stream, under, content.name
        self._budget = content.budget or Budget(limits.unpacked)
        self._most = max(limits.spared, (content.size or limits.unpacked) * limits.ratio)
        self._ratio, self._count = limits.ratio, 0

    def readable(self) -> bool:
        """It can be read."""
        return True

    def readinto(self, buffer: bytearray | memoryview) -> int:  # type: ignore[override]
        """The next bytes, into the buffer."""
        data = self._stream.read1(len(buffer))  # as it comes: what precedes damage is good
        self._count += len(data)
        self._budget.left -= len(data)
        if self._count > self._most:
            raise SourceError(
                self._name,
                f"unpacks to more than {self._ratio} times its size, as a ZIP bomb does: unpack it "
                "yourself if you trust it",
            )
        if self._budget.left < 0:
            raise SourceError(self._name, "unpacks to more than one archive may: split it")
        buffer[: len(data)] = data
        return len(data)

    def close(self) -> None:
        """Close both."""
        self._stream.close()
        if self._under:
            self._under.close()
        super().close()


@contextmanager
def telling_what_is_wrong(content: Content, form: str) -> Iterator[None]:
    """Whatever a parser raises, as a SourceError of one line.

    Parsers of hostile files raise nearly everything (KeyError, RecursionError, MemoryError …), and
    one bad source may never stop the others.

    Args:
        form: what it was taken for: "a PDF".
    """
    try:
        yield
    except SourceError:
        raise
    except (EOFError, zlib.error, LZMAError, BadZipFile) as error:
        raise SourceError(content.name, _TRUNCATED) from error
    except OSError as error:
        reason = f"cannot be read ({error.strerror})" if error.strerror else _TRUNCATED
        raise SourceError(content.name, reason, temporary=bool(error.strerror)) from error
    except Exception as error:
        said = f"cannot be read as {form} ({first_line(error)})"
        raise SourceError(content.name, said) from error


class Portions:
    """A stream that may not go on for long without a new beginning; what precedes damage counts.

    Args:
        stream: its byte order mark (UTF-8) is left out.
        most: bytes from one beginning to the next.
        error: raised by `read` where there are more.
    """

    def __init__(self, stream: BufferedIOBase, most: int, error: SourceError) -> None:
        self._stream, self._most, self._error = stream, most, error
        self._left: float = most
        self._at_start = True

    def begin(self, *, endless: bool = False) -> None:
        """Count from here, or until the next beginning not at all."""
        self._left = math.inf if endless else self._most

    def read(self, size: int) -> bytes:
        """Some of the next bytes, as they come."""
        data = self._stream.read1(size)
        if self._at_start and data:
            data, self._at_start = data.removeprefix(codecs.BOM_UTF8), False
        self._left -= len(data)
        if self._left < 0:
            raise self._error
        return data


FIELDS = ("title", "text", "publisher", "authors", "published", "updated", "url", "language")
"""What a table may say of an article, under the names that `--map` takes."""
_CONTACT = re.compile(r"(?:https?://[!-~]{1,200}|[!-~]{1,100}@[!-~]{1,100})")  # goes into a header


@dataclass(frozen=True, slots=True, kw_only=True)
class LoadOptions(FetchOptions):
    """How to load sources.

    Attributes:
        columns: which column of a table (CSV, JSON, JSON Lines) is which field of an article, where
            the names do not tell: {"title": "headline"}.
        visits: keeps the pace at which servers are asked, and what their robots.txt say.

    Raises:
        ValueError: `columns` names a field that no article has; `contact` is neither.
    """

    columns: Mapping[str, str] = field(default_factory=dict)
    visits: Visits = field(default_factory=Visits, compare=False, repr=False)

    def __post_init__(self) -> None:
        """Refuse a field that would silently be ignored."""
        for name in self.columns:
            if name not in FIELDS:
                raise ValueError(
                    f"{name!r} is no field of an article: choose from {', '.join(FIELDS)}"
                )
        if self.contact is not None and not _CONTACT.fullmatch(self.contact):
            raise ValueError(f"{self.contact!r} is neither a URL nor an e-mail address")
