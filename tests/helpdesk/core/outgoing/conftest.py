"""Servers of our own to ask, which the settings allow."""

from ipaddress import ip_network

import pytest

from tests.peers.web_peer import WebPeer


@pytest.fixture
def allowed(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


@pytest.fixture
def peer(allowed):
    served = WebPeer()
    yield served
    served.close()
