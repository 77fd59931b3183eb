"""From a question to a checked answer, in every way that LangChain can run it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from itertools import pairwise
from typing import TYPE_CHECKING, Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from langchain_core.documents import Document
from langchain_core.messages import AIMessage, HumanMessage

from assistant import Answer, Assistant, IndexMissingError, QuestionError, Settings
from assistant.question import ask
from index import Filters, Hit, NewsIndex
from index.searching.retriever import to_hits
from tests.fakes import FirstSentences, Fixed, HashedWords, Spoiling, article, topics

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from index.searching.retriever import to_hits
from assistant.reading.reader import Quote, Reader

QUESTION = "What opens to visitors in spring?"


@pytest.fixture
def reader() -> FirstSentences:
    return FirstSentences()


@pytest.fixture
def assistant(news: NewsIndex, reader: FirstSentences) -> Assistant:
    return Assistant(index=news, reader=reader)


def with_reader(news: NewsIndex, reader: Reader) -> Assistant:
    return Assistant(index=news, reader=reader)


def check_promises(answer: Answer, index: NewsIndex) -> None:
    """What every answer promises, whoever read the passages."""
    numbers = [citation.number for citation in answer.citations]
    assert numbers == list(range(1, len(numbers) + 1))
    for citation in answer.citations:
        cited = index.article(citation.article_id)
        assert cited is not None
        assert getattr(cited, citation.field)[citation.start : citation.end] == citation.quote
    for sentence in answer.sentences:
        assert (sentence.support == "supported") is bool(sentence.citations)
    used = [number for sentence in answer.sentences for number in sentence.citations]
    assert used == numbers
    assert answer.answered is bool(answer.citations)
    assert (answer.abstention is None) is answer.answered
    if not answer.answered:
        assert answer.sentences == ()
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_answers_with_quotes_that_stand(assistant: Assistant) -> None:
    answer = assistant.answer(QUESTION)
    check_promises(answer, assistant.index)
    assert answer.answered
    assert answer.question == answer.standalone_question == QUESTION
    assert len(answer.sentences) == len(answer.citations) == 2
    assert answer.model == "first sentences"
    for citation in answer.citations:
        assert f"[{citation.number}]" in answer.text


def test_timings_in_milliseconds_by_step(assistant: Assistant) -> None:
    timings = assistant.answer(QUESTION).timings
    assert list(timings) == [
        "stand alone",
        "retrieve",
        "read",
        "judge",
        "compose",
        "check",
        "total",
    ]
    assert all(took >= 0 for took in timings.values())
    assert timings["total"] == pytest.approx(sum(timings.values()) - timings["total"])


def without_timings(answer: Answer) -> Answer:
    return answer.model_copy(update={"timings": {}})


def test_a_stream_grows_and_ends_with_the_whole(assistant: Assistant) -> None:
    stages = list(assistant.stream(QUESTION))
    assert len(stages) == 2
    for before, after in pairwise(stages):
        assert after.sentences[: len(before.sentences)] == before.sentences
        assert after.citations[: len(before.citations)] == before.citations
        assert after.text.startswith(before.text)
    assert without_timings(stages[-1]) == without_timings(assistant.answer(QUESTION))


async def test_every_way_to_run_it_gives_the_same(assistant: Assistant) -> None:
    whole = without_timings(assistant.answer(QUESTION))
    assert without_timings(await assistant.aanswer(QUESTION)) == whole
    stages = [each async for each in assistant.astream(QUESTION)]
    assert len(stages) == 2
    assert without_timings(stages[-1]) == whole
    batch = assistant.chain.batch([ask(QUESTION), ask("Which comet?")])
    assert without_timings(batch[0]) == whole
    assert batch[1].question == "Which comet?"
    abatch = await assistant.chain.abatch([ask(QUESTION)])
    assert without_timings(abatch[0]) == whole


def test_the_steps_have_names(assistant: Assistant) -> None:
    names = [node.name for node in assistant.chain.get_graph().nodes.values()]
    for step in ("stand alone", "retrieve", "read", "judge", "compose", "check"):
        assert step in names


# A reader that errs


def altered(quote: Quote) -> Quote:
    return replace(quote, text=quote.text[:-1] + ("x" if quote.text[-1] != "x" else "y"))


def shifted(quote: Quote) -> Quote:
    return replace(quote, start=quote.start + 1, end=quote.end + 1)


def negative(quote: Quote) -> Quote:
    return replace(quote, start=quote.start - len(quote.article.text), end=quote.end)


def past_the_end(quote: Quote) -> Quote:
    text = quote.article.text
    return replace(quote, start=len(text) - 4, end=len(text) + 7, text=text[-4:])


def empty(quote: Quote) -> Quote:
    return replace(quote, text="", end=quote.start)


def from_another(quote: Quote) -> Quote:
    return replace(quote, article=article("Quite another story altogether, and longer than most."))


def typographic(quote: Quote) -> Quote:
    return replace(quote, text=quote.text.replace(" ", "\u00a0"))


LIES = (altered, shifted, negative, past_the_end, empty, from_another, typographic)


@pytest.mark.parametrize("lie", LIES)
@pytest.mark.parametrize("position", [0, 1, 2])
def test_a_lie_is_marked_and_never_cited(
    news: NewsIndex, lie: Callable[[Quote], Quote], position: int
) -> None:
    assistant = with_reader(news, Spoiling(lie, only=[position]))
    stages = list(assistant.stream(QUESTION))
    answer = stages[-1]
    for stage in stages:
        check_promises(stage, news)
    assert len(answer.sentences) == 3
    assert len(answer.citations) == 2
    assert answer.sentences[position].support == "unsupported"
    assert answer.sentences[position].citations == ()
    assert "not supported" in answer.text.split("\n\n")[position]


@pytest.mark.parametrize("lie", LIES)
def test_nothing_but_lies_is_no_answer(news: NewsIndex, lie: Callable[[Quote], Quote]) -> None:
    assistant = with_reader(news, Spoiling(lie))
    stages = list(assistant.stream(QUESTION))
    assert len(stages) == 1
    check_promises(stages[0], news)
    assert not stages[0].answered
    assert stages[0].citations == ()
    assert "no answer" in stages[0].text


# When there is no answer


def test_no_article_answers(news: NewsIndex) -> None:
    answer = with_reader(news, FirstSentences(quotes=0)).answer(
        "Who found the comet?", since="2016-01-01", publishers=["the observatory times"]
    )
    check_promises(answer, news)
    assert answer.abstention is not None
    assert answer.abstention.reason == "No article searched answers the question."
    searched = answer.abstention.searched
    assert searched.query == "Who found the comet?"
    assert (searched.articles, searched.since) == (1, date(2016, 1, 1))
    assert (searched.first_day, searched.last_day) == (date(2019, 6, 5), date(2019, 6, 5))
    assert [near.title for near in answer.abstention.nearest] == ["News of the observatory"]
    assert "News of the observatory" in answer.text


def test_the_nearest_articles_are_at_most_three_and_differ(news: NewsIndex) -> None:
    answer = with_reader(news, FirstSentences(quotes=0)).answer(QUESTION)
    assert answer.abstention is not None
    ids = [near.article_id for near in answer.abstention.nearest]
    assert len(ids) == len(set(ids)) == 3


@pytest.mark.parametrize(
    "scope",
    [
        {"since": "2030-01-01"},
        {"until": "1990-01-01"},
        {"publishers": ["No Such Outlet"]},
        {"publishers": "The Lighthouse Times", "since": "2019-01-01"},
        {"articles": "no such article"},
    ],
)
def test_filters_that_leave_nothing(assistant: Assistant, scope: dict[str, Any]) -> None:
    answer = assistant.answer(QUESTION, **scope)
    check_promises(answer, assistant.index)
    assert answer.abstention is not None
    assert (
        answer.abstention.reason == "No article lies within the chosen dates, outlets and articles."
    )
    assert answer.abstention.searched.articles == 0
    assert answer.abstention.nearest == ()


def test_an_index_that_was_emptied(assistant: Assistant) -> None:
    assistant.index.remove([each.id for each in topics()])
    answer = assistant.answer(QUESTION)
    assert answer.abstention is not None
    assert answer.abstention.reason == "There are no articles yet."


def test_no_index_is_an_error_that_says_how_to_begin(folder: Path, embeddings: HashedWords) -> None:
    assistant = Assistant(index=NewsIndex(folder, embeddings), reader=FirstSentences())
    with pytest.raises(IndexMissingError, match="dateline add"):
        assistant.answer(QUESTION)
    assert not folder.exists()


# Where to look


def test_publishers_as_one_name(assistant: Assistant) -> None:
    answer = assistant.answer(QUESTION, publishers="THE TUNNEL TIMES")
    assert {citation.publisher for citation in answer.citations} == {"The Tunnel Times"}


def test_dates(assistant: Assistant) -> None:
    answer = assistant.answer(QUESTION, since=date(2016, 1, 1), until="2016-12-31")
    assert {citation.published for citation in answer.citations} == {"2016-06-02"}


@pytest.mark.parametrize(
    ("question", "scope"),
    [
        ("", {}),
        ("  \n", {}),
        ("x" * 10_000, {}),
        ("why?", {"since": "whenever"}),
        ("why?", {"since": "2021-02-01", "until": "2021-01-01"}),
    ],
)
def test_what_cannot_be_asked(assistant: Assistant, question: str, scope: dict[str, Any]) -> None:
    with pytest.raises(QuestionError):
        assistant.answer(question, **scope)
    with pytest.raises(QuestionError):
        next(iter(assistant.stream(question, **scope)))


# What was said before


@pytest.mark.parametrize(
    "history",
    [
        [{"role": "user", "content": "Who found the comet?"}],
        [HumanMessage("Who found the comet?"), AIMessage("Astronomers.")],
    ],
)
def test_a_follow_up_is_searched_for_as_it_stands_alone(
    assistant: Assistant, reader: FirstSentences, history: list[Any]
) -> None:
    answer = assistant.answer("And when was that?", history)
    assert answer.question == "And when was that?"
    assert "comet" in answer.standalone_question
    assert reader.asked == [answer.standalone_question]
    assert answer.citations[0].title == "News of the observatory"


def test_a_follow_up_is_searched_for_in_two_forms_and_one_that_stands_alone_in_one(
    assistant: Assistant, monkeypatch: pytest.MonkeyPatch
) -> None:
    searched: list[str] = []
    search = assistant.index.search

    def noting(query: str, *rest: Any, **options: Any) -> list[Hit]:
        searched.append(query)
        return search(query, *rest, **options)

    monkeypatch.setattr(assistant.index, "search", noting)
    history = [HumanMessage("Who found the comet?"), AIMessage("Brannoch astronomers in Velm did.")]
    answer = assistant.answer("And when was that?", history)
    shown, wide = searched
    assert shown == answer.standalone_question
    assert "Velm" in wide
    searched.clear()
    assistant.answer("Who won the women's World Cup?", history)
    assert searched == ["Who won the women's World Cup?"]


# A stranger's retriever


def documents() -> list[Document]:
    return [
        Document(
            "The ferry sank at dawn.\r\n\U0001f6a2 Nobody was hurt.",
            metadata={"title": "Ferry", "source": "Port News", "published": "2021-05-01"},
        ),
        Document("A second ferry waited.", metadata={"publisher": "Bay News", "date": "2022-05"}),
        Document("Undated and of no outlet, a third one left."),
        Document("Badly dated.", metadata={"date": "May Day", "publisher": 7, "url": 9}),
        Document("   "),
        Document("\0"),
    ]


def foreign(news: NewsIndex, reader: Reader | None = None) -> Assistant:
    return Assistant(
        index=news,
        retriever=Fixed(documents=documents()),
        reader=reader or FirstSentences(quotes=9, characters=200),
    )


def test_any_langchain_retriever_can_bring_the_passages(news: NewsIndex) -> None:
    answer = foreign(news).answer(QUESTION)
    assert [each.quote for each in answer.citations] == [
        each.page_content for each in documents()[:4]
    ]
    assert answer.citations[0].publisher == "Port News"
    assert answer.citations[0].published == "2021-05-01"
    assert answer.citations[3].published is None


@pytest.mark.parametrize(
    ("scope", "left"),
    [
        ({"since": "2022-01-01"}, ["A second ferry waited."]),
        ({"until": "2021-12-31"}, ["The ferry sank at dawn."]),
        ({"publishers": ["bay news"]}, ["A second ferry waited."]),
        ({"publishers": ["Somebody Else"]}, []),
    ],
)
def test_filters_hold_for_strangers_too(
    news: NewsIndex, scope: dict[str, Any], left: list[str]
) -> None:
    answer = foreign(news).answer(QUESTION, **scope)
    assert [each.quote.splitlines()[0] for each in answer.citations] == left


async def test_a_stranger_awaited_and_streamed(news: NewsIndex) -> None:
    assistant = foreign(news)
    assert (await assistant.aanswer(QUESTION)).answered
    assert len(list(assistant.stream(QUESTION))) == 4


def test_lies_about_a_stranger_are_found_out(news: NewsIndex) -> None:
    answer = foreign(news, Spoiling(altered)).answer(QUESTION)
    assert not answer.answered
    assert answer.citations == ()


# Any words at all


@given(
    st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=1),
    # Hypothesis tries words of our own code, too; a timeline is of dated events, and none is here.
    st.text(max_size=60).filter(lambda text: bool(text.strip()) and "timeline" not in text.lower()),
)
def test_quotes_of_any_text_stand(text: str, question: str) -> None:
    document = Document(text, metadata={"title": text[:50], "publisher": text[-50:]})
    assistant = Assistant(
        Settings(),
        retriever=Fixed(documents=[document]),
        reader=FirstSentences(characters=17),
        index=NewsIndex("nowhere", HashedWords()),
    )
    answer = assistant.answer(question)
    for citation in answer.citations:
        assert text[citation.start : citation.end] == citation.quote
    assert answer.answered is bool(list(to_hits([document])))
    assert Answer.model_validate_json(answer.model_dump_json()) == answer


def test_filters_mean_the_same_for_all(news: NewsIndex) -> None:
    day = date(2017, 6, 3)
    for within in (
        Filters(since=day),
        Filters(until=day - timedelta(days=1)),
        Filters(publishers=("THE TUNNEL TIMES", "the orchard times")),
    ):
        admitted = {each.id for each in topics() if within.admits(each)}
        found = {hit.article.id for hit in news.search("opens to visitors", 50, within)}
        assert found == admitted
