"""A company with an authority, two servers and people."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core import bells
from tests.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.vpn_world import authority_at, openvpn_server, signer_at, wireguard_server


@pytest.fixture
def nobody_rings(monkeypatch):
    """Tests call the worker themselves."""
    monkeypatch.setattr(bells, "_quiet_until", float("inf"))


@pytest.fixture
def signer_socket(tmp_path):
    with signer_at(tmp_path / "signer") as socket:
        yield socket


@pytest.fixture
def authority(db, signer_socket, nobody_rings):
    return authority_at(signer_socket)


@pytest.fixture
def server(authority):
    return openvpn_server(authority)


@pytest.fixture
def phones(db, nobody_rings):
    return wireguard_server()


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada Stern", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example", role=Role.AGENT)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example", organisation=OrganisationFactory())
