"""Sources into articles, one loader a form."""

from index.loading.connecting import Limits
from index.loading.content import LoadOptions
from index.loading.load import count_articles, is_url, load, load_all, meter_of

__all__ = ["Limits", "LoadOptions", "count_articles", "is_url", "load", "load_all", "meter_of"]
