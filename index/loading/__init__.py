"""Sources into articles, one loader a form."""

from index.loading.limits import Limits
from index.loading.load import count_articles, is_url, load, load_all, meter_of
from index.loading.options import LoadOptions

__all__ = ["Limits", "LoadOptions", "count_articles", "is_url", "load", "load_all", "meter_of"]
