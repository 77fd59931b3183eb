"""Keeping an index whole: look it over, mend it, back it up, bring it back."""

from index.keeping.backup import back_up, restore
from index.keeping.check import check
from index.reports import Fault, Health

__all__ = ["Fault", "Health", "back_up", "check", "restore"]
