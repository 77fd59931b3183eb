"""Documents: text, Markdown, mail (EML, MHTML), and office programs' docx, odt, rtf, pptx, xlsx.

docx is read by mammoth, rtf by striprtf and xlsx by openpyxl, as plain text: what is quoted is what
the document says, without marks.
"""

from __future__ import annotations

import email
import email.policy
import io
import re
import zipfile
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from index.errors import SourceError
from index.loading.articles import articles_in_text
from index.loading.decoding import decode
from index.loading.metadata import Metadata, fold, read_said
from index.loading.rows import read_front_matter

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from email.message import EmailMessage

    from lxml.etree import _Element

    from index.loading.connecting import Limits
    from index.loading.content import Content, LoadOptions, Loads
    from index.records import Article


_SAVED_BY = "<saved by"  # the sender of a page that a browser saved


def load_mail(
    content: Content, options: LoadOptions, load: Loads
) -> Iterator[Article | SourceError]:
    """The article of a message: its page if it has one, else its plain text."""
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
                content.page(
                    content.name,
                    body,
                    page.get_content_charset(),
                    replace(known, url=address if "://" in (address or "") else None),
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
    if is_page:
        return Metadata(url=saved or None)
    return read_said(
        "mail",
        title=str(message.get("subject") or ""),
        publisher=sender.partition("<")[0].strip(" \"'"),
        published=str(message.get("date") or ""),
    )


_SLIDE = re.compile(r"ppt/slides/slide\d+\.xml")
_FORMS = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}
_BEFORE = b"\xef\xbb\xbf\xff\xfe\0 \t\r\n"  # marks and white space that XML may begin with
_TYPES = "[Content_Types].xml"  # every office document has it (ECMA-376)
_OPEN_DOCUMENT = {"content.xml", "mimetype", "META-INF/manifest.xml"}  # OASIS OpenDocument 1.2
# What programs write as a title when nobody has: a file's name, or nothing.
_NO_TITLE = re.compile(
    r"(?:untitled|unbenannt|sans titre|microsoft word|document\d*$|dokument\d*$|print(?:ed)?$"
    r"|.*\.(?:docx?|pdf|indd|qxp|odt|rtf|html?)$)",
    re.IGNORECASE,
)


def find_office_form(names: Iterable[str]) -> str | None:
    """The ending of the office document that a ZIP archive is; None when it is none."""
    present = list(names)
    if _OPEN_DOCUMENT & set(present) >= {"content.xml", "mimetype"}:
        return ".odt"
    if _TYPES not in present:
        return None
    return next(
        (form for folder, form in _FORMS.items() if any(n.startswith(folder) for n in present)),
        None,
    )


def load_office(
    content: Content, options: LoadOptions, archive: zipfile.ZipFile, form: str
) -> Iterator[Article | SourceError]:
    """The article of an office document; of an export, its articles."""
    limits = options.limits
    if problem := find_bomb(archive, limits):
        raise SourceError(content.name, problem)
    if form == ".odt":
        text = _paragraphs(archive, ["content.xml"])
    elif form == ".pptx":
        slides = filter(_SLIDE.fullmatch, archive.namelist())
        text = _paragraphs(archive, sorted(slides, key=lambda name: (len(name), name)))
    elif form == ".docx":
        import mammoth

        text = mammoth.extract_raw_text(io.BytesIO(content.read(limits.document))).value
    else:
        text = "\n".join(_rows(content, limits))
    yield from _articles(text, content, options, _read_properties(archive, form))


