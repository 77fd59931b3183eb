"""The store on Milvus: a cluster for a newsroom, or Milvus Lite in a file for tests and trials.

It uses Milvus' own primitives: a collection of articles and one of passages, upserts by key, an
alias that a rebuild moves, consistency levels. Milvus has no transactions; what holds instead:

- *One writer at a time.* Whoever changes the index holds the lock file of the folder that all its
  writers share; the system takes the lock back when a process dies. Readers never write.
- *An article is whole or not there.* Its row is written at once, after its passages, and names the
  version of them that counts. A search drops passages of any other version; a text is compared
  with its SHA-256 before anything of it is quoted.
- *A rebuild with another model is seen whole or not at all*: it ends by moving the alias. Every
  other change is seen article by article, and mended by the next writer if it was stopped.
- *A writer reads with the consistency level Strong*, as does what lists articles. Searches use
  Session: they see the changes of others as soon as Milvus serves them.
"""

from index.store.milvus.milvus_client import Address, parse_address
from index.store.milvus.milvus_store import MilvusStore

__all__ = ["Address", "MilvusStore", "parse_address"]
