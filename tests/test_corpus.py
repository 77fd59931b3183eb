"""Every file of tests/corpus loads as expected.json says: its articles, or why there are none."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from index import Article, SourceError
from index.loading import load
from index.splitting import split

CORPUS = Path(__file__).parent / "corpus"
EXPECTED: dict[str, list[dict[str, Any]]] = json.loads(
    (CORPUS / "expected.json").read_text("utf-8")
)


def test_every_file_is_expected_and_there_are_at_least_sixty() -> None:
    files = {
        file.relative_to(CORPUS).as_posix() for file in CORPUS.rglob("*") if file.is_file()
    } - {"expected.json"}
    assert files == EXPECTED.keys()
    assert len(files) >= 60


@pytest.mark.parametrize("name", EXPECTED)
def test_it_loads_as_expected(name: str) -> None:
    found = list(load(CORPUS / name))
    for each, expected in zip(found, EXPECTED[name], strict=True):
        if "reason" in expected:
            assert isinstance(each, SourceError), each
            assert expected["reason"] in str(each)
            assert "\n" not in str(each)
            assert name in each.source
        else:
            assert isinstance(each, Article), each
            check(each, expected)


def check(article: Article, expected: dict[str, Any]) -> None:
    passages = split(article)
    for passage in passages:
        assert article.text[passage.start : passage.end] == passage.text
    for field, value in expected.items():
        if field == "text_has":
            assert value in article.text
        elif field == "text_lacks":
            assert value not in article.text
        elif field == "passages":
            for words in value:
                assert any(words in passage.text for passage in passages), words
        elif field == "not_in_passages":
            for words in value:
                assert words in article.text
                assert not any(words in passage.text for passage in passages), words
        else:
            assert shown(article, field) == value, field


def shown(article: Article, field: str) -> object:
    """A field as JSON has it."""
    value = getattr(article, field)
    if field == "authors":
        return list(value)
    return str(value) if field in {"published", "updated"} and value else value