def load_rtf(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The article of a document in Rich Text Format; of an export, its articles."""
    from striprtf import striprtf

    data = content.read(options.limits.article)
    read: Any = striprtf.rtf_to_text  # has no types
    text = str(read(data.decode("latin-1"), errors="replace"))
    yield from _articles(text.replace("\x00", ""), content, options, Metadata())


def _articles(
    text: str, content: Content, options: LoadOptions, known: Metadata
) -> Iterator[Article | SourceError]:
    if not text.strip():
        form = content.suffix or "the document"
        raise SourceError(content.name, f"{form} holds no text: add its text as a file")
    if len(text) > options.limits.article:
        raise content.too_large(options.limits.article)
    yield from articles_in_text(text.strip(), content, content.known.or_else(known))


def _rows(content: Content, limits: Limits) -> Iterator[str]:
    """The rows of a workbook's sheets, their cells parted by bars.

    Counted as they come: a sheet with one cell in its last corner has 17,000 million.
    """
    from openpyxl import load_workbook

    book = load_workbook(io.BytesIO(content.read(limits.document)), read_only=True, data_only=True)
    left = limits.cells
    for sheet in book.worksheets:
        for row in sheet.iter_rows(values_only=True):
            left -= max(len(row), 1)
            if left < 0:
                raise SourceError(
                    content.name,
                    f"has more than {limits.cells:,} cells, empty ones too: save it as CSV",
                )
            if said := [str(each) for each in row if each is not None]:
                yield " | ".join(said)


def _paragraphs(archive: zipfile.ZipFile, names: Iterable[str]) -> str:
    """The paragraphs and headings of these parts, a blank line between them, without notes."""
    from lxml import etree

    found: list[str] = []
    for part in names:
        tree = parse_xml(archive.read(part))
        hidden = ("{*}note", "{*}annotation", "{*}tracked-changes")
        etree.strip_elements(tree, *hidden, with_tail=False)
        for name, text in (("s", " "), ("tab", " "), ("line-break", "\n"), ("br", "\n")):
            for each in tree.iter(f"{{*}}{name}"):
                each.text = text
        found += (str(each.xpath("string()")).strip() for each in tree.iter("{*}p", "{*}h"))
    return "\n\n".join(filter(None, found))


def _read_properties(archive: zipfile.ZipFile, form: str) -> Metadata:
    """Title and author as the program keeps them; its dates are those of the file."""
    name = "meta.xml" if form == ".odt" else "docProps/core.xml"
    if name not in archive.namelist():
        return Metadata()
    said = read_dublin_core(parse_xml(archive.read(name)))
    return said_by_program(said.get("title"), said.get("creator"), said.get("language"))


def read_dublin_core(tree: _Element) -> dict[str, str]:
    """What the elements of the Dublin Core in a document say of it, the first of each."""
    said: dict[str, str] = {}
    for element in tree.iter("{http://purl.org/dc/elements/1.1/}*"):
        said.setdefault(element.tag.rpartition("}")[2], fold(element.text))
    return said


def said_by_program(title: object, author: object, language: object = None) -> Metadata:
    """What a program keeps of a document, without the names of files and users."""
    named = fold(title)
    said = read_said("", authors=[author], language=language)
    return replace(
        said,
        title="" if _NO_TITLE.match(named) else named,
        authors=tuple(each for each in said.authors if " " in each),
    )


def parse_xml(data: bytes) -> _Element:
    """XML parsed without entities, the network or more depth than lxml allows (XMLSyntaxError)."""
    from lxml import etree

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    return etree.fromstring(data, parser)


def find_bomb(archive: zipfile.ZipFile, limits: Limits) -> str | None:
    """Why a document that is small and becomes huge had better not be opened; None when it may.

    What opens it unpacks every part and keeps each one as a tree.
    """
    entries = archive.infolist()
    # The sizes are what zipfile holds the data to.
    packed = sum(entry.compress_size for entry in entries)
    unpacked = sum(entry.file_size for entry in entries)
    if unpacked > min(max(limits.spared, packed * limits.ratio), limits.nested):
        return f"unpacks to {unpacked / 1e6:,.0f} MB, more than such a file may"
    text = sum(entry.file_size for entry in entries if _is_markup(archive, entry))
    if text > limits.document:
        return f"holds {text / 1e6:,.0f} MB of text and marks: split it"
    return None


def _is_markup(archive: zipfile.ZipFile, entry: zipfile.ZipInfo) -> bool:
    """Whether it is XML, whatever its name says."""
    with archive.open(entry) as part:
        return part.read(64).lstrip(_BEFORE).startswith(b"<")


def load_text(content: Content, options: LoadOptions) -> Iterator[Article | SourceError]:
    """The one article in a text; of an export, its articles."""
    data = content.read(options.limits.article)
    try:
        # line ends are not touched: the text is kept as it came
        said, body = read_front_matter(decode(data, content.charset))
        yield from articles_in_text(body, content, said.or_else(content.known))
    except ValueError as error:
        raise SourceError(content.name, f"{error}; correct it and add the file again") from error
