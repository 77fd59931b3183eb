"""The documentation names commands, options, settings, fields and files that there are, and all."""

from __future__ import annotations

import re
from importlib import import_module
from typing import TYPE_CHECKING

import pytest
import typer.main

import assistant
from assistant import Settings
from assistant.cli import app
from assistant.settings import SHARED_NAMES
from index.reports import Report

if TYPE_CHECKING:
    from pathlib import Path

    from click import Command

PAGES = (
    "README.md",
    "ARCHITECTURE.md",
    *(
        f"docs/{name}.md"
        for name in (
            *("asking", "adding", "serving", "keeping", "observing"),
            *("newsroom", "python", "how-it-works"),
        )
    ),
)
ANSWER = vars(import_module("assistant.answer"))  # the package has a function of that name
MEASURED = re.compile(r"python -m (benchmarks|training)\.(\w+)")


def commands() -> dict[str, Command]:
    group = typer.main.get_command(app)
    return dict(group.commands)  # type: ignore[attr-defined]


def read(root: Path, page: str) -> str:
    return (root / page).read_text("utf-8")


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_commands_and_options_that_there_are(page: str, root: Path) -> None:
    known = commands()
    text = read(root, page)
    blocks = re.findall(r"```\n(.*?)```", text, re.DOTALL)
    code = "\n".join([*blocks, *re.findall(r"(?<!`)`([^`\n]+)`(?!`)", text)])
    for name, rest in re.findall(r"\bdateline ([a-z][a-z-]+)\b([^\n]*)", code):
        assert name in known, f"{page}: dateline {name}"
        options = {each for option in known[name].params for each in option.opts}
        given = set(re.findall(r"(?<!\S)--[a-z-]+", rest.split("#")[0]))
        assert given <= options | {"--help"}, f"{page}: dateline {name}"


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_settings_that_there_are(page: str, root: Path) -> None:
    named = set(re.findall(r"\bDATELINE_[A-Z_]+", read(root, page))) - {"DATELINE_"}
    assert named <= {str(field.validation_alias) for field in Settings.model_fields.values()}


@pytest.mark.parametrize("page", PAGES)
def test_a_page_names_settings_by_our_names_first(page: str, root: Path) -> None:
    ours = set(SHARED_NAMES) - {"OTEL_EXPORTER_OTLP_ENDPOINT"}
    assert not set(re.findall(r"(?<!\w)[A-Z]+_[A-Z_]+\b", read(root, page))) & ours


@pytest.mark.parametrize("page", PAGES)
def test_a_page_leads_to_files_headings_and_measurements_that_there_are(
    page: str, root: Path
) -> None:
    text = read(root, page)
    for target in re.findall(r"\]\(([^)\s]+)\)", text):
        if target.startswith(("http://", "https://")):
            continue
        path, _, heading = target.partition("#")
        file = (root / page).parent / path if path else root / page
        assert file.exists(), f"{page}: {target}"
        if heading:
            titles = re.findall(r"^#+ (.+)$", file.read_text("utf-8"), re.MULTILINE)
            assert heading in {anchor(each) for each in titles}, f"{page}: {target}"
    for package, module in MEASURED.findall(text):
        assert (root / package / f"{module}.py").exists(), f"{page}: {package}.{module}"


def anchor(title: str) -> str:
    """A heading's name in links, as GitHub makes it."""
    return re.sub(r"[^\w\- ]", "", title.strip().lower()).replace(" ", "-")


def test_every_command_and_option_and_setting_stands_somewhere(root: Path) -> None:
    text = "\n".join(read(root, page) for page in PAGES)
    for name, command in commands().items():
        assert f"dateline {name}" in text, name
        for option in command.params:
            for each in option.opts:
                assert not each.startswith("--") or each == "--help" or each in text, (name, each)


def records() -> list[str]:
    return sorted(
        name
        for name, each in ANSWER.items()
        if hasattr(each, "model_fields") and not name.startswith("_") and name != "BaseModel"
    )


@pytest.mark.parametrize("record", [name for name in records() if name not in {"Source"}])
def test_every_field_of_an_answer_stands_under_asking(record: str, root: Path) -> None:
    text = read(root, "docs/asking.md")
    found = re.search(rf"^- `{record}`: ((?:.*\n)(?:  .*\n)*)", text, re.MULTILINE)
    assert found, record
    fields = ANSWER[record].model_fields
    assert set(re.findall(r"`(\w+)`", found[1])) == set(fields)


@pytest.mark.parametrize(("page", "more"), [("adding", set()), ("keeping", {"removed"})])
def test_a_report_is_told_field_by_field(page: str, more: set[str], root: Path) -> None:
    text = " ".join(read(root, f"docs/{page}.md").split())
    found = re.search(r"(?:a report:|print) ((?:`\w+`(?:,| and|) ?)+)", text)
    assert found
    printed = {"added", "replaced", "unchanged", "copies", "skipped"}
    printed |= {"named", "articles", "passages"}
    assert printed <= set(Report.__dataclass_fields__)
    assert set(re.findall(r"`(\w+)`", found[1])) == printed | {"seconds"} | more


def test_the_public_names_stand_in_the_page_on_python(root: Path) -> None:
    text = read(root, "docs/python.md")
    for name in assistant.__all__:
        assert f"`{name}`" in text, name


def test_the_readme_is_for_two_minutes(root: Path) -> None:
    assert len(read(root, "README.md").splitlines()) <= 150


def test_code_in_the_pages_is_python(root: Path) -> None:
    for page in PAGES:
        for block in re.findall(r"```python\n(.*?)```", read(root, page), re.DOTALL):
            compile(block, page, "exec")


def test_the_map_names_files_that_there_are(root: Path) -> None:
    named = re.findall(r"`([\w.-]+(?:/[\w.-]+)*/?)`", read(root, "ARCHITECTURE.md"))
    paths = [each for each in named if "/" in each or each.endswith((".py", ".md"))]
    assert len(paths) > 20
    missing = [each for each in paths if not (root / each).exists()]
    assert missing == []
