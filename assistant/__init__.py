"""From a question to a cited answer: `from assistant import answer`."""

from assistant.answer import Answer, Citation
from assistant.assistant import Assistant, answer
from assistant.question import QuestionError
from assistant.settings import Settings
from index import DatelineError, IndexMissingError, ModelMismatchError, SourceError

__all__ = [
    "Answer",
    "Assistant",
    "Citation",
    "DatelineError",
    "IndexMissingError",
    "ModelMismatchError",
    "QuestionError",
    "Settings",
    "SourceError",
    "answer",
]
