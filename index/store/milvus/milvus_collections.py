"""The collections of an index on Milvus, and the words that are searched in them.

    dateline_index_SET_articles  an article: its record, what lists show, its sketch;
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

MAX_TEXT_BYTES = 65_535  # of a Milvus VARCHAR
MAX_ELEMENTS = 4_096  # of a Milvus array
_PREFIX, ARTICLES, _PASSAGES = "dateline_index_", "_articles", "_passages"

_HEX, _NUMBER, _TEXT, _TEXTS, _LINKS = "hex", "number", "text", "texts", "links"
_VECTOR, _SPARSE, _WORDS = "vector", "sparse", "words"
_ARTICLE_FIELDS = {
    _NUMBER: ("changed", "passages", "shingles"),
    _HEX: ("content_hash", "version", "newer"),
    _TEXT: ("id", "facts", "story", "minhash"),
    _LINKS: ("links",),
    _TEXTS: ("record",),
    _SPARSE: ("bands",),
}
_PASSAGE_FIELDS = {
    _HEX: ("article", "vector_key", "outlet"),
    _NUMBER: ("start", "end", "first", "last"),
    _WORDS: ("words",),
    _VECTOR: ("vector",),
}
_INDEXED = {"changed", "article", "vector_key", "first", "last", "outlet"}


@dataclass(frozen=True, slots=True)
class CollectionSet:
    """What the two collections of a set are called."""

    name: str

    @property
    def articles(self) -> str:
        """The collection of articles."""
        return f"{_PREFIX}{self.name}{ARTICLES}"

    @property
    def passages(self) -> str:
        """The collection of passages; made with the first vector."""
        return f"{_PREFIX}{self.name}{_PASSAGES}"

    @classmethod
    def of(cls, articles: str) -> CollectionSet:
        """The set to which this collection of articles belongs."""
        return cls(articles.removeprefix(_PREFIX).removesuffix(ARTICLES))

    def there(self, client: MilvusClient) -> set[str]:
        """Those of the two that were made."""
        return {self.articles, self.passages} & client.collections()

    def others(self, client: MilvusClient) -> set[str]:
        """The collections of other sets."""
        return ours(client) - {self.articles, self.passages}

    def create_articles(self, client: MilvusClient) -> None:
        """Make the collection of articles."""
        _create(client, self.articles, _ARTICLE_FIELDS)

    def create_passages(self, client: MilvusClient, dimension: int) -> None:
        """Make the collection of passages, where it is not there."""
        if self.passages not in self.there(client):
            _create(client, self.passages, _PASSAGE_FIELDS, dimension)


def ours(client: MilvusClient) -> set[str]:
    """The collections of all sets; others whose names begin alike are somebody else's."""
    kinds = (ARTICLES, _PASSAGES)
    return {e for e in client.collections() if e.startswith(_PREFIX) and e.endswith(kinds)}


def _create(
    client: MilvusClient, name: str, fields: dict[str, tuple[str, ...]], dimension: int = 0
) -> None:
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
    sparse = "SPARSE_INVERTED_INDEX"
    for kind, names in fields.items():
        datatype, options = kinds[kind]
        for field in names:
            schema.add_field(field, datatype, **options)
            if field in _INDEXED:
                indexes.add_index(field, index_type="INVERTED")
    if fields is _ARTICLE_FIELDS:
        indexes.add_index("bands", index_type=sparse, metric_type="IP")
    else:
        # Lite is small: there an exact search is quick enough.
        search = "FLAT" if client.serves_lite else "AUTOINDEX"
        indexes.add_index("vector", index_type=search, metric_type="COSINE")
        schema.add_field("ranked", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(Function("ranked", FunctionType.BM25, ["words"], ["ranked"]))
        indexes.add_index("ranked", index_type=sparse, metric_type="BM25")
    client.create(name, schema, indexes)


def searched_words(*texts: str) -> str:
    """The terms of a passage as they are kept, in order; no passage has more than fit."""
    words = indexed_text("\n".join(texts)).split()
    joined = " ".join(term for word in words for term in _forms(analyzer().analyze(word)))
    return joined.encode()[:MAX_TEXT_BYTES].decode(errors="ignore")


def asked_words(text: str) -> str:
    """A question's terms as they are looked for, each once; empty when there are none."""
    forms = (form for terms in query_terms(text) for form in _forms(terms))
    return " ".join(dict.fromkeys(forms))


def _forms(terms: list[str]) -> list[str]:
    """The terms of one word; those of "S-400" also as one: Milvus knows no phrases."""
    if len(terms) < 2:
        return terms
    return [*(term for term in terms if len(term) > 1), "".join(terms)]
