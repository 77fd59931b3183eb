"""The second look: an article's sentences under its heading, read by the shipped context model."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from assistant.reading import context_model
from assistant.reading.agreement import agreement_on
from assistant.reading.context_model import ContextModel, Window, context_folder
from assistant.reading.span_model import AnswerSpan, PlacedLogits, SpanModel
from index import Article, PublicationDate
from index.errors import ModelError

if TYPE_CHECKING:
    from pathlib import Path

TEXT = (
    "The ferry had left Ostrel at dawn. It ran aground off Velm and lay there for nine days, the "
    "harbour office said. Tugs pulled it free on Monday. Nobody was hurt."
)
ARTICLE = Article(
    text=TEXT,
    title="Ferry Tolvane freed by six tugs",
    publisher="The Velm Courier",
    published=PublicationDate("2024-05-06"),
)
AGROUND = TEXT.index("It ran"), TEXT.index(" Tugs")


@pytest.fixture(scope="module")
def model() -> ContextModel:
    return ContextModel()


def test_a_window_has_a_heading_and_whole_sentences() -> None:
    window = Window.around(ARTICLE, *AGROUND)
    assert window.heading == "Ferry Tolvane freed by six tugs | The Velm Courier | 6 May 2024 | "
    assert window.context == window.heading + TEXT
    bare = Window.around(Article(text=TEXT, title="Ferry"), *AGROUND)
    assert bare.heading == "Ferry | "


def test_a_headline_s_figure_is_not_found_inside_another() -> None:
    article = Article(text="The 16 of the crew were brought ashore.", title="6 saved off Velm")
    window = Window.around(article, 0, len(article.text))
    found = window.place(AnswerSpan(0, 1, 3.0, -0.1))
    assert found is not None
    assert (found.field, found.start, found.end) == ("title", 0, 1)


def test_a_window_of_a_long_article_begins_with_a_sentence() -> None:
    long = Article(text="Rain fell on the town again. " * 60 + TEXT + " Wind blew." * 60)
    start = long.text.index("It ran")
    window = Window.around(long, start, start + 40)
    assert 0 < window.start <= start < start + 40 <= window.end < len(long.text)
    assert long.text[window.start :].startswith(("Rain", "The ferry"))


def test_the_words_stand_at_their_offsets(model: ContextModel) -> None:
    window = Window.around(ARTICLE, *AGROUND)
    ((best, *_),) = model.read("How long did the ferry lie aground?", [window])
    assert best.field == "text"
    assert "nine days" in TEXT[best.start : best.end]
    assert best.score > 0


def test_words_of_a_headline_say_that_they_are(model: ContextModel) -> None:
    window = Window.around(ARTICLE, *AGROUND)
    ((best, *_),) = model.read("How many tugs freed the ferry?", [window])
    assert (best.field, "six" in ARTICLE.title[best.start : best.end]) == ("title", True)


def test_what_is_not_said_scores_less(model: ContextModel) -> None:
    window = Window.around(ARTICLE, *AGROUND)
    asked = ("How long did the ferry lie aground?", "Who bought the brewery in Carrow?")
    said, unsaid = (next(model.read(each, [window]))[0].score for each in asked)
    assert unsaid < 0 < said


class Pointing(SpanModel):
    """A first look that is sure of one place."""

    def __init__(self, words: str) -> None:
        super().__init__()
        self.words = words

    def logits(self, question: str, text: str) -> PlacedLogits:
        start = text.index(self.words)
        return PlacedLogits({start: 40.0}, {start + len(self.words): 40.0})


def test_what_the_first_look_is_sure_of_counts_too(model: ContextModel) -> None:
    window = Window.around(ARTICLE, *AGROUND)
    question, words = "How long did the ferry lie aground?", "Nobody was hurt"
    ((best, *_),) = model.read(question, [window], first=Pointing(words))
    assert TEXT[best.start : best.end] == words
    (pair,) = model.read_pairs([(question, TEXT)], first=Pointing(words))
    assert TEXT[pair.start : pair.end] == words


def test_the_first_look_has_logits_where_words_begin_and_end() -> None:
    placed = SpanModel().logits("How long did the ferry lie aground?", TEXT)
    start = TEXT.index("nine")
    assert max(placed.starts, key=placed.starts.__getitem__) == start
    assert max(placed.ends, key=placed.ends.__getitem__) == start + len("nine days")


def test_answers_that_are_cut_differently_agree() -> None:
    agreed = {"nine days": 0.8, "monday": 0.6, "the harbour office": 0.3}
    assert agreement_on("for nine days", agreed) == 0.8
    assert agreement_on("nine long days", agreed) == 0.8
    assert agreement_on("nine", agreed) == 0.8
    assert agreement_on("tugs on tuesday", agreed) == 0
    assert agreement_on("", agreed) == 0


def test_damaged_weights_are_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "context_model"
    shutil.copytree(context_folder(), folder)
    with (folder / "model-2.safetensors").open("r+b") as file:
        file.seek(5_000_000)
        file.write(b"damage")
    monkeypatch.setattr(context_model, "context_folder", lambda: folder)
    with pytest.raises(ModelError, match=r"model-2\.safetensors"):
        next(ContextModel().read("Who?", [Window.around(ARTICLE, *AGROUND)]))
