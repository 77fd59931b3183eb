"""From text to vectors: the embedding models and their files."""
