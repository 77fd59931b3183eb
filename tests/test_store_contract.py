"""What every store must do. Another engine joins by adding its factory to `STORES`."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from index import Article, Filters, ModelMismatchError, NewsIndex, PublicationDate
from index.adding.preparation import prepare
from index.models.embedding import encode
from index.records import Counts, Dated, Listing, ListPage
from index.store import Change, Manifest, SplitArticle, SQLiteStore, Store
from index.store.interface import MissingVectorsError, StaleChangeError
from tests.fakes import HashedWords, article, long_article, topics
from tests.milvus import milvus_store
from tests.wire import EDITED, INDEPENDENT, PARAGRAPHS, QUOTATION, UPDATED, WIRE, wire

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

STORES: dict[str, Callable[[Path], Store]] = {"sqlite": SQLiteStore, "milvus": milvus_store}
MANIFEST = Manifest("hashed words", "digest", "1", "1")
WORDS = HashedWords()
EVERYTHING = Filters()


@pytest.fixture(params=list(STORES))
def engine(request: pytest.FixtureRequest) -> str:
    name: str = request.param
    return name


@pytest.fixture
def make_store(engine: str) -> Callable[[Path], Store]:
    return STORES[engine]


@pytest.fixture
def examples(engine: str) -> int:
    """How many invented cases a property is tried with: Milvus Lite takes ten times as long."""
    return {"sqlite": 60}.get(engine, 10)


@pytest.fixture
def store(make_store: Callable[[Path], Store], folder: Path) -> Store:
    return make_store(folder)


def vectors_of(*articles: SplitArticle) -> dict[bytes, NDArray[np.float32]]:
    return {
        key: encode(WORDS, [passage.text])[0]
        for each in articles
        for passage, key in zip(each.passages, each.keys, strict=True)
    }


def put(store: Store, *articles: Article, manifest: Manifest = MANIFEST) -> list[SplitArticle]:
    split = [prepare(each, manifest) for each in articles]
    store.commit(Change(manifest=manifest, put=split, vectors=vectors_of(*split)))
    return split


def remove(store: Store, *ids: str) -> None:
    store.commit(Change(manifest=MANIFEST, remove=ids))


def found(store: Store, words: str, within: Filters = EVERYTHING) -> tuple[set[str], set[str]]:
    """Titles found by words, and titles found by meaning."""
    candidates = store.search(words, encode(WORDS, [words])[0], 100, within)
    by_words, by_meaning = (
        {candidates.passages[number][1].title for number, _ in ranking}
        for ranking in (candidates.by_words, candidates.by_meaning)
    )
    return by_words, by_meaning


def titles(store: Store, within: Filters = EVERYTHING) -> list[str]:
    return [each.title for each in store.articles(within)]


# Before anything is stored


def test_a_new_store_is_empty(store: Store, folder: Path) -> None:
    assert not store.exists()
    assert store.generation() == 0
    assert store.manifest() is None
    assert dict(store.content_hashes()) == {}
    assert store.missing_vectors([b"k"]) == {b"k"}
    assert store.counts(EVERYTHING) == Counts()
    assert store.bytes_on_disk() == 0
    assert store.listing(Listing()) == ListPage()
    assert store.days("", EVERYTHING) == []
    assert store.outlets() == {}
    assert store.vectors([b"k"]) == {}
    store.flush()
    assert not folder.exists(), "looking makes nothing"


# Storing


def test_what_was_put_comes_back_the_same(store: Store) -> None:
    before = Article(
        text="Caf\u00e9 e\u0301 \U0001f6a2\r\n\r\nA second part.\u2028End. \n",
        title="Ti\u00ader",
        publisher="Łódź & Söhne",
        authors=("Ines Vale", "Bo, the younger"),
        published=PublicationDate("2021-03-04T05:06:07+02:00"),
        url="https://paper.example/a",
        language="pl",
    )
    put(store, before)
    after = store.article(before.id)
    assert after == before
    assert after is not None
    assert after.content_hash == before.content_hash
    assert store.exists()
    assert store.generation() == 1
    assert store.manifest() == MANIFEST
    assert dict(store.content_hashes()) == {before.id: before.content_hash}
    assert store.article("unknown") is None
    least = Article(text="Words.")
    put(store, least)
    assert store.article(least.id) == least


def test_passages_come_back_verbatim(store: Store) -> None:
    (split,) = put(store, long_article(1))
    candidates = store.search("crates", encode(WORDS, ["crates"])[0], 100, EVERYTHING)
    by_start = {passage.start: passage for passage, _ in candidates.passages.values()}
    assert [by_start[each.start] for each in split.passages] == list(split.passages)
    for passage, cited in candidates.passages.values():
        assert cited.text[passage.start : passage.end] == passage.text


def test_both_searches_find_and_rank(store: Store) -> None:
    put(store, *topics())
    candidates = store.search(
        "comet astronomers", encode(WORDS, ["comet astronomers"])[0], 3, EVERYTHING
    )
    for ranking in (candidates.by_words, candidates.by_meaning):
        assert candidates.passages[ranking[0][0]][1].title == "News of the observatory"
        scores = [score for _, score in ranking]
        assert scores == sorted(scores, reverse=True)
        assert len(ranking) <= 3
    assert all(-1.01 <= score <= 1.01 for _, score in candidates.by_meaning)


def test_words_are_found_in_every_form(store: Store) -> None:
    put(store, article("The engineers repaired São Paulo’s bridges.", title="Bridges"))
    put(store, article("The council met.", title="Harbour"))
    for words in ("bridge", "REPAIRING", "sao paulo", "engineer"):
        assert found(store, words)[0] == {"Bridges"}
    assert found(store, "ferry")[0] == set()
    assert found(store, "harbour")[0] == {"Harbour"}, "the title is searched too"
    for words in ("", "?!", 'a" OR "b', "NEAR(x y)", "title:x", "*", "-", "\0", "'"):
        found(store, words)  # any words can be searched


def test_replacing_leaves_nothing_of_the_old(store: Store) -> None:
    url = "https://paper.example/a"
    put(store, article("The ferry sank at dawn.", title="Old", url=url))
    put(store, article("The bridge opened at noon.", title="New", url=url))
    assert titles(store) == ["New"]
    assert found(store, "ferry dawn") == (set(), {"New"})
    assert found(store, "bridge noon") == ({"New"}, {"New"})
    assert store.generation() == 2


def test_removing(store: Store) -> None:
    first, *others = topics()
    put(store, first, *others)
    remove(store, first.id, "unknown")
    assert first.title not in titles(store)
    assert store.article(first.id) is None
    assert first.id not in store.content_hashes()
    by_words, by_meaning = found(store, "opens to visitors in spring")
    assert by_words == by_meaning == {each.title for each in others}


def test_words_and_vectors_agree_after_every_change(store: Store) -> None:
    everything = topics()
    for number, each in enumerate(everything):
        put(store, each)
        if number % 2:
            remove(store, everything[number - 1].id)
        expected = set(titles(store))
        assert found(store, "opens to visitors in spring") == (expected, expected)
        assert store.counts(EVERYTHING).passages == len(expected)


def test_put_and_remove_in_one_change_emptied_and_filled_again(store: Store) -> None:
    first, second, *_ = topics()
    put(store, first)
    split = prepare(second, MANIFEST)
    store.commit(
        Change(manifest=MANIFEST, put=[split], vectors=vectors_of(split), remove=[first.id])
    )
    assert titles(store) == [second.title]
    assert store.generation() == 2
    remove(store, second.id)
    assert found(store, "orchards") == (set(), set())
    assert store.counts(EVERYTHING) == Counts()
    assert store.exists()
    put(store, first)
    assert found(store, "lighthouse") == ({first.title}, {first.title})


# Vectors


def test_vectors_shared_by_articles_outlive_one_of_them(store: Store) -> None:
    same = article("The ferry sank at dawn.", title="Ferry", url="https://a.example/1")
    copy = article("The ferry sank at dawn.", title="Ferry", url="https://b.example/2")
    one, two = put(store, same, copy)
    assert one.keys == two.keys
    remove(store, same.id)
    assert store.missing_vectors(two.keys) == set()
    assert found(store, "ferry") == ({"Ferry"}, {"Ferry"})
    remove(store, copy.id)
    assert store.missing_vectors(two.keys) == set(two.keys)


def test_a_change_without_its_vectors_is_refused_whole(store: Store) -> None:
    first, second, *_ = topics()
    put(store, first)
    split = prepare(second, MANIFEST)
    with pytest.raises(MissingVectorsError):
        store.commit(Change(manifest=MANIFEST, put=[split], remove=[first.id]))
    assert titles(store) == [first.title]
    assert store.generation() == 1


def test_vectors_kept_beforehand_are_seen_by_no_search(store: Store) -> None:
    first, second, *_ = topics()
    put(store, first)
    split = prepare(second, MANIFEST)
    store.add_vectors(vectors_of(split))
    assert found(store, "orchards") == (set(), {first.title})
    assert store.generation() == 1
    store.commit(Change(manifest=MANIFEST, put=[split]))
    assert found(store, "orchards frost")[0] == {second.title}


def test_vectors_kept_for_a_change_that_never_came_do_not_make_a_store(store: Store) -> None:
    store.add_vectors(vectors_of(prepare(topics()[0], MANIFEST)))
    assert store.manifest() is None
    assert store.counts(EVERYTHING) == Counts()
    assert found(store, "lighthouse") == (set(), set())
    put(store, topics()[1])
    assert found(store, "orchards")[0] == {topics()[1].title}


def test_vectors_of_another_model_are_refused(store: Store) -> None:
    put(store, topics()[0])
    other = Manifest("other model", "other digest", "1", "1")
    split = prepare(topics()[1], other)
    with pytest.raises(ModelMismatchError, match="dateline rebuild"):
        store.commit(Change(manifest=other, put=[split], vectors=vectors_of(split)))
    assert titles(store) == [topics()[0].title]
    assert store.manifest() == MANIFEST


def test_replacing_the_model_takes_every_article_along(store: Store) -> None:
    put(store, *topics())
    other = Manifest("other model", "other digest", "1", "1")
    split = [prepare(each, other) for each in topics()]
    store.commit(
        Change(manifest=other, put=split, vectors=vectors_of(*split), replace=True, expect=1)
    )
    assert store.manifest() == other
    assert len(titles(store)) == 5
    old = {key for each in topics() for key in prepare(each, MANIFEST).keys}
    assert store.missing_vectors(old) == old, "nothing of the old model is left"


def test_what_an_older_splitter_cut_is_still_known_as_that(store: Store) -> None:
    put(store, topics()[0])
    newer = replace(MANIFEST, splitter="2")
    put(store, topics()[1], manifest=newer)
    assert store.manifest() == MANIFEST, "or a rebuild would leave the old passages as they are"


def test_a_change_worked_out_from_an_older_state_is_refused(store: Store) -> None:
    put(store, topics()[0])
    put(store, topics()[1])
    with pytest.raises(StaleChangeError):
        store.commit(Change(manifest=MANIFEST, remove=[topics()[0].id], expect=1))
    assert len(titles(store)) == 2
    store.commit(Change(manifest=MANIFEST, remove=[topics()[0].id], expect=2))
    assert titles(store) == [topics()[1].title]


# Reopening


def test_everything_is_there_for_the_next_process(
    make_store: Callable[[Path], Store], folder: Path
) -> None:
    first = make_store(folder)
    put(first, *topics())
    first.flush()
    second = make_store(folder)
    assert titles(second) == titles(first)
    assert found(second, "comet astronomers") == found(first, "comet astronomers")
    put(second, long_article(1))
    assert "Harbour report 1" in found(first, "crates")[0], "a store that is open sees it too"
    assert "Harbour report 1" in found(first, "crates")[1]


# Filters


def test_articles_come_newest_first_and_those_of_unknown_date_last(store: Store) -> None:
    days = ["2020-01-02", None, "2021", "2020-01-03", "2021-05-01", None]
    put(
        store,
        *(article(f"Text {n}.", title=f"{n}", published=day) for n, day in enumerate(days)),
    )
    order = titles(store)
    assert order[:4] == ["2", "4", "3", "0"]
    assert set(order[4:]) == {"1", "5"}


def test_counts(store: Store) -> None:
    put(store, *topics(), article("Undated.", published=None, publisher=None))
    now = store.counts(EVERYTHING)
    assert (now.articles, now.passages, now.publishers, now.stories) == (6, 6, 5, 6)
    assert (now.first_day, now.last_day) == ("2015-06-01", "2019-06-05")
    some = store.counts(Filters(since=date(2018, 1, 1)))
    assert (some.articles, some.first_day) == (2, "2018-06-04")
    assert store.counts(Filters(publishers=("Nobody",))) == Counts()


def test_filters_go_before_the_limit(store: Store) -> None:
    put(store, *(article(f"Ferry number {n}.", title=f"{n}", publisher="Big") for n in range(60)))
    put(
        store,
        article("One ferry of many words that have nothing to do with it.", publisher="Small"),
    )
    within = Filters(publishers=("small",))
    candidates = store.search("ferry number", encode(WORDS, ["ferry number"])[0], 5, within)
    assert len(candidates.by_words) == len(candidates.by_meaning) == 1


def ferry_id(number: int) -> str:
    return f"https://ferries.example/{number}"


outlets = st.sampled_from(
    ["", "Post", "POST", "Straße", "STRASSE", "İstanbul", "Ёж", "ёж", "ς", "Σ"]
)
dates = st.one_of(
    st.none(),
    st.integers(1999, 2002).map(str),
    st.tuples(st.integers(1999, 2002), st.integers(1, 12)).map(lambda d: f"{d[0]}-{d[1]:02}"),
    st.dates(date(1999, 1, 1), date(2002, 12, 31)).map(str),
    st.dates(date(1999, 1, 1), date(2002, 12, 31)).map(lambda day: f"{day}T23:30:00-09:00"),
)
days = st.one_of(st.none(), st.dates(date(1999, 1, 1), date(2002, 12, 31)))
filters = st.tuples(
    days, days, st.lists(outlets, max_size=2), st.none() | st.sets(st.integers(0, 9))
).map(
    lambda given: Filters(
        since=min(filter(None, given[:2]), default=None) if given[0] else None,
        until=max(filter(None, given[:2]), default=None) if given[1] else None,
        publishers=tuple(given[2]),
        articles=tuple(ferry_id(n) for n in sorted(given[3] or ())),
    )
)


shelves = st.lists(st.tuples(st.none() | outlets, dates), min_size=1, max_size=8)
several_filters = st.lists(filters, min_size=1, max_size=5)


def emptied(store: Store) -> Store:
    """The store, for the next example: making a new one takes Milvus half a second."""
    if store.exists():
        remove(store, *store.content_hashes())
    return store


def test_a_store_admits_what_the_filter_admits(store: Store, examples: int) -> None:
    @settings(max_examples=examples)
    @given(shelves, several_filters)
    def admits(known: list[tuple[str | None, str | None]], within_each: list[Filters]) -> None:
        articles = [
            article(
                f"Ferry {n}.", title=f"{n}", publisher=publisher, published=day, url=ferry_id(n)
            )
            for n, (publisher, day) in enumerate(known)
        ]
        put(emptied(store), *articles)
        for within in within_each:
            admitted = {each.title for each in articles if within.admits(each)}
            assert set(titles(store, within)) == admitted
            assert found(store, "ferry", within) == (admitted, admitted)
            assert store.counts(within).articles == len(admitted)

    admits()


# Copies and stories


def stories(store: Store, within: Filters = EVERYTHING) -> set[frozenset[str]]:
    """The titles of the articles of each story."""
    vector = encode(WORDS, ["ferry"])[0]
    candidates = store.search("ferry opens nobody crates", vector, 1000, within)
    told: dict[str, set[str]] = {}
    for _, each in candidates.passages.values():
        told.setdefault(candidates.stories[each.id], set()).add(each.title)
    assert store.counts(within).stories == len(told)
    return {frozenset(each) for each in told.values()}


def printings() -> dict[str, Article]:
    """Four printings of one story, the third and fourth cut; each under its outlet's name."""
    texts = (WIRE, EDITED, "\n\n".join(PARAGRAPHS[:4]), "\n\n".join(PARAGRAPHS[:3]))
    return {
        outlet: wire(text, publisher=outlet, title=f"Ferry sinks, says {outlet}")
        for outlet, text in zip("ABCD", texts, strict=True)
    }


