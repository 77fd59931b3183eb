"""Small files of binary forms, made for the tests: PDF, docx, WARC, ZIP."""

from __future__ import annotations

import io
import zipfile
from typing import TYPE_CHECKING

from warcio.statusandheaders import StatusAndHeaders
from warcio.warcwriter import WARCWriter

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

STORY = "The council of Velmouth approved the new bridge on Monday by nine votes to eight."
MORE = "Work starts in May, and lorries will have to take the ferry until the autumn of next year."


def page(title: str, *paragraphs: str, head: str = "") -> str:
    """A page with one article."""
    text = "".join(f"<p>{each}</p>" for each in paragraphs or (STORY, MORE))
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title}</title>{head}</head>"
        f"<body><nav><a href='/'>Home</a></nav><article><h1>{title}</h1>{text}</article></body>"
        "</html>"
    )


def pdf(pages: Sequence[Sequence[str]], **information: str) -> bytes:
    """A PDF with these lines on its pages (ASCII), and this in its information dictionary."""
    objects = ["<< /Type /Catalog /Pages 2 0 R >>", "", "<< /Type /Font /Subtype /Type1"]
    objects[2] += " /BaseFont /Helvetica >>"
    kids = []
    for lines in pages:
        shown = " T* ".join(f"({_escape(line)}) Tj" for line in lines)
        content = f"BT /F1 11 Tf 14 TL 60 780 Td {shown} ET"
        objects.append(f"<< /Length {len(content)} >>\nstream\n{content}\nendstream")
        objects.append(
            "<< /Type /Page /Parent 2 0 R /MediaBox [0 0 600 840] /Resources << /Font << /F1 3 0 R "
            f">> >> /Contents {len(objects)} 0 R >>"
        )
        kids.append(f"{len(objects)} 0 R")
    objects[1] = f"<< /Type /Pages /Kids [{' '.join(kids)}] /Count {len(kids)} >>"
    objects.append(f"<< {' '.join(f'/{name} ({value})' for name, value in information.items())} >>")
    out, offsets = io.BytesIO(), []
    out.write(b"%PDF-1.4\n")
    for number, each in enumerate(objects, start=1):
        offsets.append(out.tell())
        out.write(f"{number} 0 obj\n{each}\nendobj\n".encode("latin-1"))
    start = out.tell()
    out.write(f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n".encode())
    out.writelines(f"{offset:010} 00000 n \n".encode() for offset in offsets)
    out.write(
        f"trailer\n<< /Size {len(objects) + 1} /Root 1 0 R /Info {len(objects)} 0 R >>\n"
        f"startxref\n{start}\n%%EOF\n".encode()
    )
    return out.getvalue()


def _escape(line: str) -> str:
    return line.replace("(", r"\(").replace(")", r"\)")


def archive(files: Mapping[str, bytes | str], *, packed: bool = True) -> bytes:
    """A ZIP archive."""
    out = io.BytesIO()
    method = zipfile.ZIP_DEFLATED if packed else zipfile.ZIP_STORED
    with zipfile.ZipFile(out, "w", method) as made:
        for name, data in files.items():
            made.writestr(name, data)
    return out.getvalue()


_WORD = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def docx(*paragraphs: str, doctype: str = "") -> bytes:
    """A Word document of plain paragraphs."""
    body = "".join(f"<w:p><w:r><w:t>{each}</w:t></w:r></w:p>" for each in paragraphs)
    return archive(
        {
            "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension='
            '"rels" ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
            '<Override PartName="/word/document.xml" ContentType="application/vnd.openxmlformats-'
            'officedocument.wordprocessingml.document.main+xml"/></Types>',
            "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" '
            f'Type="{_OFFICE}/officeDocument" Target="word/document.xml"/></Relationships>',
            "word/document.xml": f'<?xml version="1.0"?>{doctype}<w:document xmlns:w="{_WORD}">'
            f"<w:body>{body}</w:body></w:document>",
        }
    )


def warc(
    records: Iterable[tuple[str, str, str, bytes]], *, packed: bool = True, kind: str = "response"
) -> bytes:
    """A web archive of (URL, status line, content type, body)."""
    out = io.BytesIO()
    writer = WARCWriter(out, gzip=packed)
    for url, status, media_type, body in records:
        headers = StatusAndHeaders(status, [("Content-Type", media_type)], protocol="HTTP/1.1")
        writer.write_record(
            writer.create_warc_record(
                url, kind, payload=io.BytesIO(body), length=len(body), http_headers=headers
            )
        )
    return out.getvalue()
