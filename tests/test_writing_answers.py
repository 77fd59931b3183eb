"""A chat model writes, behind a server that misbehaves: what is shown, marked, cited and said."""

from __future__ import annotations

from itertools import pairwise
from threading import Event
from typing import TYPE_CHECKING

import pytest
from langchain_core.language_models import GenericFakeChatModel
from langchain_core.messages import AIMessage

from assistant import Answer, Assistant, Settings
from assistant.writing.chat_model import ChatModelError
from tests import scripted as script
from tests.fakes import FirstSentences
from tests.scripted import KEY, Scripted, scripted

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from index import NewsIndex

QUESTION = "When was the lighthouse at Skerry Point lit again?"
LIT = "The lighthouse at Skerry Point was lit again on Friday after nine dark years"
FROST = "A late frost destroyed most of the cherry orchards around Velm, growers said"


@pytest.fixture
def server() -> Iterator[Scripted]:
    with scripted() as server:
        yield server


@pytest.fixture
def settings(server: Scripted) -> Settings:
    return Settings(
        chat_model="openai:scripted",
        chat_base_url=server.address,
        chat_api_key=KEY,
        chat_timeout=20,
    )


@pytest.fixture
def assistant(news: NewsIndex, settings: Settings) -> Assistant:
    return Assistant(settings, index=news, reader=FirstSentences(quotes=1, characters=80))


def check_promises(answer: Answer, index: NewsIndex) -> None:
    for number, citation in enumerate(answer.citations, start=1):
        cited = index.article(citation.article_id)
        assert cited is not None
        assert citation.number == number
        assert getattr(cited, citation.field)[citation.start : citation.end] == citation.quote
    for sentence in (*answer.sentences, *answer.quotes):
        assert (sentence.support == "unsupported") is not bool(sentence.citations)
    used = {n for each in (*answer.sentences, *answer.quotes) for n in each.citations}
    assert used == {citation.number for citation in answer.citations}
    assert Answer.model_validate_json(answer.model_dump_json()) == answer
    assert KEY not in answer.model_dump_json()


def ask(assistant: Assistant, question: str = QUESTION) -> Answer:
    stages = list(assistant.stream(question))
    for before, after in pairwise(stages):
        assert after.sentences[: len(before.sentences)] == before.sentences
        assert after.citations[: len(before.citations)] == before.citations
    for stage in stages:
        if not stage.draft:
            check_promises(stage, assistant.index)
    assert stages[-1].draft == ""
    return stages[-1]


def test_what_the_passages_say_is_supported_and_cited(
    assistant: Assistant, server: Scripted
) -> None:
    server.script = [
        script.answering(
            lambda prompt: (
                f"{LIT} [{_find(prompt, 'Skerry')}]. Nobody was hurt, and the lighthouse opens to "
                f"visitors in spring [{_find(prompt, 'Skerry')}]."
            )
        )
    ]
    answer = ask(assistant)
    assert answer.answered
    assert [each.support for each in answer.sentences] == ["supported", "supported"]
    assert [each.citations for each in answer.quotes] == [(1,)]
    assert [each.citations for each in answer.sentences] == [(2,), (3,)]
    assert LIT in answer.citations[1].quote
    assert [each.number for each in answer.citations] == [1, 2, 3]
    assert answer.failure is None
    assert answer.model == "openai:scripted"
    assert list(answer.timings) == [
        "stand alone",
        "retrieve",
        "read",
        "judge",
        "compose",
        "write",
        "check",
        "total",
    ]
    assert "The Lighthouse Times" in server.prompt()
    assert "1 Jun 2015" in server.prompt()
    assert server.asked[0]["key"] == f"Bearer {KEY}"


def _find(prompt: str, words: str) -> int:
    before = prompt.split(words)[0]
    return int(before.rsplit("\n[", 1)[1].split("]")[0])


@pytest.mark.parametrize(
    ("text", "lacking"),
    [
        (LIT.replace("nine", "eleven"), "eleven"),
        (LIT.replace("Skerry Point", "Danger Point"), "Danger"),
        (LIT.replace("Friday", "Sunday"), "Sunday"),
        (f"“Nine bright years” passed; {LIT}", "Nine bright years"),
    ],
)
def test_what_the_passages_lack_is_named(
    assistant: Assistant, server: Scripted, text: str, lacking: str
) -> None:
    server.script = [script.answering(lambda prompt: f"{text} [{_find(prompt, 'Skerry')}].")]
    answer = ask(assistant)
    assert not answer.answered
    (sentence,) = answer.sentences
    assert sentence.support == "unsupported"
    assert sentence.written is not None
    assert any(lacking in each for each in sentence.written.lacking)
    assert answer.abstention is not None
    assert answer.quotes, "the articles' own words stand beneath"
    assert lacking in answer.text


