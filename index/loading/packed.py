"""A file packed by gzip or xz: what comes out is loaded by what it is."""

from __future__ import annotations

import gzip
import io
import lzma
from typing import TYPE_CHECKING, cast

from index.loading.content import Content, Loads, Unpacking

if TYPE_CHECKING:
    from collections.abc import Iterator
    from io import BufferedIOBase
    from typing import BinaryIO

    from index.errors import SourceError
    from index.loading.options import LoadOptions
    from index.records import Article

_GZIP = b"\x1f\x8b"
_BUFFER = 1 << 17  # bytes


def load_packed(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The articles in a .gz or .xz file.

    Raises:
        SourceError: it lies in too many archives.
    """
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
