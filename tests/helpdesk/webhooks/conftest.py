"""Hooks that lead to a server of ours."""

from ipaddress import ip_network

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from helpdesk.webhooks.actions.keeping import HookDetails, add
from tests.factories import StaffFactory
from tests.peers.web_peer import WebPeer

EVERYTHING = [
    *("ticket.created", "ticket.changed", "message.created"),
    *("customer.created", "customer.changed", "organisation.created", "organisation.changed"),
]


@pytest.fixture(autouse=True)
def nobody_rings(monkeypatch):
    """Tests call the worker themselves."""
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))


@pytest.fixture
def peer(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8")]
    served = WebPeer()
    yield served
    served.close()


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def hook_to(ada):
    """`hook_to(url, **details)`: a hook of Ada's that wants everything."""

    def make(url, owner=None, **details):
        wanted = {"name": "CRM", "url": url, "events": EVERYTHING} | details
        return add(details=HookDetails(**wanted), owner=owner or ada, by=ada)

    return make
