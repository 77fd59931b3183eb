"""What an answer is: frozen records, to and from JSON (`Answer.model_dump_json`)."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Literal, Self

from pydantic import BaseModel, ConfigDict, Field

if TYPE_CHECKING:
    from index import Article

Support = Literal["supported", "partly", "unsupported"]
"""A quote is supported when it stands verbatim at its offsets."""

Place = Literal["text", "title"]
"""Which of an article's fields offsets count in."""


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
    def of(cls, article: Article) -> Self:
        """The source that an article is."""
        return cls(**source_fields(article))


class Citation(Source):
    """Words of an article: `getattr(article, field)[start:end] == quote`, always.

    Attributes:
        number: what [1] in the answer's text refers to.
        field: where they stand: in the article's text, or in its headline.
        start, end: offsets into that field, in Unicode code points.
        score: how well the quote answers, 0 to 1.
        copies: other articles of the same story that print the same words.
        speaker: who says the quoted words, where the article attributes them to somebody; None in
            the paper's own voice.
    """

    number: int = Field(ge=1)
    field: Place = "text"
    quote: str = Field(min_length=1)
    start: int = Field(ge=0)
    end: int = Field(ge=1)
    score: float
    copies: tuple[Source, ...] = ()
    speaker: str | None = None


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


class Near(Source):
    """An article that comes near, and the passage of it that comes nearest, where one does.

    It is shown to be read, not as an answer. Where there is a passage,
    `getattr(article, field)[start:end] == quote`.
    """

    field: Place = "text"
    quote: str | None = None
    start: int | None = None
    end: int | None = None


class Abstention(_Record):
    """Why there is no answer: the reason, what was searched, and what comes nearest."""

    reason: str
    searched: Searched
    nearest: tuple[Near, ...] = ()

    @property
    def unsure(self) -> bool:
        """Whether passages come near enough to be shown; otherwise nothing was found."""
        return any(each.quote for each in self.nearest)


class Verdict(_Record):
    """What the articles say to a question of yes or no.

    Attributes:
        answer: "yes", "no", "disputed" where some say yes and others no, "open" where they speak of
            it and leave it open ("may", "not known").
        speaker: who says so, where it is not the paper's own voice.
        citations: the quotes that decide.
    """

    answer: Literal["yes", "no", "disputed", "open"]
    speaker: str | None = None
    citations: tuple[int, ...] = ()


class Version(_Record):
    """One of several answers to a question: a figure, a name, as one article gives it.

    Attributes:
        value: as it is printed ("at least 78").
        published: the article's day in ISO 8601, as precise as it is known; None when unknown.
        publisher: its outlet.
        speaker: who says so, where it is not the paper's own voice.
        corrected: whether a later article, or the article itself, takes it back.
        citations: the quotes that hold it.
    """

    value: str
    published: str | None = None
    publisher: str | None = None
    speaker: str | None = None
    corrected: bool = False
    citations: tuple[int, ...] = ()


class Event(_Record):
    """A line of a timeline.

    Attributes:
        day: in ISO 8601, as precise as it is known ("2019-04-15", "2019-04", "2019"); None when
            only an hour is told.
        label: as a reader is shown it ("15 Apr 2019", "15 Apr 2019, 6:43 p.m.").
        citations: the quotes that tell it.
    """

    day: str | None
    label: str
    citations: tuple[int, ...] = ()


class Member(_Record):
    """One of the things that a list holds, as it is printed, and the quotes that name it."""

    text: str
    citations: tuple[int, ...] = ()


class MemberList(_Record):
    """The whole list that was asked for.

    Attributes:
        complete: whether the articles give all of it, as far as can be told; otherwise more may be
            meant ("among them").
    """

    members: tuple[Member, ...] = ()
    complete: bool = True


class About(_Record):
    """What the collection itself says: nothing of this is read from an article's sentences.

    Attributes:
        kind: what was asked: "count" of articles, "outlets", "articles", the "latest" one, who
            wrote it ("authors"), a "summary", what is "new"; "greeting" for small talk; "language"
            for a question in a language that is not read.
        subject: what they are about, as it was asked ("Turkey"); empty for the whole collection.
        number: how many articles; None where none are counted.
        articles: the articles meant, best or newest first; of many, the first ones.
        outlets: their outlets, each once.
    """

    kind: Literal[
        "count",
        "outlets",
        "articles",
        "latest",
        "authors",
        "summary",
        "new",
        "greeting",
        "language",
    ]
    subject: str = ""
    number: int | None = None
    articles: tuple[Source, ...] = ()
    outlets: tuple[str, ...] = ()


class Part(_Record):
    """The answer to one of several questions asked at once.

    Attributes:
        lead, short, citations: as in `Answer`; the numbers are those of the whole answer.
        answered: False where nothing was found for it.
    """

    question: str
    answered: bool
    lead: str = ""
    short: str | None = None
    citations: tuple[int, ...] = ()


class Answer(_Record):
    """An answer, or an abstention that explains itself: unsure, or nothing found.

    Attributes:
        question: as asked.
        standalone_question: as searched for, when what was said before had to be taken in.
        answered: False for an abstention. Then nothing is cited, save by the quotes that stand
            beneath when a chat model wrote what no passage supports.
        text: the whole in Markdown, with [1] for the first citation.
        short: the words of the first quote that answer by themselves ("1,340 kilometres"); None
            where the sentence answers better, as it does "why" and "how", and when not answered.
        lead: what the answer says before its quotes, in its own words, one line of plain text:
            "No, says the hospital.", "Sources differ: 140 (...), 165 (...)."; it holds `short`
            where there is one; empty where the quotes say all.
        verdict: yes or no, to a question that asks for it; None otherwise.
        versions: the answers of several days, the newest first, where later articles give another.
        differs: the answers of sources that differ with one another at one time.
        speaker: who says what `short` or the first quote says; None in the paper's own voice.
        timeline: events in their order, where a timeline was asked for.
        list: all members, where a list was asked for; None otherwise.
        about: what the collection itself says; None for a question that articles answer.
        parts: one for each question, where several were asked at once.
        sentences: the articles' own by default, a chat model's where one is set.
        quotes: the articles' own sentences beneath a written answer, there before it is written.
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
    lead: str = ""
    verdict: Verdict | None = None
    versions: tuple[Version, ...] = ()
    differs: tuple[Version, ...] = ()
    speaker: str | None = None
    timeline: tuple[Event, ...] = ()
    list: MemberList | None = None
    about: About | None = None
    parts: tuple[Part, ...] = ()
    sentences: tuple[Sentence, ...] = ()
    quotes: tuple[Sentence, ...] = ()
    draft: str = ""
    failure: str | None = None
    dropped_citations: int = 0
    citations: tuple[Citation, ...] = ()
    abstention: Abstention | None = None
    timings: dict[str, float] = Field(default_factory=dict)
    model: str = ""

    @property
    def said(self) -> str:
        """Its sentences that hold, as a follow-up may go on from them; empty for an abstention."""
        held = [each.text for each in self.sentences if each.support != "unsupported"]
        return " ".join(" ".join(held).split()) if self.answered else ""


def source_fields(article: Article) -> dict[str, str | None]:
    """The fields of `Source`, from an article."""
    return {
        "article_id": article.id,
        "title": article.title,
        "publisher": article.publisher,
        "published": article.published.iso if article.published else None,
        "url": article.url,
    }
