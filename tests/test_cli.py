"""The command: what it prints, where, and with which exit status."""

from __future__ import annotations

import json
import re
import subprocess
import sys
from io import StringIO
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import pytest
from rich.console import Console

import assistant.assistant
from assistant import Assistant, Settings
from assistant.cli import main, printing
from index import NewsIndex
from index.reports import Progress
from tests.fakes import FirstSentences, HashedWords, article, topics
from tests.sources.site import Site
from tests.wire import WIRE

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

QUESTION = "What opens to visitors in spring?"


class Run(NamedTuple):
    status: int
    out: str
    err: str


Dateline = "Callable[..., Run]"


@pytest.fixture
def quotes() -> list[int]:
    """How many quotes the fake reader finds; a test may change it."""
    return [2]


@pytest.fixture
def dateline(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], quotes: list[int]
) -> Callable[..., Run]:
    """Run the command in this process, with fake models."""

    def assistant_with_fakes(settings: Settings) -> Assistant:
        index = NewsIndex(settings.home, HashedWords(model=settings.embedding_model))
        return Assistant(settings, index=index, reader=FirstSentences(quotes=quotes[0]))

    monkeypatch.setattr(assistant.assistant, "Assistant", assistant_with_fakes)
    monkeypatch.setenv("COLUMNS", "200")

    def run(*words: str | Path) -> Run:
        monkeypatch.setattr(sys, "argv", ["dateline", *map(str, words)])
        capsys.readouterr()
        with pytest.raises(SystemExit) as caught:
            main()
        out, err = capsys.readouterr()
        return Run(int(caught.value.code or 0), out, err)

    return run


@pytest.fixture
def files(tmp_path: Path) -> Path:
    """A folder of five articles."""
    folder = tmp_path / "news"
    folder.mkdir()
    for number, each in enumerate(topics()):
        (folder / f"{number}.md").write_text(
            f"---\ntitle: {each.title}\npublisher: {each.publisher}\n"
            f"published: {each.published}\n---\n{each.text}\n"
        )
    return folder


def one_line(run: Run) -> str:
    assert run.out == ""
    lines = run.err.strip().splitlines()
    assert len(lines) == 1, run.err
    return lines[0]


def test_answered_is_status_0(dateline: Callable[..., Run], files: Path) -> None:
    assert dateline("add", files).status == 0
    run = dateline("ask", QUESTION)
    assert run.status == 0
    assert run.out.count("[1]") == 1
    assert run.out.count("(characters ") == 2
    assert run.err == ""


def test_no_answer_is_status_3(
    dateline: Callable[..., Run], files: Path, quotes: list[int]
) -> None:
    dateline("add", files)
    quotes[0] = 0
    run = dateline("ask", QUESTION)
    assert run.status == 3
    assert run.out.startswith("I found no answer.")
    assert "Searched 5 articles, published 2015-06-01 to 2019-06-05." in run.out
    assert run.out.count("Nearest:") == 3
    assert "[1]" not in run.out


@pytest.mark.parametrize("found", [2, 0])
def test_json_is_one_object_and_nothing_else(
    dateline: Callable[..., Run], files: Path, quotes: list[int], found: int
) -> None:
    dateline("add", files)
    quotes[0] = found
    run = dateline("ask", QUESTION, "--json")
    said = json.loads(run.out)
    assert run.status == (0 if found else 3)
    assert run.err == ""
    assert {"question", "answered", "text", "sentences", "citations"} <= said.keys()
    assert {"abstention", "timings"} <= said.keys()
    assert said["answered"] is bool(found)
    assert (said["abstention"] is None) is bool(found)
    for sentence in said["sentences"]:
        assert sentence.keys() == {"text", "citations", "support", "written"}
        assert sentence["support"] in {"supported", "partly", "unsupported"}
        assert sentence["written"] is None
    for citation in said["citations"]:
        assert {
            *("number", "article_id", "title", "publisher", "published", "url"),
            *("quote", "start", "end", "score"),
        } <= citation.keys()
    if not found:
        assert {"reason", "searched", "nearest"} <= said["abstention"].keys()
        assert said["citations"] == said["sentences"] == []


