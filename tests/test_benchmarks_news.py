"""The news benchmark: its figures, its parts, and what it prints."""

from __future__ import annotations

import contextlib
import importlib
import io
import json
import subprocess
import sys
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import pytest

from assistant import Answer, Citation
from assistant.reading.span_model import AnswerSpan, SpanModel
from benchmarks import news, plain, systems
from benchmarks.news import Reply, ask, by_month, figures, reply
from benchmarks.realtimeqa import NewsQuestion, read_questions
from index import NewsIndex
from tests.fakes import HashedWords
from tests.test_benchmarks_plain import UnitWords
from tests.test_benchmarks_realtimeqa import ARTICLES, write_data

if TYPE_CHECKING:
    from collections.abc import Generator, Mapping, Sequence
    from pathlib import Path

QUESTION = NewsQuestion(
    id="a",
    asked=date(2022, 6, 10),
    text="How many crates did the harbour at Ostrel move?",
    answers=("412", "four hundred"),
    listed=frozenset({"11"}),
    answering=frozenset({"11"}),
    gold=frozenset(),
)
WITHOUT_ARTICLES = replace(QUESTION, id="b", answering=frozenset())
IN_JULY = replace(QUESTION, id="c", asked=date(2022, 7, 2))
RIGHT = Reply(("It moved 412 crates.", "So they said."), "412")
WRONG = Reply(("It moved 30 crates.",), "30 crates")


def test_figures_by_hand() -> None:
    questions = [QUESTION, QUESTION, WITHOUT_ARTICLES, QUESTION]
    found = figures(questions, [RIGHT, WRONG, RIGHT, Reply()])
    assert found == {
        "quote_hit": pytest.approx(1 / 3),  # the one without articles is not among them
        "em": 0.5,
        "f1": 0.5,
        "answered": 0.75,
    }


def test_a_longer_answer_has_some_f1() -> None:
    (f1,) = [figures([QUESTION], [Reply(("412 big crates.",), "412 big crates")])["f1"]]
    assert f1 == pytest.approx(0.5)  # one word of three, and of one


def test_each_month_by_itself() -> None:
    found = by_month([QUESTION, IN_JULY, QUESTION], [RIGHT, WRONG, Reply()])
    assert found == {
        "2022-06": {"quote_hit": 0.5, "em": 0.5, "f1": 0.5, "questions": 2},
        "2022-07": {"quote_hit": 0, "em": 0, "f1": 0, "questions": 1},
    }
    assert by_month([WITHOUT_ARTICLES], [RIGHT])["2022-06"]["quote_hit"] is None


class Scripted:
    """Gives one answer, whatever is asked, and remembers the days."""

    def __init__(self, quotes: Sequence[str], short: str | None) -> None:
        citations = tuple(
            Citation(
                article_id="11",
                title="Ostrel harbour",
                number=number,
                quote=quote,
                start=0,
                end=len(quote),
                score=0.5,
            )
            for number, quote in enumerate(quotes, start=1)
        )
        self._answer = Answer(
            question="?",
            standalone_question="?",
            answered=bool(quotes),
            text="",
            short=short,
            citations=citations,
        )
        self.days: list[date] = []

    def answer(self, question: str, *, as_of: date) -> Answer:
        self.days.append(as_of)
        return self._answer


@pytest.mark.parametrize(
    ("quotes", "short", "said"),
    [
        (["It moved 412 crates.", "Yes."], "412", "412"),
        (["It moved 412 crates.", "Yes."], None, "It moved 412 crates."),
        ([], None, ""),
    ],
)
def test_the_short_answer_else_the_first_quote_else_nothing(
    quotes: list[str], short: str | None, said: str
) -> None:
    assistant = Scripted(quotes, short)
    assert reply(assistant, QUESTION) == Reply(tuple(quotes), said)
    assert assistant.days == [date(2022, 6, 10)]


def test_what_is_timed_is_warm() -> None:
    asked: list[str] = []

    def answer(question: NewsQuestion) -> Reply:
        asked.append(question.id)
        return RIGHT

    replies, took = ask([QUESTION, IN_JULY], answer, "Asking")
    assert asked == ["a", "a", "c"]
    assert replies == [RIGHT, RIGHT]
    assert 0 <= took["median_ms"] <= took["p95_ms"]


# The whole command, in one process and with fake models