def ferry(*outlets: str) -> frozenset[str]:
    return frozenset(f"Ferry sinks, says {outlet}" for outlet in outlets)


TOPICS_APART = {frozenset({each.title}) for each in topics()}


def test_copies_are_one_story_in_one_change_or_in_several(store: Store) -> None:
    a, b, c, d = printings().values()
    put(store, *topics(), a, b)
    assert stories(store) == {*TOPICS_APART, ferry("A", "B")}
    put(store, c)
    put(store, d)
    assert stories(store) == {*TOPICS_APART, ferry("A", "B", "C", "D")}
    assert store.counts(EVERYTHING).articles == 9
    assert store.counts(Filters(publishers=("A", "B"))).stories == 1


def test_a_change_tells_which_of_its_articles_are_copies(store: Store) -> None:
    a, b, c, _ = printings().values()
    assert commit(store, a, topics()[0]) == set()
    assert commit(store, topics()[1], b) == {b.id}
    remove(store, a.id, b.id)
    assert commit(store, a, b, c) == {b.id, c.id}, "the first one is there before the others"


def commit(store: Store, *articles: Article) -> set[str]:
    split = [prepare(each, MANIFEST) for each in articles]
    return store.commit(Change(manifest=MANIFEST, put=split, vectors=vectors_of(*split)))


