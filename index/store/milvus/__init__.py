"""The store on Milvus: a cluster for a newsroom, or Milvus Lite in a file for tests and trials.

Milvus has no transactions. What holds instead, and by what, stands in `docs/newsroom.md`.
"""

from index.store.milvus.milvus_client import Address, parse_address
from index.store.milvus.milvus_store import MilvusStore

__all__ = ["Address", "MilvusStore", "parse_address"]
