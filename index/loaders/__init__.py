"""Sources into articles, one loader a kind of source."""

from index.loaders.load import find_files, load_file

__all__ = ["find_files", "load_file"]
