"""Other programs ask: OpenAI's own client, an MCP client, and what neither may do."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING

import httpx
import openai
import pytest
from mcp import Client

from assistant import Assistant, Settings
from assistant.answer import Answer, Citation
from index import NewsIndex
from tests import scripted as script
from tests.fakes import FirstSentences, HashedWords, topics
from tests.scripted import scripted
from tests.serving.background import in_background
from web.api.programs import annotate
from web.auth.gate import Exposure
from web.chat_page import build_page
from web.gradio_internals import gradio_confined
from web.server import Server, application

if TYPE_CHECKING:
    from collections.abc import Iterator

QUESTION = "When was the lighthouse at Skerry Point lit again?"
LIT = "The lighthouse at Skerry Point was lit again on Friday after nine dark years"


@contextmanager
def served(assistant: Assistant) -> Iterator[str]:
    with gradio_confined():
        app = application(build_page(assistant), Exposure(), assistant)
        with in_background(Server(app, "127.0.0.1", 0)) as address:
            yield address


@pytest.fixture(scope="module")
def index(tmp_path_factory: pytest.TempPathFactory) -> NewsIndex:
    index = NewsIndex(tmp_path_factory.mktemp("programs"), HashedWords())
    index.add(topics())
    return index


@pytest.fixture(scope="module")
def quoting(index: NewsIndex) -> Assistant:
    return Assistant(Settings(home="unused"), index=index, reader=FirstSentences(quotes=2))


@pytest.fixture(scope="module")
def address(quoting: Assistant) -> Iterator[str]:
    with served(quoting) as address:
        yield address


def client(address: str) -> openai.OpenAI:
    return openai.OpenAI(base_url=f"{address}/v1", api_key="unused", max_retries=0)


def test_the_model_is_listed(address: str) -> None:
    with client(address) as asking:
        assert [each.id for each in asking.models.list()] == ["dateline"]


def test_an_answer_comes_with_its_citations(address: str, quoting: Assistant) -> None:
    with client(address) as asking:
        done = asking.chat.completions.create(
            model="dateline", messages=[{"role": "user", "content": QUESTION}]
        )
    message, expected = done.choices[0].message, quoting.answer(QUESTION)
    assert message.content is not None
    assert message.annotations
    assert len(message.annotations) == len(expected.citations) == 2
    for annotation, citation in zip(message.annotations, expected.citations, strict=True):
        place = annotation.url_citation
        assert message.content[place.start_index : place.end_index] == f"[{citation.number}]"
        assert place.title == citation.title
        held = (annotation.model_extra or {})["citation"]
        article = quoting.index.article(held["article_id"])
        assert article is not None
        assert getattr(article, held["field"])[held["start"] : held["end"]] == held["quote"]


def test_a_stream_says_the_same(address: str) -> None:
    messages: list[openai.types.chat.ChatCompletionMessageParam] = [
        {"role": "system", "content": "You are a pirate."},
        {"role": "user", "content": [{"type": "text", "text": QUESTION}]},
    ]
    with client(address) as asking:
        whole = asking.chat.completions.create(model="dateline", messages=messages)
        pieces = list(asking.chat.completions.create(model="x", messages=messages, stream=True))
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert text == whole.choices[0].message.content
    assert pieces[-1].choices[0].finish_reason == "stop"
    (noted,) = [
        extra["annotations"]
        for piece in pieces
        if (extra := piece.choices[0].delta.model_extra) and "annotations" in extra
    ]
    assert len(noted) == 2


def test_the_conversation_is_taken_in(address: str) -> None:
    with client(address) as asking:
        done = asking.chat.completions.create(
            model="dateline",
            messages=[
                {"role": "user", "content": "Who found the comet?"},
                {"role": "assistant", "content": "Astronomers."},
                {"role": "user", "content": "And when was that?"},
            ],
        )
    assert done.choices[0].message.annotations
    assert done.choices[0].message.annotations[0].url_citation.title == "News of the observatory"


def test_filters_are_ours(address: str) -> None:
    with client(address) as asking:
        done = asking.chat.completions.create(
            model="dateline",
            messages=[{"role": "user", "content": QUESTION}],
            extra_body={"since": "2030-01-01"},
        )
    assert "I found no answer" in (done.choices[0].message.content or "")
    assert done.choices[0].message.annotations == []


@pytest.mark.parametrize("question", ["", "why " * 1000])
def test_what_cannot_be_asked_is_an_error(address: str, question: str) -> None:
    with client(address) as asking, pytest.raises(openai.BadRequestError, match="question"):
        asking.chat.completions.create(
            model="dateline", messages=[{"role": "user", "content": question}], stream=True
        )


def test_what_is_no_request_is_refused(address: str) -> None:
    with httpx.Client(base_url=address, trust_env=False) as asking:
        path = "/v1/chat/completions"
        assert asking.post(path, json={"messages": []}).status_code == 400
        assert asking.post(path, json=[1]).status_code == 400
        assert asking.post(path, content="{", headers=JSON).status_code == 400
        assert asking.post(path, content="{}").status_code == 415
        assert asking.post(path, content=" " * 2_000_000, headers=JSON).status_code == 413
        assert asking.get(path).status_code == 404


JSON = {"Content-Type": "application/json"}


@pytest.mark.parametrize("path", ["/v1/chat/completions", "/v1/models", "/mcp"])
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
        {"Host": "rebound.example"},
    ],
)
def test_other_sites_are_refused(address: str, path: str, headers: dict[str, str]) -> None:
    with httpx.Client(base_url=address, trust_env=False) as asking:
        assert asking.post(path, json={}, headers=headers).status_code in {403, 421}
        assert asking.get(path, headers=headers).status_code in {403, 421}


def test_a_written_answer_is_sent_when_it_is_checked(index: NewsIndex) -> None:
    with scripted() as server:
        server.script = [script.say(f"{LIT} [1]. The lighthouse cost 9,000,000 euros [1].")]
        settings = Settings(chat_model="openai:scripted", chat_base_url=server.address)
        writing = Assistant(settings, index=index, reader=FirstSentences(quotes=1))
        with served(writing) as address, client(address) as asking:
            messages: list[openai.types.chat.ChatCompletionMessageParam] = [
                {"role": "user", "content": QUESTION}
            ]
            pieces = list(asking.chat.completions.create(model="x", messages=messages, stream=True))
            whole = asking.chat.completions.create(model="x", messages=messages)
    text = "".join(piece.choices[0].delta.content or "" for piece in pieces)
    assert text == whole.choices[0].message.content
    assert f"{LIT}. [2]" in text, "the articles' own words have the first number"
    assert "✗ Not supported: the passages lack “9,000,000 euros”" in text


@pytest.mark.parametrize("method", ["GET", "DELETE", "PUT"])
def test_mcp_holds_no_line_open(address: str, method: str) -> None:
    answer = httpx.request(method, f"{address}/mcp", content=b"", timeout=10, trust_env=False)
    assert (answer.status_code, answer.headers["allow"]) == (405, "POST")


async def test_mcp_offers_one_tool_that_asks(address: str, quoting: Assistant) -> None:
    async with Client(f"{address}/mcp") as asking:
        tools = (await asking.list_tools()).tools
        assert [tool.name for tool in tools] == ["ask"]
        done = await asking.call_tool("ask", {"question": QUESTION, "until": "2016-01-01"})
        assert not done.is_error
        assert done.structured_content is not None
        assert done.structured_content["answered"] is True
        (cited,) = done.structured_content["citations"]
        article = quoting.index.article(cited["article_id"])
        assert article is not None
        assert getattr(article, cited["field"])[cited["start"] : cited["end"]] == cited["quote"]
        failed = await asking.call_tool("ask", {"question": " "})
        assert failed.is_error


def test_an_address_that_is_no_address_of_the_web_is_not_passed_on() -> None:
    citation = Citation(
        article_id="a1",
        title="News",
        publisher=None,
        published=None,
        url="javascript:alert(1)",
        number=1,
        quote="It rained.",
        start=0,
        end=10,
        score=0.9,
    )
    answer = Answer(
        question="Rain?",
        standalone_question="Rain?",
        answered=True,
        text="It rained. [1]",
        citations=(citation,),
        timings={},
        model="m",
    )
    (annotation,) = annotate(answer, "It rained. [1]")
    assert annotation["url_citation"]["url"] == "urn:dateline:a1"
