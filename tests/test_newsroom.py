"""The compose file for a newsroom can be read, and what it names is there and ours."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import pytest
import typer
import yaml

from assistant.cli.commands import app

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def compose(root: Path) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((root / "docs" / "newsroom-compose.yaml").read_text())
    return found


def ours(compose: dict[str, Any], begins: str) -> dict[str, dict[str, Any]]:
    return {name: each for name, each in compose["services"].items() if name.startswith(begins)}


def test_it_holds_milvus_three_that_ask_behind_a_proxy_and_two_that_add(
    compose: dict[str, Any],
) -> None:
    assert compose["services"].keys() >= {"milvus", "proxy"}
    askers, adders = ours(compose, "ask-"), ours(compose, "add-")
    assert (len(askers), len(adders)) == (3, 2)
    assert all("--read-only" in each["command"] for each in askers.values())
    homes = [each["volumes"][0].partition(":")[0] for each in askers.values()]
    assert len(set(homes)) == 3, "each asker has a folder of its own"
    shared = {each["volumes"][0].partition(":")[0] for each in adders.values()}
    assert len(shared) == 1, "those that write share one"
    for each in (*askers.values(), *adders.values()):
        assert each["environment"]["DATELINE_INDEX_URI"] == "milvus://milvus:19530"
        mounted = each["volumes"][0].partition(":")[2]
        assert each["environment"]["DATELINE_HOME"] == mounted


def test_all_that_it_names_is_there(compose: dict[str, Any]) -> None:
    for name, each in compose["services"].items():
        assert "image" in each or "build" in each, name
        for volume in each.get("volumes", ()):
            assert volume.partition(":")[0] in compose["volumes"], name
        for config in each.get("configs", ()):
            assert config["source"] in compose["configs"], name
        assert set(each.get("depends_on", ())) <= compose["services"].keys(), name


def test_its_commands_are_commands_of_ours(compose: dict[str, Any]) -> None:
    commands = typer.main.get_command(app).commands  # type: ignore[attr-defined]
    for name, each in (ours(compose, "ask-") | ours(compose, "add-")).items():
        command, *words = each["command"]
        parsed = commands[command].make_context(command, list(words))  # refuses what it knows not
        assert parsed.params, name


def test_its_settings_are_settings_of_ours(compose: dict[str, Any], root: Path) -> None:
    known = (root / ".env.example").read_text()
    for each in (ours(compose, "ask-") | ours(compose, "add-")).values():
        assert all(re.search(rf"\b{name}\b", known) for name in each["environment"])


def test_the_proxy_s_configuration_closes_what_it_opens(compose: dict[str, Any]) -> None:
    said = compose["configs"]["proxy"]["content"]
    assert said.count("{") == said.count("}")
    for line in filter(None, map(str.strip, said.splitlines())):
        assert line.endswith((";", "{", "}")), line
    assert "$" not in said.replace("$$", ""), "compose would read it as a variable of its own"
    asked = {name for name in ours(compose, "ask-") if f"server {name}:7860;" in said}
    assert len(asked) == 3
