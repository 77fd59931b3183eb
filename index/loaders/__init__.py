"""Sources into articles, one loader a form."""

from index.loaders.load import count_articles, is_url, load, load_all, meter_of
from index.loaders.options import Limits, LoadOptions

__all__ = ["Limits", "LoadOptions", "count_articles", "is_url", "load", "load_all", "meter_of"]