def test_no_index_is_status_1_and_one_line(dateline: Callable[..., Run]) -> None:
    run = dateline("ask", QUESTION)
    assert run.status == 1
    assert "dateline add" in one_line(run)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (["ask", ""], "empty"),
        (["ask", " \n"], "empty"),
        (["ask", "x" * 10_000], "10,000 characters"),
        (["ask", "why?", "--since", "soon"], "since: 'soon' is not a date"),
        (["ask", "why?", "--since", "2021-02-01", "--until", "2021-01-01"], "swap the dates"),
    ],
)
def test_wrong_questions_are_status_2(
    dateline: Callable[..., Run], words: list[str], said: str
) -> None:
    run = dateline(*words)
    assert run.status == 2
    assert said in one_line(run)
    run = dateline(*words, "--json")
    assert (run.status, run.out) == (2, "")


@pytest.mark.parametrize("words", [["fly"], ["ask"], ["ask", "why?", "--mood", "bad"], ["add"]])
def test_wrong_use_is_status_2(dateline: Callable[..., Run], words: list[str]) -> None:
    run = dateline(*words)
    assert (run.status, run.out) == (2, "")
    assert "Traceback" not in run.err


def test_filters(dateline: Callable[..., Run], files: Path) -> None:
    dateline("add", files)
    scope = ("--since", "2016-01-01", "--until", "2018-12-31")
    outlets = ("--publisher", "the tunnel times", "--publisher", "The Orchard Times")
    said = json.loads(dateline("ask", QUESTION, "--json", *scope, *outlets).out)
    assert {each["publisher"] for each in said["citations"]} == {
        "The Tunnel Times",
        "The Orchard Times",
    }
    assert dateline("ask", QUESTION, "--since", "2031-01-01").status == 3


def test_add_reports_what_it_did(dateline: Callable[..., Run], files: Path) -> None:
    first = dateline("add", files)
    assert "5 added, 0 replaced, 0 unchanged, 0 skipped" in first.out
    again = json.loads(dateline("add", files, "--json").out)
    assert list(again) == [
        *("added", "replaced", "unchanged", "copies", "skipped", "named"),
        *("articles", "passages", "seconds"),
    ]
    assert (again["added"], again["unchanged"], again["articles"]) == (0, 5, 5)
    assert again["skipped"] == []


def test_copies_are_told(dateline: Callable[..., Run], files: Path) -> None:
    for name, outlet in (("a", "Reuling"), ("b", "The Ostwick Mail")):
        (files / f"{name}.md").write_text(f"---\npublisher: {outlet}\n---\n{WIRE}\n# {outlet}\n")
    assert "7 added (1 of them copies), 0 replaced" in dateline("add", files).out
    again = json.loads(dateline("add", files, "--json").out)
    assert (again["copies"], again["added"], again["unchanged"]) == (0, 0, 7)
    assert "7 articles, 6 stories, 7 outlets, " in dateline("status").out
    assert "  Also in: " in (asked := dateline("ask", "Who sank off Velmouth?").out)
    assert "(2 outlets, 1 story)" in asked
    now = json.loads(dateline("status", "--json").out)
    assert (now["articles"], now["stories"], now["publishers"]) == (7, 6, 7)


@pytest.mark.parametrize(
    ("total", "expected", "shown"), [(8, 8, "6/8"), (None, None, "6/?"), (None, 4_700, "6/~4,700")]
)
def test_long_work_shows_itself(
    monkeypatch: pytest.MonkeyPatch, total: int | None, expected: int | None, shown: str
) -> None:
    screen = StringIO()
    terminal = Console(file=screen, force_terminal=True, width=120)
    monkeypatch.setattr(printing, "err", terminal)
    with printing.progress_bar("Adding") as progress:
        for done in range(1, 7):
            progress(Progress(done, total, f"Article {done}", expected))
    assert shown in screen.getvalue()
    assert re.search(r"[\d,]+\.\d/s", screen.getvalue())
    assert bool(re.search(r"\d:\d\d:\d\d", screen.getvalue())) is (expected is not None)


