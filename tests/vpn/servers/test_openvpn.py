"""Real OpenVPN servers with the files that administrators take, and real clients with the keys that people get."""

import pytest

from tests.peers.openvpn import soon
from tests.vpn.servers.world import make_company, make_site
from vpn.actions import revoking
from vpn.enums import BlocksBy, CanaryResult, TlsMode
from vpn.models import Ending, Session

pytestmark = [pytest.mark.openvpn, pytest.mark.django_db, pytest.mark.xdist_group("openvpn")]


@pytest.mark.parametrize(
    ("kind", "tls", "delivery"),
    [
        ("ec", TlsMode.V2, "connect"),
        ("ec", TlsMode.V2, "connect_by_archive"),
        ("rsa", TlsMode.CRYPT, "connect_by_archive"),
        ("rsa", TlsMode.CRYPT, "connect"),
        ("ed25519", TlsMode.CRYPT, "connect_by_pkcs12"),
        ("ec", TlsMode.AUTH, "connect_by_pkcs12"),
    ],
    ids=["ec v2 inline", "ec v2 tar", "rsa crypt tar", "rsa crypt inline", "ed25519 crypt p12", "ec auth p12"],
)
def test_key_when_revoked_then_its_session_dies_and_cannot_return_while_another_stays(lab, db, kind, tls, delivery):
    company = make_company(kind)
    site = make_site(lab, company, tls=tls)
    site.start()
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    first, second = getattr(site, delivery)(alice), site.connect(bob)
    assert first.is_up(), first.text() + site.running.text()
    assert second.is_up()
    assert first.pings(site.address)
    assert second.pings(site.address)

    company.revoke(alice)
    report = site.turn()

    assert report.troubles == []
    assert [(each.done, each.count) for each in report.ended] == [(True, 1)]
    assert site.host.canary_result == CanaryResult.REVOKED
    assert not Ending.objects.due().exists()
    assert soon(lambda: f"error=certificate revoked: CN=alice-laptop, serial={alice.serial}" in site.running.text())
    assert not first.pings(site.address)
    assert site.running.connected() == {"bob-laptop"}
    assert second.pings(site.address)
    bob.refresh_from_db()
    assert bob.last_seen_at is not None
    assert list(Session.objects.live().values_list("name", "key")) == [("bob-laptop", bob.pk)]


@pytest.mark.parametrize("blocks_by", BlocksBy.values)
def test_key_when_blocked_then_it_opens_nothing_until_unblocked_and_no_authority_is_asked(lab, company, blocks_by):
    site = make_site(lab, company, blocks_by=blocks_by)
    site.start()
    alice, bob = company.issue("alice", site.server), company.issue("bob", site.server)
    first, second = site.connect(alice), site.connect(bob)
    assert first.is_up()
    assert second.is_up()

    revoking.block_key(key=alice, by=company.ada)
    site.turn()

    by_script, by_directory = "VERIFY SCRIPT ERROR: depth=0, CN=alice", f"serial={alice.serial} is revoked"
    refusal = by_script if blocks_by == BlocksBy.SCRIPT else by_directory
    assert soon(lambda: refusal in site.running.text()), site.running.text()
    assert site.host.canary_result == CanaryResult.REVOKED
    assert site.running.connected() == {"bob-laptop"}
    assert second.pings(site.address)

    revoking.unblock_key(key=alice, by=company.ada)
    site.turn()

    assert soon(lambda: "alice-laptop" in site.running.connected(), seconds=15)
    assert soon(lambda: first.pings(site.address))
