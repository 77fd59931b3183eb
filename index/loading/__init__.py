"""Sources into articles, one loader a form."""

from index.loading.load import count_articles, is_url, load, load_all, meter_of
from index.loading.options import Limits, LoadOptions

__all__ = ["Limits", "LoadOptions", "count_articles", "is_url", "load", "load_all", "meter_of"]
