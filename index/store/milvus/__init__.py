"""The store on Milvus: a cluster for a newsroom, or Milvus Lite in a file for tests and trials.

Milvus has no transactions, so this is what holds instead, and why:

- *An article is whole or not there.* Its text and passages are written first, under a version that
  follows from their content. Its row in `articles` names the version that counts, is written last,
  and is written at once. A search compares each passage found with that row, and drops those of any
  other version; a text is compared with its SHA-256 before anything of it is quoted.
- *A rebuild with another model is seen whole or not at all.* It fills collections of its own; then
  one row is changed that names the collections that count.
- *Every other change is seen article by article.* One that was interrupted is finished by the next
  process that opens the index: `recovering` says how.
- *Several writers may write at once.* The last one to write an article wins. Copies are found after
  an article can be seen, so that of two writers that add two copies the later one finds both.
- *A writer reads with the consistency level Strong.* Readers read with Session: they see their own
  changes at once, and those of others as soon as Milvus serves them, mostly in under a second.
"""

from index.store.milvus.address import Address, parse_address
from index.store.milvus.milvus_store import MilvusStore

__all__ = ["Address", "MilvusStore", "parse_address"]
