"""Words and vectors, fused into one ranking; the retriever for LangChain."""