def test_a_wrong_or_missing_citation_is_set_right(assistant: Assistant, server: Scripted) -> None:
    server.script = [
        script.answering(lambda prompt: f"{LIT} [{_find(prompt, 'orchards')}]. {FROST}.")
    ]
    answer = ask(assistant)
    assert [each.support for each in answer.sentences] == ["supported", "supported"]
    titles = [answer.citations[each.citations[0] - 1].title for each in answer.sentences]
    assert titles == ["News of the lighthouse", "News of the orchard"]
    assert all(each.written and each.written.recited for each in answer.sentences)


def test_a_claim_without_its_speaker_is_marked(assistant: Assistant, server: Scripted) -> None:
    server.script = [script.say(f"{FROST.removesuffix(', growers said')} [1]. {FROST} [1].")]
    bare, told = ask(assistant).sentences
    assert bare.support == "partly"
    assert bare.written is not None
    assert "growers" in bare.written.lacking
    assert told.support == "supported"


def test_numbers_that_no_passage_has_are_dropped_and_counted(
    assistant: Assistant, server: Scripted
) -> None:
    server.script = [script.say(f"{LIT} [77][99]. {FROST} [0].")]
    answer = ask(assistant)
    assert answer.dropped_citations == 3
    assert "77" not in answer.text
    assert [each.citations for each in answer.sentences] == [(2,), (3,)]
    assert [each.number for each in answer.citations] == [1, 2, 3]


def test_an_answer_without_support_is_an_abstention(assistant: Assistant, server: Scripted) -> None:
    server.script = [script.say("The mayor of Paris resigned over a stolen bicycle [1].")]
    answer = ask(assistant)
    assert not answer.answered
    assert answer.abstention is not None
    assert answer.abstention.reason == "The chat model wrote nothing that the passages support."
    assert answer.sentences[0].support == "unsupported"
    assert answer.quotes


def test_a_model_that_declines(assistant: Assistant, server: Scripted) -> None:
    server.script = [script.say("NO ANSWER")]
    answer = ask(assistant)
    assert not answer.answered
    assert answer.sentences == ()
    assert answer.abstention is not None
    assert answer.abstention.reason == "The chat model found no answer in the passages."


@pytest.mark.parametrize(
    ("reply", "said"),
    [
        (script.cut_off(f"{LIT} [1]. Then it"), "broke off"),
        (script.cut_off(f"{LIT} [1]. Then it", politely=True), "broke off"),
        (script.too_long(f"{LIT} [1]. Then it"), "broke off"),
        (script.malformed(f"{LIT} [1]. Then it"), "cannot be understood"),
    ],
)
def test_what_came_before_a_failure_is_kept_and_marked(
    assistant: Assistant, server: Scripted, reply: script.Reply, said: str
) -> None:
    server.script = [reply]
    answer = ask(assistant)
    assert answer.failure is not None
    assert said in answer.failure
    assert answer.answered
    first, last = answer.sentences
    assert first.support == "supported"
    assert first.written is not None
    assert not first.written.cut_off
    assert last.text == "Then it"
    assert last.written is not None
    assert last.written.cut_off
    assert answer.quotes
    assert "broke off" in answer.text or "understood" in answer.text


@pytest.mark.parametrize(
    ("code", "tries", "said"),
    [
        (401, 1, "set DATELINE_CHAT_API_KEY"),
        (403, 1, "set DATELINE_CHAT_API_KEY"),
        (404, 1, "CHAT_MODEL"),
        (400, 1, "did not accept"),
        (429, 4, "ask again later"),
        (500, 4, "out of order"),
        (503, 4, "out of order"),
    ],
)
def test_the_quotes_stand_in_when_the_model_fails(
    assistant: Assistant, server: Scripted, code: int, tries: int, said: str
) -> None:
    server.script = [script.status(code, f"Incorrect API key provided: {KEY}")]
    answer = ask(assistant)
    assert len(server.asked) == tries
    assert answer.answered
    assert answer.failure is not None
    assert said in answer.failure
    assert "\n" not in answer.failure
    assert answer.model == "first sentences"
    assert answer.sentences[0].written is None
    assert answer.citations[0].quote == answer.sentences[0].text


