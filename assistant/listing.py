"""What the list of articles may be asked, as those who show it need to know it."""

from __future__ import annotations

from index import Filters
from index.listing import Aside, Dated, Listed, Listing, ListPage, Order
from index.reports import Left, Named, Report

__all__ = [
    "Aside",
    "Dated",
    "Filters",
    "Left",
    "ListPage",
    "Listed",
    "Listing",
    "Named",
    "Order",
    "Report",
]
