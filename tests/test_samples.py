"""The sample articles, and the assistant as shipped over them."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from assistant import Answer, Assistant
from index import Article, NewsIndex
from index.splitting import is_boilerplate, paragraphs
from tests.fakes import HashedWords
from tests.loading import load_one

FOLDER = Path(__file__).parents[1] / "articles"
FILES = sorted(each for each in FOLDER.glob("*.md") if each.stem != "README")

ANSWERABLE = {
    "When did Finland join NATO?": "Finland became the 31st member of NATO on Tuesday",
    "How long is Finland's border with Russia?": "1,340 kilometres",
    "What caused the Facebook outage?": "maintenance",
    "When did the fire at Notre-Dame break out?": "Monday",
    "How many people were killed by the explosion in Beirut?": r"\b(?:78|135)\b",
    "Who won the New Zealand election?": "Labour",
    "How long did the Ever Given block the Suez Canal?": "six days|six-day|days",
    "Who ran a marathon in under two hours?": "Kipchoge",
    "Why did Silicon Valley Bank fail?": "deposit|bond|withdr",
    "Which vaccine did the WHO recommend for children in Africa?": "malaria|RTS,S|Mosquirix",
    "What did astronomers publish an image of?": "black hole",
    "Why was Turkey removed from the F-35 programme?": "S-400",
}
UNANSWERABLE = (
    "Who won the 2018 World Cup?",
    "What is the capital of Mongolia?",
    "How do I bake sourdough bread?",
    "When was the Eiffel Tower painted green?",
    "Who is the chief executive of Nintendo?",
)


def test_there_are_at_least_twelve() -> None:
    assert len(FILES) >= 12
    articles = [load_one(file) for file in FILES]
    assert len({each.id for each in articles}) == len(articles)
    assert len({each.publisher for each in articles}) >= 10


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_every_sample_is_complete(file: Path) -> None:
    article = load_one(file)
    assert article.title
    assert article.publisher
    assert article.authors
    assert article.published
    assert len(article.published.iso) >= len("2019-04-15")
    story = [
        article.text[each.start : each.end]
        for each in paragraphs(article.text)
        if not is_boilerplate(article.text[each.start : each.end])
    ]
    assert 300 <= len(" ".join(story).split()) <= 700


def test_two_printings_are_one_story_and_two_reports_are_two(samples: Assistant) -> None:
    index = samples.index
    now = index.counts()
    assert (now.articles, now.stories) == (len(FILES), len(FILES) - 1)
    stories: dict[str, set[str]] = {}
    for hit in index.search("Finland joins NATO. An explosion in Beirut killed many people.", 200):
        for each in (hit.article, *hit.copies):
            stories.setdefault(hit.story, set()).add(each.publisher or "")
    told = list(stories.values())
    assert len([outlets for outlets in told if len(outlets) == 2]) == 1
    assert {"Corvane Daily"} in told
    assert {"The Eastmarch Herald"} in told


def check(answer: Answer, samples: Assistant) -> None:
    for citation in answer.citations:
        article = samples.index.article(citation.article_id)
        assert isinstance(article, Article)
        assert getattr(article, citation.field)[citation.start : citation.end] == citation.quote
        assert not is_boilerplate(citation.quote)
        assert (citation.title, citation.publisher) == (article.title, article.publisher)
    assert answer.answered is bool(answer.citations)


@pytest.mark.parametrize("question", ANSWERABLE)
def test_answers_in_the_articles_words(question: str, samples: Assistant) -> None:
    answer = samples.answer(question)
    check(answer, samples)
    assert answer.answered, answer.text
    assert any(re.search(ANSWERABLE[question], each.quote) for each in answer.citations), (
        answer.text
    )
    assert all(sentence.support == "supported" for sentence in answer.sentences)


@pytest.mark.parametrize("question", UNANSWERABLE)
def test_says_so_when_no_article_answers(question: str, samples: Assistant) -> None:
    answer = samples.answer(question)
    check(answer, samples)
    assert not answer.answered, answer.text
    assert answer.citations == ()
    assert answer.abstention is not None
    assert answer.abstention.searched.articles == len(FILES)


def test_filters_keep_to_their_outlet(samples: Assistant) -> None:
    answer = samples.answer("When did Finland join NATO?", publishers="The Ostwick Mail")
    check(answer, samples)
    assert {each.publisher for each in answer.citations} == {"The Ostwick Mail"}
    assert not samples.answer("When did Finland join NATO?", until="2020-01-01").answered


def test_a_follow_up(samples: Assistant) -> None:
    first = samples.answer("When did Finland join NATO?")
    history = [
        {"role": "user", "content": "When did Finland join NATO?"},
        {"role": "assistant", "content": first.text},
    ]
    answer = samples.answer("And how long is its border with Russia?", history)
    check(answer, samples)
    assert "Finland" in answer.standalone_question
    assert answer.answered
    assert "1,340" in answer.citations[0].quote


def test_the_whole_folder_can_be_added_and_nothing_is_left_out(tmp_path: Path) -> None:
    report = NewsIndex(tmp_path, HashedWords()).add([FOLDER])
    assert report.skipped == ()
    assert report.added == len(FILES)