def test_what_can_be_tried_again_is(assistant: Assistant, server: Scripted) -> None:
    server.script = [
        script.status(429),
        script.status(500),
        script.answering(lambda prompt: f"{LIT} [{_find(prompt, 'Skerry')}]."),
    ]
    answer = ask(assistant)
    assert len(server.asked) == 3
    assert answer.failure is None
    assert answer.sentences[0].support == "supported"


def test_a_server_that_says_nothing(news: NewsIndex, server: Scripted) -> None:
    done = Event()
    server.script = [script.silent(done)]
    settings = Settings(
        chat_model="openai:scripted", chat_base_url=server.address, chat_timeout=0.2
    )
    try:
        answer = ask(Assistant(settings, index=news, reader=FirstSentences(quotes=1)))
    finally:
        done.set()
    assert answer.failure is not None
    assert "CHAT_TIMEOUT" in answer.failure
    assert answer.answered
    assert server.asked[0]["key"] == "Bearer none-needed"


def test_a_server_that_is_not_there(news: NewsIndex) -> None:
    with scripted() as gone:
        address = gone.address
    settings = Settings(chat_model="openai:scripted", chat_base_url=address)
    answer = ask(Assistant(settings, index=news, reader=FirstSentences(quotes=1)))
    assert answer.failure is not None
    assert "cannot be reached at 127.0.0.1" in answer.failure
    assert answer.answered


def test_a_model_that_does_not_answer_is_left_alone_for_a_minute_and_everyone_is_told(
    assistant: Assistant, server: Scripted, monkeypatch: pytest.MonkeyPatch
) -> None:
    now = [1_000.0]
    monkeypatch.setattr("assistant.writing.writer.monotonic", lambda: now[0])
    server.script = [script.status(503)]
    history = [{"role": "user", "content": "Who lit the lighthouse at Skerry Point?"}]
    failed = assistant.answer("When was that?", history)  # the rewriting of the follow-up fails
    tried = len(server.asked)
    assert failed.failure is not None
    assert "503" in failed.failure
    assert "tried again within a minute" in failed.failure
    for meanwhile in (ask(assistant), ask(assistant)):
        assert meanwhile.answered
        assert meanwhile.failure == failed.failure
        assert failed.failure in meanwhile.text.replace("\\", "")
        assert meanwhile.model == "first sentences"
    assert len(server.asked) == tried
    now[0] += 61
    server.script = [script.say(f"{LIT} [1].")]
    assert ask(assistant).model == "openai:scripted"


def test_a_model_that_refuses_the_key_is_asked_again(
    assistant: Assistant, server: Scripted
) -> None:
    server.script = [script.status(401)]
    for tries in (1, 2):
        assert ask(assistant).failure is not None
        assert len(server.asked) == tries


def test_a_model_without_an_end_is_stopped(assistant: Assistant, server: Scripted) -> None:
    server.script = [script.endless(f"{LIT} [1]. ")]
    answer = ask(assistant)
    assert answer.failure is not None
    assert "did not come to an end" in answer.failure


def test_the_first_words_are_there_before_the_rest_is_written(
    assistant: Assistant, server: Scripted
) -> None:
    go_on = Event()
    server.script = [script.waiting("The light", go_on, f"{LIT[9:]} [1].")]
    stages = assistant.stream(QUESTION)
    at_once, first = next(stages), next(stages)
    assert at_once.quotes, "the articles' own words, before the model has said anything"
    assert at_once.draft == ""
    assert first.draft == "The light"
    assert first.sentences == ()
    go_on.set()
    *_, last = stages
    assert last.sentences[0].text == f"{LIT}."


def test_a_verdict_comes_before_the_next_sentence_is_written(
    assistant: Assistant, server: Scripted
) -> None:
    go_on = Event()
    server.script = [script.waiting(f"{LIT} [1]. {FROST[:14]}", go_on, f"{FROST[14:]}.")]
    stages = assistant.stream(QUESTION)
    _, first = next(stages), next(stages)
    assert first.sentences[0].support == "supported"
    go_on.set()
    *_, last = stages
    assert len(last.sentences) == 2


