"""The laboratory, and a company in it."""

import pytest

from helpdesk.core import bells
from tests.peers.openvpn import vpn_lab  # noqa: F401 - a fixture
from tests.vpn.servers.world import make_company


@pytest.fixture(autouse=True)
def nobody_rings(monkeypatch, settings):
    """Tests call the tasks themselves."""
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))
    settings.VPN_ISSUES_PER_TEN_MINUTES = 1000
    settings.VPN_NIGHT_HOURS = (0, 0)


@pytest.fixture
def lab(vpn_lab, settings):  # noqa: F811 - the fixture of above
    """The canary connects from where clients are."""
    settings.VPN_OPENVPN = [*vpn_lab.in_client, "openvpn"]
    settings.VPN_WG = [*vpn_lab.in_server, "wg"]
    return vpn_lab


@pytest.fixture
def company(db):
    return make_company()
