"""Everything that can go wrong, as one tree.

DatelineError
├── SourceError            a file or folder cannot become an article
├── StorageError           the index cannot be read or written (full disk, read-only, damaged)
│   ├── IndexMissingError  there is no index yet
│   └── ModelMismatchError the index was built with another embedding model
├── ModelError             a model's files are missing or are not the ones published
├── QuestionError          (in assistant) the question itself cannot be asked
└── ChatModelError         (in assistant) the chat model cannot be had, or failed

Each message says what was wrong, where, and what to do next, in one line.
"""

from __future__ import annotations


class DatelineError(Exception):
    """The root: catching it catches everything that Dateline raises on purpose."""


class SourceError(DatelineError):
    """A source cannot be turned into articles; the index is as it was.

    Attributes:
        source: the path as the user gave it.
        reason: why, and what to do about it, in one line.
        temporary: whether it may go well another time, with nothing done about it.
    """

    def __init__(self, source: str, reason: str, *, temporary: bool = False) -> None:
        super().__init__(f"{source}: {reason}")
        self.source = source
        self.reason = reason
        self.temporary = temporary

    def bare(self) -> SourceError:
        """The same without where it was raised: a traceback keeps all that was being read."""
        self.__traceback__ = self.__cause__ = self.__context__ = None
        return self


class StorageError(DatelineError):
    """The index cannot be read or written; what it held before is still there."""


class IndexMissingError(StorageError):
    """There is no index at this place yet."""


class ModelMismatchError(StorageError):
    """The index holds vectors of another embedding model, so they cannot be compared."""


class ModelError(DatelineError):
    """A model's files are missing, damaged, or not the ones that were published."""
