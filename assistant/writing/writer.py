"""What writes: numbered passages and a question, into text that streams."""

from __future__ import annotations

import re
import secrets
import unicodedata
from datetime import date
from time import monotonic
from typing import TYPE_CHECKING, Protocol

from langchain_core.messages import HumanMessage, SystemMessage

import prompts
from assistant.composing.wording import describe_source
from assistant.writing.chat_model import (
    ChatModelError,
    does_not_answer,
    explain,
    open_chat_model,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from langchain_core.language_models import BaseChatModel
    from langchain_core.messages import BaseMessage

    from assistant.question import Question
    from assistant.settings import Settings
    from index import Hit

_FULL_WIDTH = {code: code - 0xFEE0 for code in range(0xFF01, 0xFF5F)}
_LOOKALIKES = str.maketrans(
    {"<": "‹", ">": "›", "[": "(", "]": ")", "{": "(", "}": ")", "|": "¦", "`": "'", "#": "♯"}
    | dict.fromkeys("【〔⟦［", "(")
    | dict.fromkeys("】〕⟧］", ")")
)
_RULE = re.compile(r"([-=_*~+])\1{2,}")
_ROLE = re.compile(
    r"(?i)\b(system|assistant|user|human|developer|question|passage|instructions?)\s*:"
)
_BLANK = frozenset("\u115f\u1160\u3164\uffa0\u2800\u034f")  # letters that show nothing
_INVISIBLE = ("Cc", "Cf", "Cs", "Co", "Cn")
_LONGEST_TEXT = 6_000  # characters; a model that goes on has lost itself
_PATIENCE = 5  # times CHAT_TIMEOUT, for the whole of an answer
_PAUSE = 60.0  # seconds for which a model that does not answer is left alone
_PAUSED = "It is tried again within a minute: until then the articles’ own words answer."
_LONGEST_REWRITE = 400  # characters
_MOST_TURNS, _LONGEST_TURN = 6, 600


def draw_boundary() -> str:
    """A mark that nobody could have written before."""
    return f"=== {secrets.token_hex(8)} ==="


def without_invisible(text: str) -> str:
    """The text as a reader sees it: white space folded, nothing hidden, nothing that reorders."""
    shown = (
        " " if each.isspace() else each
        for each in text
        if each.isspace() or not (_hidden(each) or each in _BLANK)
    )
    return " ".join("".join(shown).split())


def neutralise(text: str) -> str:
    """The text on one line, with nothing in it that could pose as the prompt around it."""
    plain = without_invisible(text).translate(_FULL_WIDTH).translate(_LOOKALIKES)
    return _ROLE.sub(r"\1 -", _RULE.sub(r"\1", plain))


def number_passages(hits: Sequence[Hit]) -> str:
    """The passages, one a line after its source: number, outlet, date and headline."""
    return "\n\n".join(
        f"[{number}] {neutralise(_source(hit))}\n{neutralise(hit.passage.text)}"
        for number, hit in enumerate(hits, start=1)
    )


def _source(hit: Hit) -> str:
    from assistant.answer import Source

    source = Source.of(hit.article)
    about = describe_source(source)
    return about if about == source.title else f"{about}. {source.title}"


def _hidden(character: str) -> bool:
    if unicodedata.category(character) in _INVISIBLE:
        return True
    return "\ufe00" <= character <= "\ufe0f" or "\U000e0100" <= character <= "\U000e01ef"


class Writer(Protocol):
    """Writes an answer from numbered passages: the seam for another way to write."""

    @property
    def name(self) -> str:
        """What it is called in `Answer.model`."""

    def write(self, question: str, hits: Sequence[Hit], today: date) -> Iterator[str]:
        """The text, in pieces as they come; [1] is the first of the hits.

        Raises:
            ChatModelError: it failed; what came before stays.
        """


class ChatWriter:
    """Any LangChain chat model as a `Writer`, and as a rewriter of follow-ups.

    One that does not answer is left alone for a minute, in which nobody waits for it, and everyone
    who asks is told why.

    Args:
        settings: which model, and how long to wait for it.
        model: the model itself, in place of the one that the settings name.
    """

    def __init__(self, settings: Settings, model: BaseChatModel | None = None) -> None:
        self._settings = settings
        self._model = model or open_chat_model(settings)
        self._paused_until, self._paused_for = 0.0, ""

    @property
    def name(self) -> str:
        """As the settings name it."""
        return self._settings.chat_model or type(self._model).__name__

    def write(
        self, question: str, hits: Sequence[Hit], today: date, notes: str = ""
    ) -> Iterator[str]:
        """The text as it comes; see `Writer`.

        Args:
            notes: what an editor found in the passages: who says it, where sources differ.
        """
        filled = prompts.load("writing").format(
            boundary=draw_boundary(),
            passages=number_passages(hits),
            question=neutralise(question),
            notes=neutralise(notes) or "none",
            today=f"{today:%A} {today.day} {today:%B %Y}",
        )
        yield from self._stream(_messages(filled))

    def rewrite(self, question: Question) -> str:
        """The question so that it stands alone; empty when the model gave nothing usable."""
        turns = [
            f"{turn.role.capitalize()} - {neutralise(turn.text[:_LONGEST_TURN])}"
            for turn in question.history[-_MOST_TURNS:]
        ]
        filled = prompts.load("standalone").format(
            boundary=draw_boundary(),
            history="\n".join(turns),
            question=neutralise(question.text),
        )
        try:
            written = " ".join("".join(self._stream(_messages(filled))).split())
        except ChatModelError:
            return ""
        return written if len(written) <= _LONGEST_REWRITE else ""

    def _stream(self, messages: list[BaseMessage]) -> Iterator[str]:
        if monotonic() < self._paused_until:
            raise ChatModelError(self._paused_for)
        began, length, told = monotonic(), 0, dict[str, object]()
        try:
            for chunk in self._model.stream(messages):
                text = str(chunk.text)
                length += len(text)
                told |= {k: v for k, v in chunk.response_metadata.items() if v is not None}
                if text:
                    yield text
                if length > _LONGEST_TEXT:
                    raise ChatModelError(f"The chat model {self.name} did not come to an end.")
                if monotonic() - began > _PATIENCE * self._settings.chat_timeout:
                    raise ChatModelError(f"The chat model {self.name} took too long to finish.")
        except Exception as error:  # whatever the provider's client raises
            said = explain(error, self._settings)
            if not length and does_not_answer(error):
                said = ChatModelError(f"{said} {_PAUSED}")
                self._paused_until, self._paused_for = monotonic() + _PAUSE, str(said)
            raise said from None  # the cause may hold the key
        if not _ended(told):
            raise ChatModelError(f"The chat model {self.name} broke off before its end.")


def _ended(told: Mapping[str, object]) -> bool:
    """Whether the model had finished, as far as its provider tells.

    In OpenAI's protocol the last piece gives the reason: a stream that lacks it was cut off. One
    that ended for its length lacks the rest.
    """
    reason = told.get("finish_reason") or told.get("stop_reason")
    if reason is None:
        return told.get("model_provider") != "openai"
    return reason not in {"length", "max_tokens", "MAX_TOKENS"}


def _messages(filled: str) -> list[BaseMessage]:
    """The rules as the system's message, all that is data as the user's.

    They part at the template's first rule, which stands before anything that is filled in.
    """
    rules, _, request = filled.partition("\n---\n")
    return [SystemMessage(rules.strip()), HumanMessage(request.strip())]
