import pytest

from tests.peers.slapd import authority, own_slapd, slapd, start_slapd

__all__ = ["authority", "own_slapd", "slapd", "start_slapd"]
HERE = "tests/helpdesk/accounts/directory"


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Whoever asks for a server needs Debian's."""
    for item in items:
        if HERE in item.path.as_posix() and {"slapd", "own_slapd", "start_slapd"} & set(item.fixturenames):
            item.add_marker(pytest.mark.slapd)
            item.add_marker(pytest.mark.xdist_group("slapd"))