class ScriptedModel(SpanModel):
    """Finds given words in any passage that holds them, and little anywhere else."""

    def __init__(self, *words: str) -> None:
        super().__init__("scripted")
        self._words = words

    def read(
        self, question: str, passages: Sequence[str], count: int = 1
    ) -> Generator[list[AnswerSpan], None, None]:
        yield from ([self._find(passage)] for passage in passages)

    def _find(self, passage: str) -> AnswerSpan:
        for words in self._words:
            if (start := passage.find(words)) >= 0:
                return AnswerSpan(start, start + len(words), 9.0, 0.0)
        return AnswerSpan(0, 1, -20.0, -5.0)


class Machine:
    """Stands in for the processes of the parts, and for the models in them.

    Attributes:
        started: (part, home) of each, in order.
        ours, plain: what embeds.
    """

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.started: list[tuple[str, str]] = []
        self.ours, self.plain = HashedWords(), UnitWords()
        monkeypatch.setattr(subprocess, "run", self._run)
        monkeypatch.setattr(systems.Ours, "over", self._over)
        monkeypatch.setattr(plain, "plain_embeddings", lambda: self.plain)

    def _over(self, home: Path) -> systems.Ours:
        model = ScriptedModel("412", "Mira Tolvane")
        return systems.Ours(NewsIndex(home / "index", self.ours), model)

    def _run(self, command: list[str], **_: object) -> subprocess.CompletedProcess[str]:
        python, option, module, *rest = command
        assert (python, option) == (sys.executable, "-m")
        self.started.append((rest[rest.index("--part") + 1], rest[rest.index("--home") + 1]))
        printed = io.StringIO()
        with contextlib.redirect_stdout(printed):
            importlib.import_module(module).main(rest)
        return subprocess.CompletedProcess(command, 0, printed.getvalue())


@pytest.fixture
def machine(monkeypatch: pytest.MonkeyPatch) -> Machine:
    return Machine(monkeypatch)


@pytest.fixture
def data(tmp_path: Path) -> Path:
    return write_data(tmp_path / "quiz")


def printed(capsys: pytest.CaptureFixture[str]) -> dict[str, Any]:
    """The one JSON object that standard output holds, and nothing else."""
    lines = capsys.readouterr().out.splitlines()
    assert len(lines) == 1
    found = json.loads(lines[0])
    assert isinstance(found, dict)
    return found


