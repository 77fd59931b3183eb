"""Every template asks for exactly what the code fills in."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

import prompts
from prompts import TemplateError, loader

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(autouse=True)
def _read_anew() -> Iterator[None]:
    prompts.load.cache_clear()
    yield
    prompts.load.cache_clear()


def test_every_template_file_is_known_and_right(root: Path) -> None:
    names = {file.stem for file in (root / "prompts").glob("*.md")}
    assert names == set(loader.PLACEHOLDERS)
    for name in names:
        assert set(prompts.load(name).input_variables) == loader.PLACEHOLDERS[name]


def test_words_with_braces_are_filled_in_as_they_are() -> None:
    filled = prompts.load("abstention").format(reason="{searched}", searched="{0}", nearest="}{")
    assert "{searched}" in filled
    assert "}{" in filled


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("No {reason} for {searched}.", "asks for"),
        ("{reason} {searched} {nearest} {mood}", "mood"),
        ("{reason} {searched} {nearest", "brace"),
        ("{reason} {searched} {nearest} }", "brace"),
        ("{reason} {searched} {nearest} {}", "asks for|brace"),
        ("", "asks for"),
    ],
)
def test_a_broken_template_is_refused(
    template: str, said: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    (tmp_path / "abstention.md").write_text(template)
    monkeypatch.setattr(loader, "files", lambda _: tmp_path)
    with pytest.raises(TemplateError, match=said) as caught:
        prompts.load("abstention")
    assert "abstention.md" in str(caught.value)


def test_a_template_that_is_not_there(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match="no template 'poem'"):
        prompts.load("poem")
    monkeypatch.setattr(loader, "files", lambda _: tmp_path)
    with pytest.raises(TemplateError, match="missing"):
        prompts.load("abstention")
