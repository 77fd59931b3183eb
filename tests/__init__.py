"""The tests: real SQLite, real FAISS, and fakes through LangChain's own seams."""
