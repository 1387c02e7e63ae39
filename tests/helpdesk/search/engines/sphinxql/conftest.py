"""The server that all of this folder ask, and an engine over it."""

import pytest

from helpdesk.search.engines import windows
from tests.peers.searchd import searchd, started_searchd  # noqa: F401 - fixtures
from tests.sphinx_engine import AtOnce


@pytest.fixture
def engine(db, searchd):  # noqa: F811
    windows.begin_anew()
    return AtOnce(searchd.address)
