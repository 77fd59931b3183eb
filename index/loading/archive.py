"""A ZIP archive: an office document, or files of any form that can be loaded, archives too.

Nothing is written to disk under a name from the archive, so that none can climb out of a folder.
"""

from __future__ import annotations

import io
import zipfile
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from index.errors import SourceError
from index.loading.content import Content, Loads, Unpacking
from index.loading.kinds import SUFFIXES
from index.loading.office import find_office_form, load_office

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase

    from index.loading.options import LoadOptions
    from index.records import Article

_ENCRYPTED = 0x1  # bit of a ZIP entry's flags


def load_archive(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles in a ZIP archive, file by file in order of name, or in an office document.

    Raises:
        SourceError: it is damaged, too large, or holds nothing that can be loaded.
    """
    limits = options.limits
    with (
        content.open_in_place(limits.nested) as file,
        zipfile.ZipFile(file) as archive,
    ):
        entries = archive.infolist()
        if len(entries) > limits.entries:
            raise SourceError(
                content.name,
                f"holds {len(entries):,} files, more than {limits.entries:,}: split it",
            )
        if form := find_office_form(entry.filename for entry in entries):
            yield from load_office(content, options, archive, form)
            return
        content = content.as_archive(options)
        wanted = sorted(filter(_is_article, entries), key=lambda entry: entry.filename)
        if not wanted:
            raise SourceError(content.name, "nothing in this archive can be loaded")
        for entry in wanted:
            if problem := _problem(entry):
                yield SourceError(f"{content.name}/{entry.filename}", problem)
            else:
                yield from load(_content_of(entry, archive, content, options), options)


def _content_of(
    entry: zipfile.ZipInfo, archive: zipfile.ZipFile, content: Content, options: LoadOptions
) -> Content:
    def unpack() -> BufferedIOBase:
        counted = Unpacking(cast("BufferedIOBase", archive.open(entry)), inside, options)
        return io.BufferedReader(counted)

    inside = content.inner(entry.filename, unpack, size=entry.compress_size)
    return inside


def _problem(entry: zipfile.ZipInfo) -> str | None:
    if entry.flag_bits & _ENCRYPTED:
        return "is encrypted: unpack it with its password first"
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    if path.is_absolute() or ".." in path.parts:
        return "its name climbs out of the archive, as no honest one does: left out"
    return None


def _is_article(entry: zipfile.ZipInfo) -> bool:
    """Leave out what is no article: folders, hidden files, a README, what another form is."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
    named = path.suffix.lower() in SUFFIXES and path.stem.lower() != "readme"
    return named and not hidden and not entry.is_dir()
