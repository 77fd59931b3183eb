"""What holds other files: ZIP, e-books (EPUB), web archives (WARC, ISO 28500), gzip and xz.

Nothing is written to disk under a name from an archive, so that none can climb out of a folder.
Every file in an archive is loaded, or named with the reason why it is not.
"""

from __future__ import annotations

import gzip
import io
import lzma
import re
import zipfile
from dataclasses import replace
from pathlib import PurePosixPath
from typing import TYPE_CHECKING, cast

from index.errors import SourceError
from index.files import first_line
from index.loading.content import Content, Loads, Portions, Unpacking
from index.loading.documents import (
    find_office_form,
    load_office,
    parse_xml,
    read_dublin_core,
)
from index.loading.kinds import is_readme, why_not_taken
from index.loading.metadata import Metadata, read_said

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase
    from typing import BinaryIO

    from warcio.recordloader import ArcWarcRecord

    from index.loading.content import LoadOptions
    from index.records import Article


_ENCRYPTED = 0x1  # bit of a ZIP entry's flags
_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 17  # bytes
_NO_CHAPTER = re.compile(
    r"(?:^|[/_-])(?:nav|toc|cover|title-?page|copyright|colophon)[\w-]*\.x?html?$", re.I
)
_LARGEST_PACKAGE = 5_000_000  # bytes of what an e-book says of itself


