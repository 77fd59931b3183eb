"""One function for every source: a file, a folder or a URL into articles, one at a time."""

from __future__ import annotations

import re
import stat
from collections.abc import Collection
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, TypeGuard

from index.errors import SourceError
from index.loading.archives import load_archive, load_packed, load_warc
from index.loading.content import Content, LoadOptions, open_url, telling_what_is_wrong
from index.loading.documents import load_mail, load_rtf, load_text
from index.loading.feed import load_feed
from index.loading.kinds import ONE_ARTICLE, Kind, find_kind, is_readme, why_not_taken
from index.loading.page import load_page
from index.loading.pdf import load_pdf
from index.loading.table_rows import load_csv, load_json, load_json_lines
from index.records import Article
from index.splitting import NO_STORY, has_story

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from io import BufferedReader

    from index.loading.content import Loads

    _Articles = Iterator[Article | SourceError]
    _LoadsInner = Callable[[Content, LoadOptions, Loads], _Articles]

_PLAIN = LoadOptions()
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_SHOWN_CHARACTERS = 80  # of what was given in place of a path, such as a pasted article


class Meter:
    """Counts the bytes of files as they are read, packed ones as they lie on the disk.

    Args:
        sizes: bytes of all the files that will be read; none where that is not known.
    """

    def __init__(self, sizes: Iterable[int] = ()) -> None:
        self._total, self._before = sum(sizes), 0
        self._file: BufferedReader | None = None

    def open(self, path: Path) -> BufferedReader:
        """Open a file; what is read of it counts."""
        self._file = path.open("rb")
        return self._file

    def close(self, size: int) -> None:
        """That file is done with."""
        self._file = None
        self._before += size

    def share(self) -> float | None:
        """How much has been read, 0 to 1; None where nobody knows how much there is."""
        if not self._total:
            return None
        here = 0
        if self._file:
            with suppress(ValueError, OSError):  # closed, for it is opened more than once
                here = self._file.tell()
        return min((self._before + here) / self._total, 1.0)


def load(
    source: str | Path, options: LoadOptions = _PLAIN, meter: Meter | None = None
) -> Iterator[Article | SourceError]:
    """The articles of a source, one at a time, and what in it could not be loaded.

    Args:
        source: a file, a folder (searched recursively, in order of name), or an http(s) URL.
        meter: counts what is read of files.

    Nothing is raised for a bad source, and memory does not grow with the source: a table is read
    row by row, an archive file by file.
    """
    try:
        if is_url(source):
            yield from load_content(open_url(source, options), options)
            return
        for file in _find_files(source):
            if file != Path(source).expanduser() and (reason := why_not_taken(file.name)):
                yield SourceError(str(file), reason)
            else:
                yield from _load_file(file, options, meter or Meter())
    except SourceError as error:
        yield error.bare()


def load_all(
    sources: Iterable[str | Path | Article],
    options: LoadOptions = _PLAIN,
    meter: Meter | None = None,
) -> Iterator[Article | SourceError]:
    """The articles of many sources, each drawn when those before it are loaded.

    A record is a source too, and left out as a file would be when there is no story in it.
    """
    for source in sources:
        if not isinstance(source, Article):
            yield from load(source, options, meter)
        elif has_story(source):
            yield source
        else:
            yield SourceError(source.title or source.id, NO_STORY)


def is_url(source: str | Path) -> TypeGuard[str]:
    """Whether a source is to be fetched; whether it can be is found out then."""
    return isinstance(source, str) and bool(_SCHEME.match(source))


def count_articles(sources: Iterable[str | Path | Article]) -> int | None:
    """How many articles these hold, where their names tell; None where only reading would.

    None for an iterator too: it can be gone through only once, and may have no end.
    """
    if not isinstance(sources, Collection):
        return None
    total = 0
    for source in sources:
        if isinstance(source, Article):
            total += 1
            continue
        if is_url(source):
            return None
        try:
            files = _find_files(source)
        except SourceError:
            files = []
        if any(file.suffix.lower() not in ONE_ARTICLE for file in files):
            return None
        total += max(len(files), 1)
    return total


