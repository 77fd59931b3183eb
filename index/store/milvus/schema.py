"""The collections, and what is in their rows.

One index is three collections that outlive a rebuild and a set of four that a rebuild replaces:

    dateline                named values: which set counts, its manifest, what is under way
    dateline_changes        a row for each change: their number is the generation
    dateline_staged_384     vectors that wait for their change, by what was embedded
    dateline_SET_articles   an article's head: id, version, what lists show, the text's sketch
    dateline_SET_texts      the whole record of an article, in pieces that Milvus can hold
    dateline_SET_passages   a passage: its place, its vector, its words, what filters ask for
    dateline_SET_links      two articles that are copies, in both orders

Every key, and everything that a condition names, is a digest or a number: no text of an article,
an outlet or a question ever stands in a condition. Milvus wants a vector in every collection; the
field `nothing` is one where there is none.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from index.store.milvus.connection import Connection

ROOT = "dateline"
CHANGES = "dateline_changes"
STAGED = "dateline_staged_"
MOST_BYTES = 65_535  # of a Milvus text
NOTHING = [1.0, 0.0]

_HEX, _NUMBER, _REAL, _TEXT, _VECTOR, _SPARSE = "hex", "number", "real", "text", "vector", "sparse"


@dataclass(frozen=True, slots=True)
class Names:
    """What the collections of a set are called."""

    set: str

    @property
    def articles(self) -> str:
        """Heads."""
        return f"dateline_{self.set}_articles"

    @property
    def texts(self) -> str:
        """Pieces of records."""
        return f"dateline_{self.set}_texts"

    @property
    def passages(self) -> str:
        """Passages; made with the first vector."""
        return f"dateline_{self.set}_passages"

    @property
    def links(self) -> str:
        """Copies."""
        return f"dateline_{self.set}_links"

    @property
    def all(self) -> tuple[str, ...]:
        """All four."""
        return self.articles, self.texts, self.passages, self.links


def create_root(connection: Connection) -> None:
    """Make what outlives a rebuild."""
    _create(connection, ROOT, {"value": _TEXT})
    _create(connection, CHANGES, {"at": _NUMBER})


def create_set(connection: Connection, names: Names) -> None:
    """Make a set, without its passages: nobody knows yet how long a vector is."""
    head = {
        "id": _TEXT,
        "content_hash": _HEX,
        "version": _HEX,
        "change": _HEX,
        "told": _TEXT,
        "pieces": _NUMBER,
        "passages": _NUMBER,
        "minhash": _TEXT,
        "shingles": _NUMBER,
        "bands": _SPARSE,
    }
    _create(connection, names.articles, head, indexed=("change",))
    _create(connection, names.texts, {"article": _HEX, "piece": _TEXT}, indexed=("article",))
    link = {"one": _HEX, "other": _HEX, "one_version": _HEX, "other_version": _HEX, "change": _HEX}
    _create(connection, names.links, {**link, "share": _REAL}, indexed=("one", "change"))


def create_passages(connection: Connection, names: Names, dimension: int) -> None:
    """Make the collection that is searched."""
    fields = {
        "article": _HEX,
        "vector_key": _HEX,
        "start": _NUMBER,
        "end": _NUMBER,
        "first": _NUMBER,
        "last": _NUMBER,
        "outlet": _HEX,
        "words": "words",
        "vector": _VECTOR,
    }
    indexed = ("article", "vector_key", "first", "last", "outlet")
    _create(connection, names.passages, fields, dimension, indexed)


def create_staged(connection: Connection, dimension: int) -> str:
    """Make the collection where vectors of this length wait, and return its name."""
    name = f"{STAGED}{dimension}"
    _create(connection, name, {"at": _NUMBER, "vector": _VECTOR}, dimension)
    return name


def _create(
    connection: Connection,
    name: str,
    fields: dict[str, str],
    dimension: int = len(NOTHING),
    indexed: tuple[str, ...] = (),
) -> None:
    from pymilvus import DataType, Function, FunctionType, MilvusClient

    kinds: dict[str, tuple[Any, dict[str, Any]]] = {
        _HEX: (DataType.VARCHAR, {"max_length": 128}),
        _TEXT: (DataType.VARCHAR, {"max_length": MOST_BYTES}),
        "words": (
            DataType.VARCHAR,
            {
                "max_length": MOST_BYTES,
                "enable_analyzer": True,
                "analyzer_params": {"tokenizer": "standard"},  # `words` has stemmed them
            },
        ),
        _NUMBER: (DataType.INT64, {}),
        _REAL: (DataType.DOUBLE, {}),
        _VECTOR: (DataType.FLOAT_VECTOR, {"dim": dimension}),
        _SPARSE: (DataType.SPARSE_FLOAT_VECTOR, {}),
    }
    schema = MilvusClient.create_schema(auto_id=False, enable_dynamic_field=False)
    schema.add_field("key", DataType.VARCHAR, is_primary=True, max_length=128)
    indexes = MilvusClient.prepare_index_params()
    if not {_VECTOR, _SPARSE} & set(fields.values()):
        fields = {**fields, "nothing": _VECTOR}
    for field, kind in fields.items():
        datatype, options = kinds[kind]
        schema.add_field(field, datatype, **options)
        if kind == _VECTOR:
            searched = "words" in fields.values() and not connection.serves_lite
            exact = "AUTOINDEX" if searched else "FLAT"  # Lite is small: exact is quick enough
            indexes.add_index(field, index_type=exact, metric_type="COSINE")
        elif kind == _SPARSE:
            indexes.add_index(field, index_type="SPARSE_INVERTED_INDEX", metric_type="IP")
        elif field in indexed:
            indexes.add_index(field, index_type="INVERTED")
    if "words" in fields.values():
        schema.add_field("ranked", DataType.SPARSE_FLOAT_VECTOR)
        schema.add_function(
            Function(
                name="ranked",
                function_type=FunctionType.BM25,
                input_field_names=["words"],
                output_field_names=["ranked"],
            )
        )
        indexes.add_index("ranked", index_type="SPARSE_INVERTED_INDEX", metric_type="BM25")
    connection.create(name, schema, indexes)