def load_archive(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles in a ZIP archive, by name; in an office document; in an e-book, by chapter."""
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
        names = [entry.filename for entry in entries]
        if form := find_office_form(names):
            yield from load_office(content, options, archive, form)
            return
        content = content.as_archive(options)
        if "META-INF/container.xml" in names:
            yield from _load_book(content, archive, options, load)
            return
        shown = sorted(filter(_is_shown, entries), key=lambda entry: entry.filename)
        if not shown:
            raise SourceError(content.name, "nothing in this archive can be loaded")
        for entry in shown:
            if problem := _problem(entry) or why_not_taken(entry.filename):
                yield SourceError(f"{content.name}/{entry.filename}", problem)
            else:
                yield from load(_content_of(entry, archive, content, options), options)


def load_packed(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles in a .gz or .xz file, by what it is unpacked."""
    archive = content.as_archive(options)

    def open_unpacked() -> BufferedIOBase:
        packed = content.open()
        is_gzip = packed.read(2) == _GZIP
        packed.close()
        packed = content.open()  # again: not everything can be rewound
        unpack = gzip.open if is_gzip else lzma.open
        unpacked = cast("BufferedIOBase", unpack(cast("BinaryIO", packed)))
        return io.BufferedReader(Unpacking(unpacked, inside, options, under=packed), _BUFFER)

    name = content.file.removesuffix(content.suffix) if content.suffix in {".gz", ".xz"} else ""
    inside = archive.inner(name or content.file, open_unpacked, size=content.size)
    yield from load(inside, options)


def _load_book(
    content: Content, archive: zipfile.ZipFile, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The chapters of an e-book in reading order, an article each; no cover, no contents."""
    known, order = _read_package(archive)
    forms = {".xhtml", ".html", ".htm"}
    pages = [each for each in archive.infolist() if PurePosixPath(each.filename).suffix in forms]
    pages.sort(key=lambda entry: (order.get(entry.filename, len(order)), entry.filename))
    chapters = [entry for entry in pages if not _NO_CHAPTER.search(entry.filename)]
    if not chapters:
        raise SourceError(content.name, "an e-book without chapters that can be read")
    for entry in chapters:
        if problem := _problem(entry):
            yield SourceError(f"{content.name}/{entry.filename}", problem)
        else:
            chapter = _content_of(entry, archive, content, options)
            yield from load(replace(chapter, known=known), options)


def _read_package(archive: zipfile.ZipFile) -> tuple[Metadata, dict[str, int]]:
    """What an e-book says of itself, and the order of its files (EPUB 3.3, "package document")."""
    from lxml import etree

    name = next((each for each in archive.namelist() if each.endswith(".opf")), "")
    if not name or archive.getinfo(name).file_size > _LARGEST_PACKAGE:
        return Metadata(), {}
    try:
        package = parse_xml(archive.read(name))
    except etree.XMLSyntaxError:
        return Metadata(), {}
    folder = PurePosixPath(name).parent
    files = {item.get("id"): item.get("href", "") for item in package.iter("{*}item")}
    spine = [files.get(item.get("idref"), "") for item in package.iter("{*}itemref")]
    said = read_dublin_core(package)
    known = read_said(
        "EPUB",
        publisher=said.get("title") or said.get("publisher"),
        published=said.get("date"),
        language=said.get("language"),
    )
    return known, {str(folder / href): place for place, href in enumerate(spine)}


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


def _is_shown(entry: zipfile.ZipInfo) -> bool:
    """Leave out folders, a README, and what file systems hide."""
    path = PurePosixPath(entry.filename.replace("\\", "/"))
    hidden = any(part.startswith((".", "__MACOSX")) and part != ".." for part in path.parts)
    return not (hidden or entry.is_dir() or is_readme(entry.filename))


_CHUNK = 1 << 20
_PAGES = {"text/html", "application/xhtml+xml"}


def load_warc(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles of the pages that a web archive holds, record by record.

    What is no page that was delivered (images, scripts, redirections) is passed over; what
    comes before damage is in.
    """
    from warcio.archiveiterator import ArchiveIterator

    pages = number = 0
    with content.open() as stream:
        # warcio reads the lines of a heading whole, however long
        endless = SourceError(content.name, "holds a record whose heading has no end")
        source = Portions(stream, options.limits.heading, endless)
        records = iter(ArchiveIterator(source))
        while (record := _next(records, number, content)) is not None:
            number += 1
            source.begin(endless=True)
            declared = record.rec_headers.get_header("Content-Length") or ""
            if not declared.strip().isdecimal():
                raise SourceError(
                    content.name, f"record {number} says no length: download the archive again"
                )
            if _is_page(record):
                pages += 1
                body = record.content_stream().read(options.limits.document + 1)
                if (
                    getattr(record.raw_stream, "limit", 0) > 0
                    and len(body) <= options.limits.document
                ):
                    raise SourceError(
                        content.name,
                        f"ends within record {number}: it is cut short, download it again; the "
                        "pages before it are in",
                    )
                yield from load(_page(body, record, content), options)
            while record.raw_stream.read(_CHUNK):
                pass
            source.begin()
    if not pages:
        what = f"{number:,} records" if number else "no record that can be read"
        raise SourceError(content.name, f"holds {what}, and no page among them")


def _next(records: Iterator[ArcWarcRecord], number: int, content: Content) -> ArcWarcRecord | None:
    """The next record; None at the end."""
    from warcio.exceptions import ArchiveLoadFailed

    try:
        return next(records, None)
    except (ArchiveLoadFailed, AttributeError) as error:  # the latter where it names no page
        said = first_line(error) if isinstance(error, ArchiveLoadFailed) else "it names no page"
        raise SourceError(
            content.name,
            f"record {number + 1} is damaged ({said}): download the archive again; "
            "the pages before it are in",
        ) from error


def _page(body: bytes, record: ArcWarcRecord, content: Content) -> Content:
    address = record.rec_headers.get_header("WARC-Target-URI") or ""
    address = address.strip("<>")  # some writers put them there
    declared = (record.http_headers or record.rec_headers).get_header("Content-Type") or ""
    _, _, charset = declared.lower().partition("charset=")
    charset = charset.strip("\"' ;")
    return content.page(f"{content.name}/{address}", body, charset or None, Metadata(url=address))


def _is_page(record: ArcWarcRecord) -> bool:
    if record.rec_type == "response" and record.http_headers:
        if record.http_headers.get_statuscode() != "200":
            return False
        declared = record.http_headers.get_header("Content-Type")
    elif record.rec_type == "resource":
        declared = record.rec_headers.get_header("Content-Type")
    else:
        return False
    return (declared or "").split(";")[0].strip().lower() in _PAGES
