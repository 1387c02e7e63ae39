"""Real WireGuard: people's files connect, and whose key is revoked is removed while others stay."""

import subprocess

import pytest

from helpdesk.core.errors import Refused
from tests.peers import wireguard
from tests.peers.openvpn import SERVER_ADDRESS, soon
from tests.vpn.servers.world import make_wireguard
from vpn import bundling
from vpn.actions import revoking
from vpn.enums import Reason
from vpn.models import Ending, Host, Session
from vpn.servers import turning
from vpn.servers.orders import orders_for
from vpn.wireguard import new_pair

pytestmark = [pytest.mark.openvpn, pytest.mark.django_db, pytest.mark.xdist_group("openvpn")]


@pytest.fixture
def guard(lab, company):
    """A server with its interface, and its host that Helpdesk reaches itself."""
    wireguard.skip_without()
    private, public = new_pair()
    number = lab.number()
    device = lab.device(number)
    server, host = make_wireguard(
        company, folder=lab.folder(), interface=device, endpoint=f"{SERVER_ADDRESS}:{21000 + number}",
        public_key=public, private_key=private,
    )  # fmt: skip
    interface = wireguard.Interface(lab, lab.in_server, device=device, address=server.network.replace(".0/24", ".1/24"))
    (lab.place / f"key{number}").write_text(private)
    interface.wg("set", device, "listen-port", str(21000 + number), "private-key", str(lab.place / f"key{number}"))
    return server, host, interface


def test_peer_connects_and_when_revoked_its_traffic_stops_while_another_stays(lab, company, guard):
    server, host, _interface = guard
    keys = {name: company.issue(name, server) for name in ("alice", "bob")}
    turning.turn(host)
    people = {}
    for name, key in keys.items():
        address = key.accesses.get().address
        person = wireguard.Interface(lab, lab.in_client, device=lab.device(name), address=f"{address}/32")
        person.configure(bundling.profile_of(key), lab.folder())
        run = ["ip", "route", "add", server.network, "dev", person.device, "table", str(100 + lab.number())]
        subprocess.run([*lab.in_client, *run], check=True)
        people[name] = person
    gateway = server.network.replace(".0/24", ".1")
    for person in people.values():
        subprocess.run([*lab.in_client, "ip", "route", "replace", f"{gateway}/32", "dev", person.device], check=True)
        assert soon(lambda person=person: person.pings(gateway))
    turning.turn(host)
    assert set(Session.objects.live().values_list("key", flat=True)) == {each.pk for each in keys.values()}
    assert all(session.received and session.sent for session in Session.objects.live())

    revoking.revoke_key(key=keys["alice"], reason=Reason.KEY_COMPROMISE, by=company.ada)
    report = turning.turn(host)

    assert report.troubles == []
    assert [each.public_key for each in report.peers] == [keys["bob"].public_key]
    assert not Ending.objects.due().exists()
    subprocess.run([*lab.in_client, "ip", "route", "replace", f"{gateway}/32", "dev", lab.device("alice")], check=True)
    assert not people["alice"].pings(gateway)
    subprocess.run([*lab.in_client, "ip", "route", "replace", f"{gateway}/32", "dev", lab.device("bob")], check=True)
    assert people["bob"].pings(gateway)
    keys["bob"].refresh_from_db()
    assert keys["bob"].last_seen_at is not None


def test_peer_that_nobody_ordered_is_removed(lab, company, guard):
    _server, host, interface = guard
    stranger = new_pair()[1]
    interface.wg("set", interface.device, "peer", stranger, "allowed-ips", "10.1.2.3/32")

    report = turning.turn(host)

    assert report.peers == []
    assert stranger not in interface.wg("show", interface.device)


def test_interface_when_away_then_the_host_says_so(lab, company, guard):
    _server, host, _interface = guard
    Host.objects.filter(pk=host.pk).update(interface="wg-none")

    report = turning.turn(Host.objects.get(pk=host.pk))

    assert len(report.troubles) == 1
    assert report.troubles[0].startswith("wg show: ")


def test_key_when_it_runs_out_or_is_blocked_then_it_is_no_peer(lab, company, guard):
    from datetime import timedelta

    from django.utils import timezone

    server, host, _interface = guard
    alice, bob, carol = (company.issue(name, server) for name in ("alice", "bob", "carol"))
    type(alice).objects.filter(pk=alice.pk).update(not_after=timezone.now() - timedelta(seconds=1))
    revoking.block_key(key=bob, by=company.ada)

    assert [each["public_key"] for each in orders_for(host)["peers"]] == [carol.public_key]


def test_host_without_an_interface_is_refused(db, company, tmp_path):
    with pytest.raises(Refused, match="which interface"):
        make_wireguard(company, folder=tmp_path, interface="")
