"""An article that cannot be in this repository: `pytest --article PATH/TO/turkey-s400.txt`."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from assistant import Answer, Assistant, Settings
from index import NewsIndex
from index.splitting import split
from tests.loading import load_one

if TYPE_CHECKING:
    from index import Article


@pytest.fixture(scope="module")
def path(request: pytest.FixtureRequest) -> Path:
    given = request.config.getoption("--article")
    if not given:
        pytest.skip("no article given: pytest --article PATH/TO/turkey-s400.txt")
    found = Path(request.config.invocation_params.dir, given).resolve()
    assert found.is_file(), f"{given} is no file"
    return found


@pytest.fixture(scope="module")
def article(path: Path) -> Article:
    return load_one(path)


@pytest.fixture(scope="module")
def index(path: Path, samples: Assistant, tmp_path_factory: pytest.TempPathFactory) -> NewsIndex:
    index = NewsIndex(tmp_path_factory.mktemp("given"), samples.index.embeddings)
    assert index.add([path]).added == 1
    return index


def ask(index: NewsIndex, question: str) -> Answer:
    answer = Assistant(Settings(), index=index).answer(question)
    for citation in answer.citations:
        cited = index.article(citation.article_id)
        assert cited is not None
        assert cited.text[citation.start : citation.end] == citation.quote
    return answer


def test_what_it_says_of_itself(article: Article) -> None:
    assert article.publisher == "Bloomberg"
    assert article.authors == ("Firat Kozok",)
    assert str(article.published) == "2019"
    assert article.title.startswith("Turkey has taken its case for buying a Russian air-defense")


def test_the_text_is_kept_whole_and_its_closing_lines_are_in_no_passage(
    article: Article, path: Path
) -> None:
    assert article.text == path.read_bytes().decode("utf-8-sig")
    passages = split(article)
    assert len(passages) >= 4
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
        for closing in ("To contact", "@bloomberg.net", "©2019", "Bloomberg L.P."):
            assert closing not in passage.text
    assert "To contact the reporter" in article.text


def test_adding_it_again_adds_nothing(index: NewsIndex, path: Path) -> None:
    report = index.add([path])
    assert (report.added, report.replaced, report.unchanged, report.embedded) == (0, 0, 1, 0)


def test_why(index: NewsIndex) -> None:
    answer = ask(index, "why does Turkey want the S-400?")
    assert answer.answered
    wanted = "it currently lacks the capability to defend itself from aerial attacks"
    assert any(wanted in citation.quote for citation in answer.citations), answer.text


def test_who(index: NewsIndex) -> None:
    answer = ask(index, "Who called the purchase incompatible with the sale of F-35s?")
    assert answer.answered
    assert any("Patrick Shanahan" in citation.quote for citation in answer.citations), answer.text


def test_follow_ups(index: NewsIndex) -> None:
    assistant = Assistant(Settings(), index=index)
    history: list[dict[str, str]] = []
    quotes: list[str] = []
    for question in (
        "why does Turkey want the S-400?",
        "what did the U.S. offer instead?",
        "is there a deadline on it?",
    ):
        answer = assistant.answer(question, history)
        assert answer.answered, answer.text
        quotes.append(" ".join(citation.quote for citation in answer.citations))
        history += [
            {"role": "user", "content": question},
            {"role": "assistant", "content": answer.text},
        ]
    assert "offered Ankara its Patriot missiles" in quotes[1]
    assert "Patriot system and there’s no deadline on it" in quotes[2]
    changed = assistant.answer("Who won the women's World Cup?", history)
    assert changed.standalone_question == "Who won the women's World Cup?"
    assert not changed.answered, changed.text


def test_what_it_does_not_say(index: NewsIndex) -> None:
    answer = ask(index, "Who won the 2018 World Cup?")
    assert not answer.answered, answer.text
    assert answer.citations == ()
    assert answer.sentences == ()
