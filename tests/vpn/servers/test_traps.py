"""Each way in which a revocation list fails silently on a host raises its alarm, in words that say what to do."""

import os
from datetime import UTC, datetime, timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.notifications.models import Delivery
from helpdesk.operations.health import queue_states
from helpdesk.operations.models import Alert, Sample
from helpdesk.operations.watching import judging, keeping, queues, telling
from helpdesk.operations.watching.page import page
from tests.factories import StaffFactory
from tests.vpn.servers.world import PASSPHRASE, make_site
from vpn.enums import CanaryResult, ListState
from vpn.models import Host, RevocationList
from vpn.pki.revocation_lists import Revoked
from vpn.servers.host import agent
from vpn.servers.orders import orders_for
from vpn.servers.turning import told
from vpn.signing import signer_of

pytestmark = [pytest.mark.openvpn, pytest.mark.django_db, pytest.mark.xdist_group("openvpn")]


@pytest.fixture
def site(lab, company):
    """Files are in place; OpenVPN is started by whoever needs it."""
    return make_site(lab, company)


def look(minutes: int = 1) -> None:
    """Rounds of the watch, as beat makes them."""
    for ago in reversed(range(minutes)):
        readings = [
            reading for name, probe in queues.probes() if name.startswith("vpn_")
            for reading in queues.queue_readings(name, probe, {})
        ]  # fmt: skip
        keeping.keep(readings, at=keeping.this_minute() - timedelta(minutes=ago), earlier={})
    judging.judge()
    telling.tell()


def alarms() -> dict[str, str]:
    """What administrators were told, by series."""
    told_to = Delivery.objects.filter(purpose="alert").order_by("pk")
    words = "\n".join(each.content["text"] for each in told_to)
    return {each.series: words for each in Alert.objects.lasting()}


def signed(site, *, days: int = 30, ago: int = 0, number: int = 0) -> str:
    """A list of the authority, made so long ago."""
    issuer = signer_of(site.company.authority, PASSPHRASE)._issuer()
    newest = RevocationList.objects.newest(site.company.authority)
    revoked = [Revoked(1, datetime.now(UTC) - timedelta(days=400))]
    at = datetime.now(UTC) - timedelta(days=ago)
    return issuer.make_crl(revoked, number=number or newest.number, now=at, days=days).pem


def keep_only_the_list(site) -> None:
    """One turn that looks at the list and leaves it, as a host does to which no new one comes."""
    host = Host.objects.get(pk=site.host.pk)
    from vpn.servers.actions.reporting import take_in
    from vpn.servers.reports import read_report

    orders = orders_for(host) | {"crl": "", "canary": None}
    take_in(host=host, report=read_report(agent.Host(told(host) | {"management": ""}).carry_out(orders)))


@pytest.mark.parametrize(
    ("state", "words"),
    [
        (ListState.EXPIRED, "the revocation list has expired. OpenVPN refuses everybody."),
        (ListState.FUTURE, "the revocation list is dated in the future: a clock is wrong. OpenVPN refuses everybody."),
        (ListState.GARBAGE, "what lies in place of the revocation list is none. OpenVPN refuses everybody."),
        (ListState.MISSING, "the revocation list is missing. OpenVPN goes on with the one it has read"),
        (ListState.UNREADABLE, "OpenVPN can't read its revocation list, so revoked keys open the server."),
        (ListState.FOREIGN, "another authority signed the revocation list."),
    ],
)
def test_list_that_went_bad_raises_its_alarm(site, state, words):
    path = site.folder / "crl.pem"
    if state == ListState.EXPIRED:
        path.write_text(signed(site, days=30, ago=31))
    elif state == ListState.FUTURE:
        path.write_text(signed(site, ago=-2))
    elif state == ListState.GARBAGE:
        path.write_text("garbage\n")
    elif state == ListState.MISSING:
        path.unlink()
    elif state == ListState.UNREADABLE:
        site.folder.chmod(0o700)
    else:
        from tests.vpn.servers.world import make_company

        path.write_text(make_company("rsa").publish().pem)

    keep_only_the_list(site)
    look()

    assert Host.objects.get(pk=site.host.pk).list_state == state
    assert queue_states()["vpn_host_lists"]["failed"] == 1
    assert set(alarms()) == {"vpn_host_lists"}
    assert f"{site.server.name}: {words}" in alarms()["vpn_host_lists"]
    assert [words in shown.reasons[0] for shown in page().alerts] == [True]


