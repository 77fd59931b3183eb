"""Office documents that are small and become huge when they are opened.

What opens them unpacks every part, keeps each one as a tree, and makes a row of a sheet as wide as
its widest and every row that a sheet leaves out: one cell in the last corner is 17,000 million.
"""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING
from xml.parsers import expat

if TYPE_CHECKING:
    import zipfile

    from index.loading.options import Limits

_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # marks and white space that XML may begin with


def find_bomb(archive: zipfile.ZipFile, form: str, limits: Limits) -> str | None:
    """Why a document had better not be opened; None when it may.

    Args:
        form: its ending: ".xlsx".
    """
    entries = archive.infolist()
    # The sizes are what zipfile holds the data to.
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > min(max(limits.spared, packed * limits.ratio), limits.nested):
        return f"unpacks to {unpacked / 1e6:,.0f} MB, more than such a file may"
    parts = [entry for entry in entries if _is_markup(archive, entry)]
    text = sum(entry.file_size for entry in parts)
    if text > limits.document:
        return f"holds {text / 1e6:,.0f} MB of text and marks: split it"
    if form == ".xlsx":
        cells = max((_count_cells(archive, entry) for entry in parts), default=0)
        if cells > limits.cells:
            return f"has a sheet of {cells:,} cells, empty ones too: save it as CSV"
    return None


def _is_markup(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether it is XML, whatever its name says."""
    with archive.open(entry) as part:
        return part.read(64).lstrip(_BEFORE).startswith(b"<")


def _count_cells(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> int:
    """The cells of the smallest table that holds all of a sheet's; 0 for what is no sheet."""
    row = column = rows = columns = 0

    def start(name: str, attributes: dict[str, str]) -> None:
        nonlocal row, column, rows, columns
        kind, place = name.rpartition(":")[2], attributes.get("r", "")
        if kind == "row":
            row, column = int(place) if place.isdecimal() else row + 1, 0
        elif kind == "c":
            letters = place.rstrip("0123456789")
            column = _number(letters) if letters else column + 1
        else:
            return
        rows, columns = max(rows, row), max(columns, column)

    parser = expat.ParserCreate()
    parser.StartElementHandler = start
    with archive.open(entry) as part, suppress(expat.ExpatError):  # who opens it will say so
        parser.ParseFile(part)
    return rows * max(columns, 1)


def _number(letters: str) -> int:
    """1 for "A", 27 for "AA"."""
    number = 0
    for letter in letters[:4].upper():
        number = number * 26 + ord(letter) - ord("A") + 1
    return number