def test_ctrl_c_tells_what_is_stored_and_is_status_130(
    dateline: Callable[..., Run], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("index.adding.changes._BATCH_PASSAGES", 1)
    embed = HashedWords.embed_documents

    def stop_at_the_third(self: HashedWords, texts: list[str]) -> list[list[float]]:
        if len(self.embedded) == 2:
            raise KeyboardInterrupt
        return embed(self, texts)

    with monkeypatch.context() as stopping:
        stopping.setattr(HashedWords, "embed_documents", stop_at_the_third)
        run = dateline("add", files)
    assert run.status == 130
    assert run.out.startswith("2 added, ")
    assert "The index holds 2 articles" in run.out
    assert "Traceback" not in run.err
    assert "3 added, 0 replaced, 2 unchanged" in dateline("add", files).out


def test_what_was_skipped_is_named_and_status_1(dateline: Callable[..., Run], files: Path) -> None:
    (files / "empty.txt").touch()
    run = dateline("add", files, files / "missing.txt", "--json")
    said = json.loads(run.out)
    assert run.status == 1
    assert said["added"] == 5
    assert all(each.keys() == {"source", "reason"} for each in said["skipped"])
    assert [each["source"] for each in said["skipped"]] == [
        str(files / "empty.txt"),
        str(files / "missing.txt"),
    ]
    named = [line for line in run.err.splitlines() if line.startswith("Skipped ")]
    assert len(named) == 2


def test_add_and_rebuild_take_columns(dateline: Callable[..., Run], tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text("schlagzeile,text\nBridge,The council approved the bridge on Monday.\n")
    for command in ("add", "rebuild"):
        assert dateline(command, file, "--map", "title=schlagzeile").status == 0
        said = json.loads(dateline("status", "--articles", "--json").out)
        assert [each["title"] for each in said["list"]] == ["Bridge"]


@pytest.mark.parametrize("columns", ["titel=x", "title", "title=", "=x"])
def test_columns_that_cannot_be(dateline: Callable[..., Run], tmp_path: Path, columns: str) -> None:
    run = dateline("add", tmp_path, "--map", columns)
    assert (run.status, run.out) == (2, "")
    assert "--map" in run.err


def test_private_addresses_need_a_word(dateline: Callable[..., Run]) -> None:
    with Site() as site:
        page = "<p>The council of Velmouth approved the new bridge on Monday by nine votes.</p>"
        url = site.serve("/a", f"<!DOCTYPE html><html><body>{page * 2}</body></html>")
        refused = dateline("add", url, "--json")
        assert refused.status == 1
        (skipped,) = json.loads(refused.out)["skipped"]
        assert skipped["source"] == url
        assert "--allow-private" in skipped["reason"]
        assert site.seen == []
        added = dateline("add", url, "--allow-private", "--json")
        assert json.loads(added.out)["added"] == 1


def test_rebuild_remove_and_status(dateline: Callable[..., Run], files: Path) -> None:
    dateline("add", files)
    assert "5 unchanged" in dateline("rebuild").out
    listed = json.loads(dateline("status", "--articles", "--json").out)["list"]
    assert len(listed) == 5
    assert dateline("remove", listed[0]["id"][:10]).status == 0
    assert json.loads(dateline("status", "--json").out)["articles"] == 4
    run = dateline("remove", "nonsense")
    assert run.status == 1
    assert "nothing was done" in one_line(run)
    (files / "0.md").unlink()
    report = json.loads(dateline("rebuild", files, "--json").out)
    assert report["articles"] == 4
    plain = dateline("status", "--articles").out
    assert "4 articles, 4 stories, 4 outlets, 4 passages" in plain
    assert "hashed" not in plain
    assert "News of the lighthouse" not in plain


def test_status_of_nothing(dateline: Callable[..., Run]) -> None:
    assert "0 articles" in dateline("status").out
    assert json.loads(dateline("status", "--json").out)["embedding_model"] is None


def test_another_model_names_the_way_out(
    dateline: Callable[..., Run], files: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    dateline("add", files)
    monkeypatch.setenv("EMBEDDING_MODEL", "another/model")
    run = dateline("ask", QUESTION)
    assert run.status == 1
    assert "dateline rebuild" in one_line(run)
    assert dateline("rebuild").status == 0
    assert dateline("ask", QUESTION).status == 0


def test_a_wrong_setting_is_named(
    dateline: Callable[..., Run], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DATELINE_PORT", "seven")
    run = dateline("status")
    assert run.status == 2
    assert "DATELINE_PORT" in one_line(run)


def test_settings_in_the_present_folder_count(
    dateline: Callable[..., Run], monkeypatch: pytest.MonkeyPatch, tmp_path: Path, files: Path
) -> None:
    monkeypatch.delenv("DATELINE_HOME")
    (tmp_path / ".env").write_text(f"DATELINE_HOME={tmp_path / 'elsewhere'}\n")
    dateline("add", files)
    assert (tmp_path / "elsewhere" / "index.sqlite3").is_file()
    assert str(tmp_path / "elsewhere") in dateline("status").out


def test_words_of_an_article_are_no_markup_of_the_terminal(
    dateline: Callable[..., Run], tmp_path: Path
) -> None:
    (tmp_path / "a.txt").write_text("[bold red]Loud[/] words [link=file:///x]here[/link] stand.")
    dateline("add", tmp_path / "a.txt")
    out = dateline("ask", "Which loud words stand?").out
    assert "[bold red]Loud[/] words [link=file" in out


def test_words_of_an_article_are_no_orders_to_the_terminal(
    dateline: Callable[..., Run], tmp_path: Path
) -> None:
    evil = "\x1b]0;PWNED\x07\x1b[2J Loud \u202ewords\x9b31m"
    (tmp_path / "a.txt").write_text(f"{evil} stand here.", encoding="utf-8")
    dateline("add", tmp_path / "a.txt")
    for words in (["ask", "Which loud words stand?"], ["status", "--articles"]):
        out = dateline(*words).out
        assert "Loud" in out
        assert not set("\x1b\x07\x9b\u202e") & set(out)


def test_articles_are_listed_a_line_each(dateline: Callable[..., Run], files: Path) -> None:
    dateline("add", files)
    lines = dateline("status", "--articles").out.splitlines()
    listed = [line.split("\t") for line in lines if "\t" in line]
    assert listed
    assert all(len(fields) == 4 for fields in listed)


def test_one_article_can_be_asked_alone(dateline: Callable[..., Run], files: Path) -> None:
    dateline("add", files)
    lines = dateline("status", "--articles").out.splitlines()
    ids = [line.split("\t")[0] for line in lines if "\t" in line]
    assert len(ids) == 5
    for each in ids:
        said = json.loads(dateline("ask", QUESTION, "--article", each[:12], "--json").out)
        assert {citation["article_id"][:12] for citation in said["citations"]} <= {each[:12]}
        if said["abstention"]:
            assert said["abstention"]["searched"]["articles"] == 1
    run = dateline("ask", "What?", "--article", "nonsense")
    assert run.status == 1
    assert "fits no article" in one_line(run)


@pytest.mark.parametrize("command", ["", "ask", "chat", "add", "rebuild", "remove", "status"])
def test_help(dateline: Callable[..., Run], command: str) -> None:
    run = dateline(*filter(None, [command]), "--help")
    assert run.status == 0
    assert "Usage" in run.out


# In a process of its own


def test_a_reader_that_goes_away_is_no_crash(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    index = NewsIndex(tmp_path / "home", HashedWords())
    index.add(article(f"Ferry {n}.", title=f"Ferry {n} " * 20) for n in range(400))
    with subprocess.Popen(
        [python, "-m", "dateline", "status", "--articles", "--json"],
        env=child_environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    ) as process:
        assert process.stdout is not None
        assert process.stderr is not None
        process.stdout.read(10)
        process.stdout.close()
        errors = process.stderr.read()
        process.wait(60)
    assert errors == ""
    assert process.returncode == 1


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="there is no /dev/full here")
def test_output_that_cannot_be_written_is_one_line(
    python: str, child_environment: Mapping[str, str]
) -> None:
    with Path("/dev/full").open("w") as full:
        done = subprocess.run(
            [python, "-m", "dateline", "status", "--json"],
            env=child_environment,
            stdout=full,
            stderr=subprocess.PIPE,
            text=True,
            timeout=60,
            check=False,
        )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "dateline: The output cannot be written: No space left on device."
    ]


def test_an_env_file_that_is_no_text_is_named(
    tmp_path: Path, python: str, child_environment: Mapping[str, str]
) -> None:
    (tmp_path / ".env").write_bytes("DATELINE_PORT=1\n".encode("utf-16"))
    done = subprocess.run(
        [python, "-m", "dateline", "status"],
        env=child_environment,
        cwd=tmp_path,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert done.returncode == 2
    assert len(done.stderr.splitlines()) == 1
    assert ".env" in done.stderr


def test_bytes_that_are_no_text_on_the_command_line(
    python: str, child_environment: Mapping[str, str]
) -> None:
    run = subprocess.run(
        [python.encode(), b"-m", b"dateline", b"ask", b"caf\xe9?", b"--json"],
        env=child_environment,
        capture_output=True,
        timeout=120,
        check=False,
    )
    assert run.returncode == 1, run.stderr
    assert b"There is no index" in run.stderr
    assert len(run.stderr.splitlines()) == 1
