"""What several tests of tickets look at."""

import pytest

from tests.peers import forked
from tests.peers.ports import free_port, wait_for_port


@pytest.fixture(scope="module")
def port(django_db_setup):
    """Of the web and the events process."""
    found = free_port()
    with forked.running("tests.peers.live.serve_both", TEST_PORT=found):
        wait_for_port(found, seconds=30)
        yield found
