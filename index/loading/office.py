"""Office documents (docx, pptx, xlsx) by markitdown, which makes Markdown of them.

markitdown brings a file detector with an ONNX runtime of 80 MB, so it is an extra.
"""

from __future__ import annotations

import io
from typing import TYPE_CHECKING

from index.errors import SourceError
from index.loading.metadata import make_article
from index.loading.office_bombs import find_bomb

if TYPE_CHECKING:
    import zipfile
    from collections.abc import Iterable, Iterator

    from index.loading.content import Content
    from index.loading.options import LoadOptions
    from index.records import Article

_FORMS = {"word/": ".docx", "ppt/": ".pptx", "xl/": ".xlsx"}
_TYPES = "[Content_Types].xml"  # every office document has it (ECMA-376)


def find_office_form(names: Iterable[str]) -> str | None:
    """The ending of the office document that a ZIP archive is; None when it is none."""
    present = list(names)
    if _TYPES not in present:
        return None
    return next(
        (form for folder, form in _FORMS.items() if any(n.startswith(folder) for n in present)),
        None,
    )


def load_office(
    content: Content, options: LoadOptions, archive: zipfile.ZipFile, form: str
) -> Iterator[Article]:
    """The one article of an office document, as Markdown.

    Raises:
        SourceError: it is a bomb, it holds no text, or markitdown is not installed.
    """
    limits = options.limits
    if problem := find_bomb(archive, form, limits):
        raise SourceError(content.name, problem)
    try:
        from markitdown import MarkItDown, StreamInfo
    except ImportError as error:
        raise SourceError(
            content.name, f"{form} needs an extra: pip install 'dateline[office]'"
        ) from error
    data = io.BytesIO(content.read(limits.document))
    text = (
        MarkItDown(enable_plugins=False)
        .convert_stream(data, stream_info=StreamInfo(extension=form))
        .text_content
    )
    if not text.strip():
        raise SourceError(content.name, "holds no text")
    if len(text) > limits.article:
        raise content.too_large(limits.article)
    yield make_article(text, content.known)
