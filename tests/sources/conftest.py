"""A site for each test, and options that let it be reached."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from index.loading import LoadOptions
from index.loading.politeness import Visits
from tests.sources.site import Site

if TYPE_CHECKING:
    from collections.abc import Iterator


@pytest.fixture
def site() -> Iterator[Site]:
    with Site() as site:
        yield site


@pytest.fixture
def private() -> LoadOptions:
    """Options that allow this machine, where the site is, and need not spare it."""
    return LoadOptions(allow_private=True, visits=Visits(pause=0))
