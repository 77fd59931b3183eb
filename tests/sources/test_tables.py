"""Tables: columns guessed and named, huge fields, and the given articles."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from index import Article, SourceError
from index.loading import Limits, LoadOptions, load
from index.loading.content import FIELDS
from index.loading.rows import choose_columns
from tests.loading import load_one
from tests.sources.builders import MORE, STORY


def test_columns_that_the_user_names(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f'Überschrift,Inhalt,Quelle,text\nBridge,"{STORY}",Courier,other\n')
    columns = {"title": "überschrift", "text": "Inhalt", "publisher": "Quelle"}
    article = load_one(file, LoadOptions(columns=columns))
    assert (article.title, article.text, article.publisher) == ("Bridge", STORY, "Courier")


def test_columns_of_json_that_the_user_names(tmp_path: Path) -> None:
    row = {"text": "Ignored, for another column was named.", "inhalt": STORY}
    options = LoadOptions(columns={"text": "inhalt"})
    for name, data in (("a.json", json.dumps({"news": [row]})), ("a.jsonl", json.dumps(row))):
        (tmp_path / name).write_text(data)
        assert load_one(tmp_path / name, options).text == STORY


def test_a_column_that_is_not_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f'title,text\nBridge,"{STORY}"\n')
    with pytest.raises(SourceError, match="there is no column 'headline', but text, title"):
        load_one(file, LoadOptions(columns={"title": "headline"}))


def test_a_field_that_no_article_has() -> None:
    with pytest.raises(ValueError, match="'titel' is no field of an article"):
        LoadOptions(columns={"titel": "headline"})


@pytest.mark.parametrize("field", FIELDS)
def test_each_field_is_guessed_by_its_own_name(field: str) -> None:
    assert choose_columns(["text", field.upper()], {})[field][0] in {field, field.upper()}


def test_the_surest_name_wins() -> None:
    names = ["description", "content", "date", "published_at", "id"]
    chosen = choose_columns(names, {})
    assert chosen["text"] == ["content", "description"]  # the second where the first is empty
    assert chosen["published"] == ["published_at", "date"]


def test_a_huge_field_ends_the_table_there(tmp_path: Path) -> None:
    file = tmp_path / "a.csv"
    file.write_text(f'title,text\nGood,"{STORY}"\nBad,"{"x" * 3000}"\nNever,"{MORE}"\n')
    found = list(load(file, LoadOptions(limits=Limits(article=1_000))))
    assert isinstance(found[0], Article)
    assert "a line of more than" in str(found[1])
    lines = "\n".join(["y" * 50] * 60)
    file.write_text(f'title,text\nGood,"{STORY}"\nBad,"{lines}"\nNever,"{MORE}"\n')
    found = list(load(file, LoadOptions(limits=Limits(article=1_000))))
    assert isinstance(found[0], Article)
    assert "is a quotation mark missing? The rows above it are in" in str(found[1])
    assert len(found) == 2


def test_a_huge_line_is_left_out_and_the_next_is_not(tmp_path: Path) -> None:
    file = tmp_path / "a.jsonl"
    rows = [{"text": STORY}, {"text": "x" * 9_000}, {"text": MORE}]
    file.write_text("".join(json.dumps(row) + "\n" for row in rows))
    found = list(load(file, LoadOptions(limits=Limits(document=2_000))))
    assert [isinstance(each, Article) for each in found] == [True, False, True]
    assert str(found[1]).endswith("a.jsonl, line 2: larger than 0 MB")


def test_one_object_may_not_be_endless(tmp_path: Path) -> None:
    file = tmp_path / "a.json"
    deep = [{"n": n, "of": [n] * 9} for n in range(9_000)]
    file.write_text(json.dumps([{"text": STORY}, {"text": MORE, "more": deep}]))
    found = list(load(file, LoadOptions(limits=Limits(document=100_000))))
    assert isinstance(found[0], Article)
    assert "larger than" in str(found[1])


def test_the_given_articles_all_load(request: pytest.FixtureRequest) -> None:
    given = request.config.getoption("--articles-data")
    if not given:
        pytest.skip("no articles given: pytest --articles-data PATH/TO/articles.jsonl.xz")
    file = Path(request.config.invocation_params.dir, given).resolve()
    count = 0
    for each in load(file):
        count += 1
        if isinstance(each, Article):
            assert each.id.startswith("http")
            assert each.publisher
            assert each.published is None or each.published_from in {"column publish_date", "URL"}
        else:
            assert each.source.startswith(f"{file}/articles.jsonl, line ")
    assert count == 4_736
