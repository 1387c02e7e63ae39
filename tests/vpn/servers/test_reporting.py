"""What hosts report becomes rows, and what rows say becomes orders."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.operations.metrics import exposition
from tests.vpn.servers.world import make_host, make_server, make_wireguard
from vpn.actions import revoking
from vpn.enums import Reason, WhyEnded
from vpn.models import Ending, Host, Key, Session
from vpn.servers.actions import ending, reporting
from vpn.servers.orders import orders_for, refused_serials
from vpn.servers.reports import read_report

pytestmark = pytest.mark.django_db
SINCE = 1795399490


@pytest.fixture
def host(company, tmp_path):
    company.publish()
    return make_host(company, make_server(company), folder=tmp_path)


def told(host: Host, **said: object) -> Host:
    return reporting.take_in(host=host, report=read_report(said))


def session(name: str, **more: object) -> dict[str, object]:
    return {"name": name, "client": 1, "since": SINCE, "real": "203.0.113.7:1", "received": 10, "sent": 20, **more}


def test_session_is_kept_grows_and_ends(company, host):
    key = company.issue("alice", host.server)
    told(host, sessions=[session("alice-laptop")])
    told(host, sessions=[session("alice-laptop", received=30), session("stranger", client=2)])

    first, second = Session.objects.order_by("pk")
    assert (first.key, first.received, first.sent, first.ended_at) == (key, 30, 20, None)
    assert (second.key, second.name) == (None, "stranger")

    told(host, sessions=[])

    assert Session.objects.live().count() == 0
    assert Session.objects.count() == 2
    key.refresh_from_db()
    assert timezone.now() - key.last_seen_at < timedelta(minutes=1)


def test_turn_that_could_not_ask_for_sessions_ends_none(host):
    told(host, sessions=[session("alice-laptop")])
    told(host, troubles=["The management interface is silent."])

    assert Session.objects.live().count() == 1
    assert Host.objects.get(pk=host.pk).troubles == ["The management interface is silent."]


def test_whoever_came_back_with_a_blocked_key_is_put_out_again(company, host):
    key = company.issue("alice", host.server)
    revoking.block_key(key=key, by=company.ada)
    first = Ending.objects.get()
    told(host, sessions=[], ended=[{"id": first.pk, "done": True, "count": 1}])

    told(host, sessions=[session("alice-laptop")])

    assert list(Ending.objects.due().values_list("name", "why")) == [("alice-laptop", WhyEnded.BLOCKED)]


def test_whoever_is_still_connected_when_their_key_ends_is_put_out(company, host):
    """A contractor's last day is over: their session is, too, though OpenVPN itself would let it go on."""
    company.issue("alice", host.server)
    told(host, sessions=[session("alice-laptop")])
    assert not Ending.objects.exists()
    Key.objects.update(not_after=timezone.now() - timedelta(seconds=1))

    told(host, sessions=[session("alice-laptop")])
    told(host, sessions=[session("alice-laptop")])

    assert list(Ending.objects.due().values_list("name", "why")) == [("alice-laptop", WhyEnded.OVER)]
    assert [each["name"] for each in orders_for(host)["end"]] == ["alice-laptop"]


def test_session_of_the_newer_key_is_not_put_out_when_the_older_one_ends(company, host):
    """Both have the device's name."""
    old = company.issue("alice", host.server)
    Key.objects.filter(pk=old.pk).update(state="revoked", private_key="")
    company.issue("alice", host.server)

    told(host, sessions=[session("alice-laptop")])

    assert not Ending.objects.exists()


def test_revoked_key_is_ended_at_every_server_of_its_authority_that_has_a_host(company, host, tmp_path):
    other = make_host(company, make_server(company), folder=tmp_path)
    make_server(company)
    key = company.issue("alice", host.server)

    revoking.revoke_key(key=key, reason=Reason.KEY_COMPROMISE, by=company.ada)

    asked = {host.server_id, other.server_id}
    assert set(Ending.objects.due().values_list("server", flat=True)) == asked
    assert [each["name"] for each in orders_for(host)["end"]] == ["alice-laptop"]


def test_ending_when_asked_twice_is_one(company, host):
    made = Session.objects.create(server=host.server, name="alice", connected_at=timezone.now(), seen_at=timezone.now())

    first = ending.disconnect(session=made, by=company.ada)
    second = ending.disconnect(session=made, by=company.ada)

    assert first == second


def test_ending_stays_until_the_host_says_that_it_is_done(company, host):
    asked = Ending.objects.create(server=host.server, name="alice", why=WhyEnded.ASKED)
    reporting.note_asked(host=host)
    told(host, ended=[{"id": asked.pk, "done": False}])

    assert Ending.objects.due().get().tries == 1

    told(host, ended=[{"id": asked.pk, "done": True, "count": 2}])

    asked.refresh_from_db()
    assert (asked.done_at is not None, asked.count) == (True, 2)


def test_serials_that_may_not_enter(company, host, tmp_path):
    other = make_server(company)
    mine, theirs, blocked = (
        company.issue(name, server) for name, server in (("alice", host.server), ("bob", other), ("carol", host.server))
    )
    revoking.block_key(key=blocked, by=company.ada)
    taken_over = company.issue("dave", other)
    taken_over.accesses.all().delete()

    assert refused_serials(host) == sorted([theirs.serial, blocked.serial])
    assert mine.serial not in refused_serials(host)


def test_peers_that_shake_hands_are_sessions_and_end_when_they_do_not(company, tmp_path):
    server, host = make_wireguard(company, folder=tmp_path, interface="wg0", endpoint="127.0.0.1:51820")
    key = company.issue("alice", server)
    now = int(timezone.now().timestamp())
    peer = {"public_key": key.public_key, "allowed": "10.88.0.2/32", "received": 1, "sent": 2}

    told(host, peers=[{**peer, "handshake": 0}])
    assert not Session.objects.exists()

    told(host, peers=[{**peer, "handshake": now}])
    assert Session.objects.live().get().key == key

    told(host, peers=[{**peer, "handshake": now - 600}])
    assert not Session.objects.live().exists()


def test_old_sessions_are_forgotten_and_live_ones_kept(host):
    told(host, sessions=[session("alice"), session("bob", client=2)])
    Session.objects.filter(name="alice").update(ended_at=timezone.now() - timedelta(days=181))

    reporting.forget_old()

    assert [each.name for each in Session.objects.all()] == ["bob"]


def test_prometheus_reads_keys_lists_and_sessions(company, host):
    company.issue("alice", host.server)
    told(host, sessions=[session("alice-laptop")])

    text = exposition().decode()

    assert "helpdesk_vpn_keys_valid 1.0" in text
    assert f'helpdesk_vpn_sessions{{server="{host.server.slug}"}} 1.0' in text
    assert f'helpdesk_vpn_crl_age_seconds{{authority="{company.authority.slug}"}} ' in text
    assert "helpdesk_vpn_key_expiry_days 39" in text