def test_the_same_text_at_two_addresses_is_one_story_of_two_articles(store: Store) -> None:
    put(store, *(wire(url=f"https://paper.example/{number}") for number in range(2)))
    now = store.counts(EVERYTHING)
    assert (now.articles, now.stories, now.publishers) == (2, 1, 1)


def test_removing_an_article_keeps_its_copies_together_or_parts_them(store: Store) -> None:
    whole = printings()
    begins = wire(PARAGRAPHS[0] + "\n\n" + INDEPENDENT, publisher="E", title="Ferry, says E")
    ends = wire(INDEPENDENT + "\n\n" + QUOTATION * 2, publisher="F", title="Ferry, says F")
    put(store, *whole.values(), begins, ends)
    assert stories(store) == {ferry(*"ABCD"), frozenset({"Ferry, says E", "Ferry, says F"})}
    remove(store, whole["A"].id)
    assert stories(store) == {ferry(*"BCD"), frozenset({"Ferry, says E", "Ferry, says F"})}
    remove(store, whole["B"].id, begins.id, whole["C"].id)
    assert stories(store) == {ferry("D"), frozenset({"Ferry, says F"})}


def test_a_link_that_goes_parts_what_it_held_together(store: Store) -> None:
    # the outer ones share three quarters with the middle one, and half with each other
    parts = [long_article(number, paragraphs=2).text for number in range(6)]
    texts = {"left": parts[:4], "middle": parts[1:5], "right": parts[2:]}
    chain = {
        name: wire("\n\n".join(text), publisher=name, title=f"Ferry, {name}")
        for name, text in texts.items()
    }
    put(store, *chain.values())
    assert stories(store) == {frozenset({"Ferry, left", "Ferry, middle", "Ferry, right"})}
    remove(store, chain["middle"].id)
    assert stories(store) == {frozenset({"Ferry, left"}), frozenset({"Ferry, right"})}
    put(store, chain["middle"])
    assert len(stories(store)) == 1


