"""A mail server that tests script, a web server and a Jabber server, and rows in the outbox that go there."""

from ipaddress import ip_network

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import StaffFactory, TicketFactory
from tests.peers.outbox import kept_connections, peer, queue, site_mail
from tests.peers.prosody import prosody
from tests.peers.web_peer import WebPeer

__all__ = ["kept_connections", "peer", "prosody", "queue", "site_mail"]


def pytest_collection_modifyitems(items):
    for item in items:
        if "prosody" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.prosody)
            item.add_marker(pytest.mark.xdist_group("prosody"))


@pytest.fixture
def web(settings):
    """A web server on loopback, where requests of ours may go."""
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def ticket(db):
    return TicketFactory(subject="Shop is down", team=None)
