"""What is asked about the collection is answered from the index; names in all their forms."""

from __future__ import annotations

from pathlib import Path

import pytest

from assistant.composing.asked_about import small_talk
from assistant.composing.collection import answer_about
from assistant.composing.question_forms import as_articles_write, introduced, other_forms
from index import Article, Filters, Hit, NewsIndex, Passage, PublicationDate
from tests.fakes import HashedWords


def article(title: str, text: str, day: str, outlet: str, *authors: str) -> Article:
    return Article(
        text=text,
        title=title,
        publisher=outlet,
        published=PublicationDate(day),
        authors=authors,
    )


ARTICLES = (
    article(
        "Owls return to Dorn",
        "Owls are back in Dorn. They nest in the mill.",
        "2031-01-02",
        "Rook",
    ),
    article(
        "Dorn owls counted",
        "There are 12 owls in Dorn, the ranger said.",
        "2031-03-04",
        "Mole",
        "Ann Ek",
    ),
    article(
        "Tram opens in Vell",
        "The tram in Vell opened. Owls were not asked.",
        "2031-02-03",
        "Mole",
    ),
)


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NewsIndex:
    folder: Path = tmp_path_factory.mktemp("collection")
    made = NewsIndex(folder, HashedWords())
    made.add(ARTICLES)
    return made


@pytest.mark.parametrize(
    "question", ["What does the tram cost?", "What does the council of Vell say?"]
)
def test_what_a_thing_costs_is_no_question_about_an_article(
    index: NewsIndex, question: str
) -> None:
    assert answer_about(question, index, Filters()) is None


@pytest.mark.parametrize(
    ("question", "kind", "says"),
    [
        ("How many articles do you have about owls in Dorn?", "count", "2 articles"),
        ("How many articles are there?", "count", "3 articles"),
        ("Which outlets wrote about the owls of Dorn?", "outlets", "Mole, Rook"),
        ("Which articles did the Mole publish?", "articles", "2 articles from Mole"),
        ("what has the mole published", "articles", "2 articles from Mole"),
        ("latest article about Dorn", "latest", "Dorn owls counted"),
        ("Who wrote the article about the owls counted in Dorn?", "authors", "Ann Ek"),
        ("What's new?", "new", "newest"),
        ("Summarise the article about the tram in Vell", "summary", "Tram opens in Vell"),
    ],
)
def test_the_index_answers(index: NewsIndex, question: str, kind: str, says: str) -> None:
    made = answer_about(question, index, Filters())
    assert made is not None
    assert made.about is not None
    assert made.about.kind == kind
    assert says in made.lead


def test_this_article_is_the_one_just_cited(index: NewsIndex) -> None:
    made = answer_about("Summarise this article", index, Filters(), [ARTICLES[0].id])
    assert made is not None
    assert made.quotes[0].text == "Owls are back in Dorn."


@pytest.mark.parametrize(
    "question", ["How many owls are in Dorn?", "Who opened the tram?", "What is a tram?"]
)
def test_what_articles_answer_is_left_to_them(index: NewsIndex, question: str) -> None:
    assert answer_about(question, index, Filters()) is None


@pytest.mark.parametrize("said", ["hi", "Thanks!", "Who are you?"])
def test_small_talk_gets_one_line(said: str) -> None:
    made = small_talk(said)
    assert made is not None
    assert "\n" not in made.lead
    assert small_talk("Who are the owls?") is None


def test_names_are_searched_in_their_other_forms() -> None:
    text = "The Guild of Tram Drivers (GTD) met in Kyiv."
    told = Article(text=text)
    hit = Hit(Passage(told.id, 0, len(text), text), told, score=1.0)
    assert introduced([hit]) == [("GTD", "Guild of Tram Drivers")]
    assert "Who leads the Guild of Tram Drivers?" in other_forms("Who leads the GTD?", [hit])
    assert "What happened in Kyiv?" in other_forms("What happened in Kiev?")
    assert as_articles_write("Who met in Kiev?", [hit]) == "Who met in Kyiv?"
    assert other_forms("who said so?") == []