def test_new_content_finds_its_copies_anew(store: Store) -> None:
    a, b, c, _ = printings().values()
    put(store, a, b, c)
    put(store, article("The ferry line has gone out of business.", title="Other", url=b.url))
    assert stories(store) == {ferry("A", "C"), frozenset({"Other"})}
    put(store, b)
    assert stories(store) == {ferry("A", "B", "C")}


def test_putting_everything_again_keeps_the_stories(store: Store) -> None:
    everything = [*topics(), *printings().values()]
    put(store, *everything)
    before = stories(store)
    split = [prepare(each, MANIFEST) for each in reversed(everything)]
    store.commit(Change(manifest=MANIFEST, put=split, replace=True, expect=1))
    assert stories(store) == before


def test_stories_do_not_depend_on_what_came_first(
    make_store: Callable[[Path], Store], folder: Path, examples: int
) -> None:
    stores = [make_store(folder / name) for name in ("one", "other")]

    @settings(max_examples=examples // 4)
    @given(st.permutations([*printings().values(), *topics()[:2]]), st.sets(st.integers(0, 5)))
    def depend(order: list[Article], gone: set[int]) -> None:
        kept = [each for number, each in enumerate(order) if number not in gone]
        one, other = map(emptied, stores)
        put(one, *order)
        remove(one, *(order[number].id for number in gone))
        for each in sorted(kept, key=lambda each: each.id):
            put(other, each)
        if kept:
            assert stories(one) == stories(other)

    depend()


def versions() -> list[Article]:
    """Three versions of one outlet's story, a day apart."""
    texts = (WIRE, WIRE.replace("least 19 of", "least 27 of"), UPDATED)
    return [
        wire(text, title=f"Ferry sinks off Velmouth, day {day}", published=f"2021-03-0{day}")
        for day, text in enumerate(texts, start=1)
    ]


def test_a_newer_version_takes_the_place_of_the_older_in_searches(store: Store) -> None:
    for number, each in enumerate(versions()):
        put(store, each)
        assert found(store, "ferry Lady Orrin") == ({each.title}, {each.title})
        assert store.counts(EVERYTHING).articles == number + 1, "the older one is still there"
    remove(store, versions()[2].id)
    assert found(store, "ferry")[0] == {versions()[1].title}


def test_a_filter_that_keeps_the_newer_version_out_finds_the_older(store: Store) -> None:
    put(store, *versions())
    for last in (1, 2, 3):
        within = Filters(until=date(2021, 3, last))
        expected = {versions()[last - 1].title}
        assert found(store, "ferry Velmouth", within) == (expected, expected)
    assert found(store, "ferry", Filters(since=date(2021, 3, 2)))[0] == {versions()[2].title}


# The list


def listed(store: Store, words: str = "", within: Filters = EVERYTHING, **how: Any) -> list[str]:
    page = store.listing(Listing(words=words, within=within, **how))
    return [each.title for each in page.articles]


SHELF = [
    article("One.", title="“Zoo” opens", publisher="The Post", published="2021-03-04"),
    article("Two.", title="Émile sails", publisher="the Post", published="2021-03-05"),
    article("Three.", title="apples", publisher=None, published="2021-03", authors=("Bo Łuk",)),
    article("Four.", title="", publisher="Ångström News", published=None),
    article("Five.", title="Bread", publisher="Crier", published="2019"),
]


def test_the_list_is_put_in_order(store: Store) -> None:
    put(store, *SHELF)
    assert listed(store) == ["apples", "Émile sails", "“Zoo” opens", "Bread", ""]
    assert listed(store, order="oldest") == ["Bread", "apples", "“Zoo” opens", "Émile sails", ""]
    assert listed(store, order="title") == ["apples", "Bread", "Émile sails", "“Zoo” opens", ""]
    by_outlet = ["", "Bread", "Émile sails", "“Zoo” opens", "apples"]
    assert listed(store, order="outlet") == by_outlet, "without regard to case; the unknown last"


def test_the_list_is_looked_through_for_words(store: Store) -> None:
    put(store, *SHELF)
    for words, titles in {
        "emile": ["Émile sails"],
        "POST": ["Émile sails", "“Zoo” opens"],
        "sail post": ["Émile sails"],
        "bo luk": ["apples"],
        "bo łuk": ["apples"],
        "angstrom": [""],
        "100%": [],
        "_": [],
        "' OR 1=1 --": [],
        "  ": ["apples", "Émile sails", "“Zoo” opens", "Bread", ""],
    }.items():
        assert listed(store, words) == titles
        assert store.listing(Listing(words=words, most=1)).total == len(titles)
        assert sum(each.articles for each in store.days(words, EVERYTHING)) == len(titles)


def test_the_list_comes_in_stretches_that_miss_and_repeat_nothing(store: Store) -> None:
    put(store, *(article(f"Text {n}.", title=f"{n}", published="2021") for n in range(25)))
    whole = listed(store)
    assert len(set(whole)) == 25
    for order in ("newest", "oldest", "outlet", "title"):
        pages = [listed(store, order=order, skip=skip, most=10) for skip in (0, 10, 20)]
        assert [len(page) for page in pages] == [10, 10, 5]
        assert sorted(title for page in pages for title in page) == sorted(whole)
    assert store.listing(Listing(skip=90)) == ListPage((), 25)


def test_a_listed_article_tells_how_many_printed_its_story(store: Store) -> None:
    put(store, *printings().values(), topics()[0])
    page = store.listing(Listing())
    told = {each.title: (each.outlets, each.printings) for each in page.articles}
    assert told["Ferry sinks, says A"] == (4, 4)
    assert told[topics()[0].title] == (1, 1)
    first = page.articles[0]
    article_there = store.article(first.id)
    assert article_there
    assert (first.title, first.publisher, first.published) == (
        article_there.title,
        article_there.publisher,
        article_there.published,
    )


def test_days_are_counted_as_exactly_as_they_are_known(store: Store) -> None:
    put(store, *SHELF, article("Six.", published="2021-03-04T10:00:00+01:00"))
    assert store.days("", EVERYTHING) == [
        Dated(date(2019, 1, 1), date(2019, 12, 31), 1),
        Dated(date(2021, 3, 1), date(2021, 3, 31), 1),
        Dated(date(2021, 3, 4), date(2021, 3, 4), 2),
        Dated(date(2021, 3, 5), date(2021, 3, 5), 1),
        Dated(None, None, 1),
    ]
    assert len(store.days("", Filters(since=date(2021, 3, 5)))) == 2
    assert store.outlets() == {
        "Ångström News": 1,
        "Crier": 1,
        "The Fenland Courier": 1,
        "The Post": 1,
        "the Post": 1,
    }


def test_the_list_follows_every_change(store: Store) -> None:
    put(store, *SHELF)
    remove(store, SHELF[1].id, SHELF[4].id)
    assert listed(store) == ["apples", "“Zoo” opens", ""]
    put(store, SHELF[4])
    assert listed(store) == ["apples", "“Zoo” opens", "Bread", ""]
    remove(store, *(each.id for each in SHELF))
    assert store.listing(Listing()) == ListPage()
    assert store.outlets() == {}


def test_the_list_admits_what_the_filter_admits(store: Store, examples: int) -> None:
    @settings(max_examples=examples // 3)
    @given(shelves, several_filters)
    def admits(known: list[tuple[str | None, str | None]], within_each: list[Filters]) -> None:
        articles = [
            article(f"Ferry {n}.", title=f"{n}", publisher=publisher, published=day)
            for n, (publisher, day) in enumerate(known)
        ]
        put(emptied(store), *articles)
        for within in within_each:
            admitted = {each.title for each in articles if within.admits(each)}
            assert set(listed(store, within=within)) == admitted
            assert sum(each.articles for each in store.days("", within)) == len(admitted)

    admits()


def test_vectors_come_back_as_they_were_stored(store: Store) -> None:
    (split,) = put(store, long_article(1))
    found_again = store.vectors([*split.keys, b"unknown"])
    assert found_again.keys() == set(split.keys)
    remove(store, split.article.id)
    assert store.vectors(split.keys) == {}
    store.commit(Change(manifest=MANIFEST, put=[split], vectors=found_again))
    again = store.vectors(split.keys)
    assert all((again[key] == vector).all() for key, vector in found_again.items())


# Through the facade, with any store


def test_the_facade_works_over_any_store(
    make_store: Callable[[Path], Store], folder: Path, embeddings: HashedWords
) -> None:
    index = NewsIndex(folder, embeddings, store=make_store(folder))
    assert index.add(topics()).added == 5
    assert index.search("comet astronomers")[0].article.title == "News of the observatory"
    assert index.remove([topics()[0].id]).removed == 1
    assert index.rebuild().unchanged == 4