def test_it_prints_one_json_object(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    news.main([str(data), "--json", "--home", str(tmp_path / "kept")])
    found = printed(capsys)
    rates = {"quote_hit", "em", "f1", "answered"}
    assert found["ours"].keys() == found["plain"].keys()
    assert found["ours"].keys() == rates | {"median_ms", "p95_ms", "rss_mb"}
    assert found["ours_always"].keys() == rates
    assert found["by_month"].keys() == found["plain_by_month"].keys() == {"2022-06", "2022-07"}
    assert found["by_month"]["2022-07"]["questions"] == 2
    assert (found["questions"], found["quote_hit_questions"]) == (3, 2)
    assert (found["articles"], found["skipped"], found["chunks"]) == (5, 1, 5)
    assert found["ours"]["quote_hit"] == found["ours_always"]["quote_hit"] == 1
    assert found["ours"]["em"] == pytest.approx(2 / 3)  # "412" and "Mira Tolvane"; no gannet
    assert found["ours_always"]["answered"] == 1
    assert found["plain"]["quote_hit"] == 0.5  # not the crates: the cranes share more words
    assert found["plain"]["em"] == 0  # whole sentences
    assert found["plain"]["answered"] == 1
    assert found["ours"]["rss_mb"] > 10
    assert [part for part, _ in machine.started] == ["index", "embed", "ours", "plain"]
    assert {home for _, home in machine.started} == {str(tmp_path / "kept")}


def test_it_prints_tables(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    news.main([str(data), "--home", str(tmp_path / "kept")])
    shown = capsys.readouterr().out
    assert "ours, always" in shown
    assert "66.7" in shown
    assert "3 questions, 2 of them for the quote hit; 5 articles indexed, 1 skipped" in shown
    assert "2022-06" in shown


def test_the_second_run_embeds_no_article(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(data), "--json", "--home", str(tmp_path / "kept")]
    news.main(command)
    first = printed(capsys)
    machine.ours.embedded.clear()
    machine.plain.embedded.clear()
    news.main(command)
    asked = {question.text for question in read_questions(data)} | {"Nothing was asked yet."}
    headlines, *others = set(machine.ours.embedded) - asked
    assert "Cranes" in headlines
    assert others == []
    assert asked & set(machine.ours.embedded)
    assert not any("orchards" in each for each in machine.plain.embedded)  # nobody's nearest
    assert printed(capsys)["ours"]["em"] == first["ours"]["em"]


def test_articles_that_left_the_data_leave_the_index(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "kept"
    news.main([str(data), "--json", "--home", str(home)])
    fewer = write_data(tmp_path / "fewer", ARTICLES[:3])
    news.main([str(fewer), "--json", "--home", str(home)])
    assert json.loads(capsys.readouterr().out.splitlines()[1])["articles"] == 3
    index = NewsIndex(home / "index", machine.ours)
    assert {article.id for article in index.articles()} == {"11", "12", "13"}


def test_a_sample_indexes_only_the_articles_listed_for_it(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    command = [str(data), "--json", "--limit", "1", "--month", "2022-06"]
    news.main([*command, "--home", str(tmp_path / "kept")])
    found = printed(capsys)
    assert (found["questions"], found["articles"], found["chunks"]) == (1, 3, 3)
    assert any("412" in each for each in machine.ours.embedded)
    assert not any("Tolvane" in each for each in machine.ours.embedded + machine.plain.embedded)
    assert not (tmp_path / "kept").exists()
    (home,) = {home for _, home in machine.started}
    assert not (tmp_path / home).exists()  # it was temporary


def test_a_sample_can_search_all_articles(
    data: Path, machine: Machine, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    home = tmp_path / "kept"
    news.main([str(data), "--json", "--limit", "1", "--all-articles", "--home", str(home)])
    found = printed(capsys)
    assert (found["questions"], found["articles"]) == (1, 5)
    assert home.exists()


@pytest.mark.parametrize("name", ["news", "abstention"])
def test_a_month_without_questions_is_told(data: Path, name: str) -> None:
    command = importlib.import_module(f"benchmarks.{name}").main
    with pytest.raises(SystemExit, match="has no such questions"):
        command([str(data), "--month", "1999-01"])


def test_a_sample_without_articles_is_told(tmp_path: Path) -> None:
    question = {"id": "z", "date": "2022/06/10", "question": "Who?", "answer": ["Tolvane"]}
    data = write_data(tmp_path / "quiz", questions=[question])
    home = str(tmp_path / "home")
    with pytest.raises(SystemExit, match="no article is listed"):
        news.main([str(data), "--limit", "1", "--part", "index", "--home", home])


# The command itself, in processes of its own


def run(
    python: str, environment: Mapping[str, str], *command: str
) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [python, "-m", *command],
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )


@pytest.mark.parametrize("name", ["news", "abstention", "reading"])
def test_missing_data_is_told_in_one_line(
    name: str, tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    missing = str(tmp_path / "nowhere")
    ended = run(python, child_environment, f"benchmarks.{name}", missing, "--json")
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert missing in line
    assert "No such file" in line


def test_a_part_that_fails_ends_the_command(
    data: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    (data / "articles.jsonl.xz").unlink()
    ended = run(python, child_environment, "benchmarks.news", str(data), "--json")
    assert ended.returncode == 1
    assert ended.stdout == ""
    (line,) = ended.stderr.splitlines()
    assert "articles.jsonl.xz cannot be read" in line


def test_the_starting_process_stays_small(
    python: str, child_environment: Mapping[str, str]
) -> None:
    heavy = "torch", "faiss", "sentence_transformers", "langchain_huggingface", "transformers"
    code = f"import sys, benchmarks.news; sys.exit(str([m for m in {heavy} if m in sys.modules]))"
    ended = subprocess.run(
        [python, "-c", code],
        env=child_environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert ended.stderr.strip() == "[]"


@pytest.mark.slow
def test_the_real_models_answer_in_processes_of_their_own(
    data: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    ended = run(python, child_environment, "benchmarks.news", str(data), "--limit", "2", "--json")
    assert ended.returncode == 0, ended.stderr
    found = json.loads(ended.stdout)
    assert len(ended.stdout.splitlines()) == 1
    assert found["questions"] == 2
    for label in ("Indexing", "Vectors, plain", "Asking ours", "Asking plain"):
        assert label in ended.stderr
    assert found["ours"]["rss_mb"] > 100
    assert found["plain"]["rss_mb"] > 100
    assert found["ours_always"]["answered"] == 1
