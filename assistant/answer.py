"""What an answer is: frozen records, to and from JSON (`Answer.model_dump_json`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from index import Article

Support = Literal["supported", "partly", "unsupported"]
"""A quote is supported when it stands verbatim at its offsets."""


class _Record(BaseModel):
    model_config = ConfigDict(frozen=True, extra="forbid")


class Source(_Record):
    """An article, as much of it as a reader needs to know what it is.

    Attributes:
        published: ISO 8601, as precise as it is known ("2019", "2019-04-15"); None when unknown.
    """

    article_id: str
    title: str
    publisher: str | None = None
    published: str | None = None
    url: str | None = None

    @classmethod
    def of(cls, article: Article) -> Source:
        """The source that an article is."""
        return cls(**source_fields(article))


class Citation(Source):
    """Words of an article: `article.text[start:end] == quote`, always.

    Attributes:
        number: what [1] in the answer's text refers to.
        start, end: offsets into the article's text, in Unicode code points.
        score: how well the quote answers, 0 to 1.
        copies: other articles of the same story that print the same words.
    """

    number: int = Field(ge=1)
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    score: float
    copies: tuple[Source, ...] = ()


class Written(_Record):
    """What the check found of a sentence that a chat model wrote.

    Attributes:
        found, lacking: the words that decided: those that stand in what is cited, those that do
            not.
        recited: whether the model cited another passage, or none, and the check found this one.
        cut_off: whether the model failed before the sentence ended.
    """

    found: tuple[str, ...] = ()
    lacking: tuple[str, ...] = ()
    recited: bool = False
    cut_off: bool = False


class Sentence(_Record):
    """One sentence of the answer, the numbers of the citations under it, and whether they hold.

    Attributes:
        written: how the check went, for what a chat model wrote; None for an article's own words.
    """

    text: str
    citations: tuple[int, ...] = ()
    support: Support
    written: Written | None = None


class Searched(_Record):
    """Where an answer was looked for.

    Attributes:
        query: the words searched for.
        articles: how many articles were in reach of the filters.
        since, until, publishers, article_ids: the filters.
        first_day, last_day: the days those articles cover; None when no date is known.
    """

    query: str
    articles: int
    since: date | None = None
    until: date | None = None
    publishers: tuple[str, ...] = ()
    article_ids: tuple[str, ...] = ()
    first_day: date | None = None
    last_day: date | None = None


class Abstention(_Record):
    """Why there is no answer: the reason, what was searched, and the nearest articles."""

    reason: str
    searched: Searched
    nearest: tuple[Source, ...] = ()


class Answer(_Record):
    """An answer, or an abstention that explains itself.

    Attributes:
        question: as asked.
        standalone_question: as searched for, when what was said before had to be taken in.
        answered: False for an abstention. Then nothing is cited, save by the quotes that stand
            beneath when a chat model wrote what no passage supports.
        text: the whole in Markdown, with [1] for the first citation.
        short: the words of the first quote that answer by themselves ("1,340 kilometres"); None
            where the sentence answers better, as it does "why" and "how", and when not answered.
        sentences: the articles' own by default, a chat model's where one is set.
        quotes: the articles' own sentences beneath a written answer that failed or did not hold.
        draft: what the chat model has written of its next sentence, not checked yet; empty once
            the answer is whole.
        failure: why the chat model gave no answer or not all of it, in one line; None when it did.
        dropped_citations: how many numbers it cited that no passage has.
        abstention: None when answered.
        timings: milliseconds by step, and their "total".
        model: what read the passages or wrote the answer.
    """

    question: str
    standalone_question: str
    answered: bool
    text: str
    short: str | None = None
    sentences: tuple[Sentence, ...] = ()
    quotes: tuple[Sentence, ...] = ()
    draft: str = ""
    failure: str | None = None
    dropped_citations: int = 0
    citations: tuple[Citation, ...] = ()
    abstention: Abstention | None = None
    timings: dict[str, float] = Field(default_factory=dict)
    model: str = ""


def source_fields(article: Article) -> dict[str, str | None]:
    """The fields of `Source`, from an article."""
    return {
        "article_id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published.iso if article.published else None,
        "url": article.url,
    }