def test_list_when_fine_then_there_is_no_alarm(site):
    keep_only_the_list(site)
    look()

    assert Host.objects.get(pk=site.host.pk).list_state == ListState.FINE
    assert alarms() == {}


@pytest.mark.parametrize(
    ("spoil", "state"),
    [(lambda path: path.unlink(), "missing"), (lambda path: path.write_text("garbage\n"), "no revocation list at all")],
    ids=["removed while it runs", "garbage while it runs"],
)
def test_list_when_spoilt_while_openvpn_runs_then_the_next_turn_puts_it_right_and_tells(site, spoil, state):
    site.start()
    site.turn()
    spoil(site.folder / "crl.pem")

    report = site.turn()
    look()

    assert report.crl.state == ListState.FINE
    words = f"{site.server.name}: the revocation list was {state} until "
    assert words in alarms()["vpn_host_lists"]
    assert site.connect(site.company.issue("alice", site.server)).is_up()


def test_canary_when_the_list_is_unreadable_after_openvpn_became_nobody_then_it_is_let_in_and_there_is_an_alarm(site):
    """Trap 7: the file is there, OpenVPN says a line in its log, and whoever was revoked is let in."""
    RevocationList.objects.newest(site.company.authority)
    empty = signed(site, number=1)  # the canary is not in it, as in the one that OpenVPN has read when it started
    (site.folder / "crl.pem").write_text(empty)
    hidden = site.folder / "hidden"
    hidden.mkdir(mode=0o700)
    (site.folder / "crl.pem").rename(hidden / "crl.pem")
    config = (site.folder / "server.conf").read_text().replace("/crl.pem", "/hidden/crl.pem")
    site.start(config)
    (hidden / "crl.pem").write_text(RevocationList.objects.newest(site.company.authority).pem)
    os.utime(hidden / "crl.pem", (timezone.now().timestamp() + 5,) * 2)

    site.turn()
    look()

    assert site.host.canary_result == CanaryResult.LET_IN
    assert "Failed to stat CRL file, not reloading CRL" in site.running.text()
    words = "a key that was revoked for ever was let in: the server does not look at its revocation list."
    assert f"{site.server.name}: {words}" in alarms()["vpn_canaries"]


def test_canary_when_everybody_is_refused_then_that_is_no_proof_and_there_is_an_alarm(site):
    """OpenVPN began with a list that has expired: the canary is refused for that."""
    (site.folder / "crl.pem").write_text(signed(site, ago=31))
    site.start()
    host = Host.objects.get(pk=site.host.pk)
    from vpn.servers.actions.reporting import take_in
    from vpn.servers.reports import read_report

    take_in(host=host, report=read_report(agent.Host(told(host)).carry_out(orders_for(host) | {"crl": ""})))
    look()

    assert Host.objects.get(pk=host.pk).canary_result == CanaryResult.REFUSED
    assert "not because it is revoked: ERROR: depth=0, error=CRL has expired" in alarms()["vpn_canaries"]
    assert set(alarms()) == {"vpn_host_lists", "vpn_canaries"}


def test_canary_when_nothing_answers_then_there_is_an_alarm(site):
    site.start()
    site.host.canary_remote = "10.77.0.1 9 udp"
    site.host.save()

    site.turn()
    look()

    assert site.host.canary_result == CanaryResult.SILENT
    assert "whether a revoked key is refused can't be said: the server did not answer." in alarms()["vpn_canaries"]


def test_host_when_it_has_not_reported_for_five_minutes_then_there_is_an_alarm_and_later_none(site):
    site.start()
    site.turn()
    Host.objects.update(reported_at=timezone.now() - timedelta(minutes=6), list_restored_from="")
    look(minutes=2)

    assert "the host has not reported since" in alarms()["vpn_hosts"]

    Host.objects.update(reported_at=timezone.now())
    Sample.objects.all().delete()
    look(minutes=2)
    assert alarms() == {}


def test_server_without_a_canary_raises_an_alarm(lab, company):
    site = make_site(lab, company, canary=False)
    look()

    assert f"{site.server.name} has no canary" in alarms()["vpn_canaries"]


@pytest.fixture(autouse=True)
def hearer(db):
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)
