"""The assistant as shipped, asked what the articles beside the answer tempt it to say.

Each case has one reading that is right and one that no article supports; the second must not be
set in bold, nor told in our own words. Every name is invented.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

import pytest

from assistant import Assistant, Settings
from index import Article, PublicationDate

if TYPE_CHECKING:
    from assistant import Answer


class Case(NamedTuple):
    """A question over a few articles, what our own words say, and what they never say.

    Attributes:
        told: matches the answer's own words; empty where it may say nothing of its own.
        never: does not match them.
        texts: the articles: title, text, day, outlet.
    """

    question: str
    told: str
    never: str
    texts: tuple[tuple[str, str, str, str], ...]


def case(question: str, told: str, never: str, *texts: str) -> Case:
    """A case of articles that open with their day: "5: It rained." of 5 May 2031."""
    articles = []
    for number, each in enumerate(texts):
        day, _, text = each.partition(": ")
        title, _, rest = text.partition(" | ")
        articles.append((title, rest, f"2031-05-{int(day):02}", f"Outlet {number}"))
    return Case(question, told, never, tuple(articles))


SUCCESSORS = [
    case(
        "Who leads the Reed Party?", "", "Velm",
        "6: Reed Party leader quits | Reed Party leader Jorn Kask resigned on Monday. His speech "
        "was followed by a march through Velm.",
    ),
    case(
        "Who is the head of Ermine Bank?", "", "Lund",
        "6: Change at Ermine Bank | The head of Ermine Bank, Rolf Udd, resigned on Monday. He will "
        "be replaced by the former head of sales at Lund Steel.",
    ),
    case(
        "Who is the mayor of Varn?", "", "Holt",
        "6: Varn mayor away | The mayor of Varn, Ola Renk, left for a holiday on Monday. His aide, "
        "Tim Borg, stepped down and was replaced by Pia Holt.",
    ),
    case(
        "Who is the mayor of Varn?", "", "Holt",
        "6: Varn mayor resigns | Ola Renk, the mayor of Varn, resigned on Monday. He was replaced "
        "by Pia Holt as chairman of the chess club.",
    ),
    case(
        "Who is the king of Norland?", "", "Olm",
        "6: King of Norland dies | King Harald of Norland died on Monday. His death was followed "
        "by mourning in Olm Square.",
    ),
    case(
        "Who is the mayor of Varn?", r"\*\*Pia Holt\*\*, in place of Ola Renk", r"\*\*Ola",
        "6: Varn mayor replaced | The mayor of Varn, Ola Renk, resigned on Monday. He was replaced "
        "by 41-year-old Pia Holt, a former teacher.",
    ),
    case(
        "Who leads the Reed Party?", r"\*\*Mona Tarv\*\*, in place of Jorn Kask", r"\*\*Jorn",
        "6: Reed Party leader quits | Reed Party leader Jorn Kask resigned on Monday and handed "
        "over to the treasurer, Mona Tarv.",
    ),
    case(
        "Who leads Lund Steel?", r"\*\*Greta Moll\*\*, to follow Erik Strand", r"\*\*Erik",
        "6: Lund Steel | Erik Strand, who leads Lund Steel, will be succeeded by the sales "
        "director, Greta Moll, on 1 June.",
    ),
]  # fmt: skip

CASES = [*SUCCESSORS]


@pytest.fixture(scope="module")
def shipped(tmp_path_factory: pytest.TempPathFactory) -> Assistant:
    """The assistant with the real models over the articles of all cases."""
    home = tmp_path_factory.mktemp("traps")
    assistant = Assistant(Settings(home=home, embedding_model="all-MiniLM-L6-v2"))
    assistant.index.add([article for each in CASES for article in articles_of(each)])
    return assistant


def articles_of(tried: Case) -> list[Article]:
    return [
        Article(text=text, title=title, published=PublicationDate(day), publisher=outlet)
        for title, text, day, outlet in tried.texts
    ]


def own_words(answer: Answer) -> str:
    """What the answer says outside its quotes; nothing where there is none."""
    if answer.abstention is not None:
        return ""
    lines = answer.text.replace("\\", "").splitlines()
    return " ".join(line for line in lines if not line.startswith(">"))


@pytest.mark.parametrize("tried", CASES, ids=lambda each: each.question)
def test_what_no_article_says_is_not_said(shipped: Assistant, tried: Case) -> None:
    ids = [each.id for each in articles_of(tried)]
    answer = shipped.answer(tried.question, articles=ids, as_of="2031-06-01")
    said = own_words(answer)
    assert not re.search(tried.never, said)
    assert re.search(tried.told, said)
    for each in answer.citations:
        article = shipped.index.article(each.article_id)
        assert article is not None
        assert getattr(article, each.field)[each.start : each.end] == each.quote