def meter_of(sources: Iterable[str | Path | Article]) -> Meter:
    """A meter that knows how much there is to read, where all of it lies in files."""
    sizes: list[int] = []
    for source in sources if isinstance(sources, Collection) else ():
        if isinstance(source, Article) or is_url(source):
            return Meter()
        with suppress(SourceError, OSError, ValueError):  # loading it says what is wrong
            sizes += [file.stat().st_size for file in _find_files(source)]
    return Meter(sizes)


def _load_file(file: Path, options: LoadOptions, meter: Meter) -> Iterator[Article | SourceError]:
    try:
        found = file.stat()
    except (FileNotFoundError, ValueError):  # ValueError: a NUL in the path
        yield SourceError(str(file), "there is no such file: check the path")
        return
    except OSError as error:
        yield SourceError(str(file), f"cannot be read ({error.strerror})", temporary=True)
        return
    if not stat.S_ISREG(found.st_mode):  # a pipe or a device may never end
        yield SourceError(str(file), "not a file: save what it says in one")
        return
    content = Content(
        name=str(file),
        file=file.name,
        opener=lambda: meter.open(file),
        size=found.st_size,
        in_place=True,
    )
    yield from load_content(content, options)
    meter.close(found.st_size)


def load_content(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The articles of whatever this is; what one loader raises ends this content and no other."""
    try:
        with telling_what_is_wrong(content, "anything"):
            head = content.head()
        if not head.removeprefix(b"\xef\xbb\xbf").strip():
            raise SourceError(content.name, "the file is empty: add one that holds an article")
        kind = find_kind(content, head)
        if not isinstance(kind, Kind):
            raise SourceError(content.name, kind)
        with telling_what_is_wrong(content, kind.value):
            for each in _LOADERS[kind](content, options):
                yield each.bare() if isinstance(each, SourceError) else each
    except SourceError as error:
        yield error.bare()


def _into(load: _LoadsInner) -> Loads:
    """A loader of what holds other contents, told how to load these."""
    return lambda content, options: load(content, options, load_content)


_LOADERS: dict[Kind, Loads] = {
    Kind.TEXT: load_text,
    Kind.PAGE: load_page,
    Kind.FEED: _into(load_feed),
    Kind.PDF: load_pdf,
    Kind.ZIP: _into(load_archive),
    Kind.PACKED: _into(load_packed),
    Kind.CSV: load_csv,
    Kind.JSON: load_json,
    Kind.JSON_LINES: load_json_lines,
    Kind.WARC: _into(load_warc),
    Kind.RTF: load_rtf,
    Kind.MAIL: _into(load_mail),
}


def _find_files(source: str | Path) -> list[Path]:
    """The file as given, or the files of a folder that can be loaded (SourceError)."""
    if not str(source).strip():
        raise SourceError("", "no path and no URL: name a file, a folder or a URL")
    try:
        path = Path(source).expanduser()
        is_folder = path.is_dir()
    except (OSError, RuntimeError) as error:  # too long for a path; ~ of a user unknown
        reason = error.strerror if isinstance(error, OSError) else error
        raise SourceError(_shorten(source), f"not a path to a file or folder ({reason})") from error
    if not is_folder:
        return [path]
    files = files_in(path)
    if not files:
        raise SourceError(str(source), "nothing in this folder can be loaded")
    return files


def files_in(folder: Path) -> list[Path]:
    """The files in a folder and those in it, in order of name; not hidden ones, nor a README."""
    return [file for file in sorted(folder.rglob("*")) if _is_shown(file, within=folder)]


def _shorten(source: str | Path) -> str:
    text = " ".join(str(source).split())
    return text if len(text) <= _SHOWN_CHARACTERS else f"{text[:_SHOWN_CHARACTERS]}…"


def _is_shown(file: Path, within: Path) -> bool:
    hidden = any(part.startswith(".") for part in file.relative_to(within).parts)
    return not hidden and not is_readme(file.name) and file.is_file()