async def test_waiting_for_the_model_holds_up_nobody(
    assistant: Assistant, server: Scripted
) -> None:
    go_on = Event()
    server.script = [script.waiting("The light", go_on, f"{LIT[9:]} [1].")]
    stages = assistant.astream(QUESTION)
    assert (await anext(stages)).quotes
    assert (await anext(stages)).draft == "The light"
    go_on.set()
    last = [stage async for stage in stages][-1]
    assert last.sentences[0].support == "supported"
    server.script = [script.say(f"{LIT} [1].")]
    assert (await assistant.aanswer(QUESTION)).answered


def test_any_langchain_chat_model_can_write(news: NewsIndex) -> None:
    model = GenericFakeChatModel(messages=iter([AIMessage(f"{FROST} [1].")]))
    assistant = Assistant(index=news, reader=FirstSentences(quotes=1), writer=model)
    answer = ask(assistant, "What destroyed the cherry orchards?")
    assert answer.model == "GenericFakeChatModel"
    assert answer.sentences[0].support == "supported"


def test_a_follow_up_is_rewritten_by_the_model(assistant: Assistant, server: Scripted) -> None:
    history = [{"role": "user", "content": "Who lit the lighthouse at Skerry Point?"}]
    server.script = [script.say(QUESTION), script.say(f"{LIT} [1].")]
    answer = assistant.answer("And when was that?", history)
    assert answer.standalone_question == QUESTION
    assert answer.answered


@pytest.mark.parametrize("reply", [script.say(" "), script.say("why " * 200), script.status(401)])
def test_a_rewrite_that_is_none_leaves_the_rules(
    assistant: Assistant, server: Scripted, reply: script.Reply
) -> None:
    history = [{"role": "user", "content": "Who lit the lighthouse at Skerry Point?"}]
    server.script = [reply, script.say(f"{LIT} [1].")]
    answer = assistant.answer("And when was that?", history)
    assert "Skerry" in answer.standalone_question
    assert answer.answered


def test_nothing_was_found_so_nothing_is_sent(assistant: Assistant, server: Scripted) -> None:
    answer = assistant.answer(QUESTION, since="2031-01-01")
    assert not answer.answered
    assert server.asked == []


# What is missing is named


def build(**known: str) -> Callable[[], object]:
    assistant = Assistant(Settings(**known), index=None)  # type: ignore[arg-type]
    return lambda: assistant.writer


@pytest.mark.parametrize(
    ("known", "said"),
    [
        ({"chat_model": "groq:mixtral"}, "pip install langchain-groq"),
        ({"chat_model": "nonsense:x"}, "write provider:model"),
        ({"chat_model": "openai:gpt-5"}, "set DATELINE_CHAT_API_KEY="),
        ({"chat_model": "anthropic:claude"}, "set DATELINE_CHAT_API_KEY="),
        ({"chat_model": "google_genai:gemini"}, "set DATELINE_CHAT_API_KEY="),
    ],
)
def test_what_is_missing_is_named(
    known: dict[str, str], said: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GOOGLE_API_KEY", "GEMINI_API_KEY"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(ChatModelError, match=said) as caught:
        build(**known)()
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    ("provider", "extra"),
    [
        ("openai", "openai"),
        ("anthropic", "anthropic"),
        ("google_genai", "google"),
        ("mistralai", "mistral"),
        ("ollama", "ollama"),
    ],
)
def test_a_missing_package_names_its_extra(
    provider: str, extra: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def missing(*_: object, **__: object) -> None:
        raise ImportError("no module")

    monkeypatch.setattr("langchain.chat_models.init_chat_model", missing)
    with pytest.raises(ChatModelError, match=rf"pip install 'dateline\[{extra}\]'"):
        build(chat_model=f"{provider}:x", chat_api_key=KEY)()


@pytest.mark.parametrize("provider", ["openai", "anthropic", "google_genai", "mistralai", "ollama"])
def test_every_provider_takes_our_settings(provider: str) -> None:
    known = {"chat_model": f"{provider}:x", "chat_api_key": KEY, "chat_timeout": "7"}
    writer = build(**known, chat_base_url="http://127.0.0.1:9/v1")()
    assert KEY not in repr(writer) + repr(vars(writer))


def test_the_key_is_in_no_message(settings: Settings) -> None:
    assert KEY not in repr(settings) + str(settings) + settings.model_dump_json()
