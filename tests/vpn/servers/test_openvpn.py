"""Real OpenVPN servers with the files we give to administrators, and real clients with the keys we hand out."""

import pytest

from tests.peers.openvpn import soon, vpn_lab  # noqa: F401 - a fixture
from tests.vpn.servers.world import make_company, make_site, make_site_canary, make_site_key, revoked
from vpn.enums import TlsMode

pytestmark = [pytest.mark.openvpn, pytest.mark.django_db, pytest.mark.xdist_group("openvpn")]


@pytest.mark.parametrize(
    ("kind", "tls"),
    [("ec", TlsMode.V2), ("rsa", TlsMode.CRYPT), ("ed25519", TlsMode.AUTH)],
    ids=["ec v2", "rsa crypt", "ed25519 auth"],
)
def test_key_when_revoked_then_its_session_dies_and_cannot_return_while_another_stays(vpn_lab, kind, tls):  # noqa: F811
    company = make_company(kind)
    site = make_site(vpn_lab, company, tls=tls)
    make_site_canary(site)
    company.publish()
    assert site.turn(management="")["crl"]["state"] == "fine"
    site.start()
    alice, bob = make_site_key(site, "alice"), make_site_key(site, "bob")
    first, second = vpn_lab.client(site.profile_of(alice)), vpn_lab.client(site.profile_of(bob))
    assert first.is_up()
    assert second.is_up()
    assert first.pings(site.address)
    assert second.pings(site.address)

    revoked(alice)
    company.publish()
    from vpn.models import Ending

    ending = Ending.objects.create(server=site.server, name="alice", key=alice, why="revoked")
    report = site.turn()

    assert report["troubles"] == []
    assert report["ended"] == [{"id": ending.pk, "done": True, "count": 1}]
    assert report["canary"] == {"result": "revoked", "detail": ""}
    assert soon(lambda: f"certificate revoked: CN=alice, serial={alice.serial}" in site.running.text())
    assert not first.pings(site.address)
    assert site.running.connected() == {"bob"}
    assert second.pings(site.address)
