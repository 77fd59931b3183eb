"""The collections of an index on Milvus, and what is in their rows.

    dateline_index_SET_articles  an article: its record, what lists show, its copies, its sketch;
                                 and one row, `STATE`: how the index was made and how it stands
    dateline_index_SET_passages  a passage: its place, its vector, its words, what filters ask for

The alias `dateline_index` stands for the articles of the set that counts: a rebuild fills a set of
its own, and then moves the alias.

Every key, and everything that a condition names, is a digest or a number: no text of an article,
an outlet or a question ever stands in a condition.

The words that Milvus ranks by (its own BM25) are stemmed and folded here, so that every Milvus
finds the same: Milvus Lite knows no stemmer, and passes over one without a word.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from index.terms import analyzer, indexed_text, query_terms

if TYPE_CHECKING:
    from index.store.milvus.milvus_client import MilvusClient


ALIAS = "dateline_index"
STATE = "state"
"""The key of the row that describes the index; all others are digests."""

EARLIER = "dateline_changes"
"""A collection of the first layout, which had no alias."""

MAX_TEXT_BYTES = 65_535  # of a Milvus VARCHAR
MAX_ELEMENTS = 4_096  # of a Milvus array
_PREFIX, _ARTICLES, _PASSAGES = "dateline_index_", "_articles", "_passages"

_HEX, _NUMBER, _TEXT, _TEXTS, _LINKS = "hex", "number", "text", "texts", "links"
_VECTOR, _SPARSE, _WORDS = "vector", "sparse", "words"
_ARTICLE_FIELDS = {
    "changed": _NUMBER,
    "id": _TEXT,
    "content_hash": _HEX,
    "version": _HEX,
    "passages": _NUMBER,
    "facts": _TEXT,
    "story": _TEXT,
    "newer": _HEX,
    "links": _LINKS,
    "minhash": _TEXT,
    "shingles": _NUMBER,
    "record": _TEXTS,
    "bands": _SPARSE,
}
_PASSAGE_FIELDS = {
    "article": _HEX,
    "vector_key": _HEX,
    "start": _NUMBER,
    "end": _NUMBER,
    "first": _NUMBER,
    "last": _NUMBER,
    "outlet": _HEX,
    "words": _WORDS,
    "vector": _VECTOR,
}
_INDEXED = {"changed", "article", "vector_key", "first", "last", "outlet"}


@dataclass(frozen=True, slots=True)
class CollectionSet:
    """What the two collections of a set are called."""

    set: str

    @property
    def articles(self) -> str:
        """The collection of articles."""
        return f"{_PREFIX}{self.set}{_ARTICLES}"

    @property
    def passages(self) -> str:
        """The collection of passages; made with the first vector."""
        return f"{_PREFIX}{self.set}{_PASSAGES}"

    @classmethod
    def of(cls, articles: str) -> CollectionSet:
        """The set to which this collection of articles belongs."""
        return cls(articles.removeprefix(_PREFIX).removesuffix(_ARTICLES))


def belongs_to_a_set(collection: str) -> bool:
    """Whether a collection is one of ours."""
    return collection.startswith(_PREFIX) and collection.endswith((_ARTICLES, _PASSAGES))


def create_articles(client: MilvusClient, names: CollectionSet) -> None:
    """Make a set's collection of articles."""
    _create(client, names.articles, _ARTICLE_FIELDS)


def create_passages(client: MilvusClient, names: CollectionSet, dimension: int) -> None:
    """Make a set's collection of passages, where it is not there."""
    _create(client, names.passages, _PASSAGE_FIELDS, dimension)


def _create(client: MilvusClient, name: str, fields: dict[str, str], dimension: int = 0) -> None:
    from pymilvus import DataType, Function, FunctionType
    from pymilvus import MilvusClient as Schemas

    text = {"max_length": MAX_TEXT_BYTES}
    strings = {"element_type": DataType.VARCHAR, "max_capacity": MAX_ELEMENTS}
    # `searched_words` has stemmed them
    analyzer = {"enable_analyzer": True, "analyzer_params": {"tokenizer": "standard"}}
    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        _HEX: (DataType.VARCHAR, {"max_length": 128}),
        _NUMBER: (DataType.INT64, {}),
        _TEXT: (DataType.VARCHAR, text),
        _TEXTS: (DataType.ARRAY, strings | text),
        _LINKS: (DataType.ARRAY, strings | {"max_length": 64}),
        _WORDS: (DataType.VARCHAR, text | analyzer),
        _VECTOR: (DataType.FLOAT_VECTOR, {"dim": dimension}),
        _SPARSE: (DataType.SPARSE_FLOAT_VECTOR, {}),
    }
    schema = Schemas.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=128)
    indexes = Schemas.prepare_index_params()
    for field, kind in fields.items():
        datatype, options = kinds[kind]
        schema.add_field(field, datatype, **options)
        if kind == _VECTOR:
            # Lite is small: there an exact search is quick enough.
            search = "FLAT" if client.serves_lite else "AUTOINDEX"
            indexes.add_index(field, index_type=search, metric_type="COSINE")
        elif kind == _SPARSE:
            indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        elif field in _INDEXED:
            indexes.add_index(field, index_type="INVERTED")
        if kind == _WORDS:
            schema.add_field("ranked", DataType.SPARSE_FLOAT_VECTOR)
            schema.add_function(
                Function(
                    name="ranked",
                    function_type=FunctionType.BM25,
                    input_field_names=[field],
                    output_field_names=["ranked"],
                )
            )
            indexes.add_index("ranked", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    client.create(name, schema, indexes)


_MOST_BYTES = 65_000  # of a Milvus text; no passage has as many


def searched_words(*texts: str) -> str:
    """The terms of a passage as they are kept, in order."""
    words = indexed_text("\n".join(texts)).split()
    joined = " ".join(term for word in words for term in _forms(analyzer().analyze(word)))
    return joined.encode()[:_MOST_BYTES].decode(errors="ignore")


def asked_words(text: str) -> str:
    """A question's terms as they are looked for, each once; empty when there are none."""
    forms = (form for terms in query_terms(text) for form in _forms(terms))
    return " ".join(dict.fromkeys(forms))


def _forms(terms: list[str]) -> list[str]:
    """The terms of one word; those of "S-400" also as one: Milvus knows no phrases."""
    if len(terms) < 2:
        return terms
    return [*(term for term in terms if len(term) > 1), "".join(terms)]
