"""Panels on loopback, an authority that vouches for them, and doors to them."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from ipaddress import ip_network

import pytest

from tests.peers import cpanel, directadmin, ispmanager, plesk
from tests.peers.panels import Panel
from tests.peers.slapd import make_authority
from vpn.hosting.connectors import Connector, Door, Wanted, connector_of

UNTIL = datetime(2030, 5, 6, 7, 8, 9, tzinfo=UTC)
WANTED = Wanted("hdanna4k2j9x", "Anna Agent", "anna@helpdesk.example", UNTIL)


@dataclass
class Case:
    """A panel, its connector, a good door to it, and what accounts it has by now."""

    panel: Panel
    connector: Connector
    door: Door
    accounts: Callable[[], set[str]]


@pytest.fixture(scope="session")
def vouching(tmp_path_factory):
    return make_authority(tmp_path_factory.mktemp("panels"))


@pytest.fixture(autouse=True)
def _loopback(settings):
    settings.OUTGOING_ALLOWED_NETWORKS = [ip_network("127.0.0.0/8"), ip_network("::1/128")]


@pytest.fixture
def panels(vouching):
    """Makes a case of a kind; all end with the test."""
    started: list[Panel] = []

    def make(kind: str) -> Case:
        case = _MAKERS[kind](vouching)
        started.append(case.panel)
        return case

    yield make
    for each in started:
        each.close()


@pytest.fixture(params=["ispmanager", "cpanel", "whm", "plesk", "directadmin"])
def case(request, panels):
    return panels(request.param)


def _ispmanager(vouching):
    panel = ispmanager.IspManager(vouching)
    door = Door(panel.address, ispmanager.LOGIN, ispmanager.SECRET, vouching.pem)
    return Case(panel, connector_of("ispmanager"), door, lambda: set(panel.admins) - {ispmanager.LOGIN})


def _cpanel(vouching):
    panel = cpanel.CPanel(vouching, is_account=True)
    door = Door(panel.address, cpanel.ACCOUNT, cpanel.SECRET, vouching.pem, options={"kind": "cpanel"})
    return Case(panel, connector_of("cpanel"), door, lambda: set(panel.team))


def _whm(vouching):
    panel = cpanel.CPanel(vouching)
    door = Door(panel.address, cpanel.LOGIN, cpanel.SECRET, vouching.pem, options={"account": cpanel.ACCOUNT})
    return Case(panel, connector_of("cpanel"), door, lambda: set(panel.team))


def _plesk(vouching):
    panel = plesk.Plesk(vouching)
    door = Door(panel.address, "", plesk.API_KEY, vouching.pem)
    return Case(panel, connector_of("plesk"), door, lambda: set(panel.admins))


def _directadmin(vouching):
    panel = directadmin.DirectAdmin(vouching)
    door = Door(panel.address, directadmin.LOGIN, directadmin.SECRET, vouching.pem)
    return Case(panel, connector_of("directadmin"), door, lambda: set(panel.keys))


_MAKERS = {
    "ispmanager": _ispmanager,
    "cpanel": _cpanel,
    "whm": _whm,
    "plesk": _plesk,
    "directadmin": _directadmin,
}
