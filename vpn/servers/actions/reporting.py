"""What hosts found, written down."""

from collections.abc import Iterable
from datetime import timedelta

from django.db import transaction
from django.db.models import F, Q
from django.utils import timezone

from vpn.enums import Engine, KeyState, ListState, WhyEnded
from vpn.models import Ending, Host, Key, Server, Session
from vpn.servers.reports import Connected, Peer, Report, moment

HANDSHAKE = timedelta(minutes=3)
"""WireGuard shakes hands every two minutes while something is sent; after three the session is over (whitepaper, 6.1:
Reject-After-Time)."""
SEEN_EVERY = timedelta(minutes=1)
KEPT = timedelta(days=180)


@transaction.atomic
def take_in(*, host: Host, report: Report, address: str | None = None) -> Host:
    """Keep how the host fares, who is connected and what was ended. Whoever is connected and must not be is asked to be
    put out again."""
    host = Host.objects.select_for_update(of=("self",)).select_related("server").get(pk=host.pk)
    now = timezone.now()
    host.reported_at, host.reported_from, host.troubles = now, address, report.troubles
    if report.crl is not None:
        _note_list(host, report)
    if report.canary is not None:
        host.canary_at, host.canary_result, host.canary_detail = now, report.canary.result, report.canary.detail
    host.save()
    if report.sessions is not None:
        _keep_sessions(host.server, report.sessions)
    if report.peers is not None:
        _keep_peers(host.server, report.peers)
    _note_ended(host.server, report)
    return host


@transaction.atomic
def note_asked(*, host: Host) -> None:
    """The host has asked for orders."""
    Host.objects.filter(pk=host.pk).update(asked_at=timezone.now())
    Ending.objects.due().filter(server=host.server_id).update(tries=F("tries") + 1)


def forget_old() -> None:
    """Sessions and endings of half a year ago."""
    before = timezone.now() - KEPT
    Session.objects.filter(ended_at__lt=before).delete()
    Ending.objects.filter(done_at__lt=before).delete()


def _note_list(host: Host, report: Report) -> None:
    """A list that was bad and is right now is told for a while, save that none was there before the first turn."""
    found, is_first = report.crl, not host.list_state
    assert found is not None
    host.list_state, host.list_refused, host.list_number = found.state, found.refused, found.number
    host.list_until = moment(found.next_update) if found.next_update else None
    if found.restored is not None and not (is_first and found.restored == ListState.MISSING):
        host.list_restored_from, host.list_restored_at = str(found.restored), timezone.now()


def _keep_sessions(server: Server, found: Iterable[Connected]) -> None:
    now = timezone.now()
    live = {(each.name, each.client, each.connected_at): each for each in server.sessions.live()}
    keys = keys_named(server, {each.name for each in found})
    for each in found:
        at = moment(each.since)
        session = live.pop((each.name, each.client, at), None) or Session(
            server=server, name=each.name, client=each.client, connected_at=at
        )
        session.key = keys.get(each.name)
        session.real, session.address, session.seen_at = each.real, each.address, now
        session.received, session.sent = each.received, each.sent
        session.save()
    Session.objects.filter(pk__in=[each.pk for each in live.values()]).update(ended_at=now)
    note_seen(keys.values())
    for name, key in keys.items():
        if key.state != KeyState.VALID or key.not_after <= now:
            _ask_again(server, name, key)


def _keep_peers(server: Server, found: Iterable[Peer]) -> None:
    """A peer is connected while it shakes hands."""
    now = timezone.now()
    there = {each.public_key: each for each in found if each.handshake and moment(each.handshake) > now - HANDSHAKE}
    live = {each.name: each for each in server.sessions.live()}
    keys = keys_named(server, set(there))
    for name, each in there.items():
        session = live.pop(name, None) or Session(server=server, name=name, connected_at=moment(each.handshake))
        session.key, session.real, session.address = keys.get(name), each.real, each.allowed[:64]
        session.seen_at = moment(each.handshake)
        session.received, session.sent = each.received, each.sent
        session.save()
    Session.objects.filter(pk__in=[each.pk for each in live.values()]).update(ended_at=now)
    note_seen(keys.values())
    present = {each.public_key for each in found}
    for ending in Ending.objects.due().filter(server=server).exclude(name__in=present):
        Ending.objects.filter(pk=ending.pk).update(done_at=now, count=int(ending.name in live))


def _note_ended(server: Server, report: Report) -> None:
    for each in report.ended:
        if each.done:
            Ending.objects.due().filter(pk=each.id, server=server).update(done_at=timezone.now(), count=each.count)


def keys_named(server: Server, names: set[str]) -> dict[str, Key]:
    """Whose sessions of these names are: by the public key, or by the certificate's name. Several keys may have one
    name, of which the valid one counts, then the newest."""
    if server.engine == Engine.WIREGUARD:
        return {each.public_key: each for each in Key.objects.filter(public_key__in=names)}
    rows = list(Key.objects.filter(authority=server.authority_id, common_name__in=names).order_by("pk"))
    found = {each.common_name: each for each in rows}
    return found | {each.common_name: each for each in rows if each.state == KeyState.VALID}


def note_seen(keys: Iterable[Key]) -> None:
    """These are connected now."""
    now = timezone.now()
    mine = Key.objects.filter(pk__in=[each.pk for each in keys])
    mine.filter(Q(last_seen_at__isnull=True) | Q(last_seen_at__lt=now - SEEN_EVERY)).update(last_seen_at=now)


def _ask_again(server: Server, name: str, key: Key) -> None:
    """OpenVPN looks at a certificate's end, as at its list, only when somebody connects."""
    why = {KeyState.BLOCKED: WhyEnded.BLOCKED, KeyState.VALID: WhyEnded.OVER}.get(KeyState(key.state), WhyEnded.REVOKED)
    if not Ending.objects.due().filter(server=server, name=name).exists():
        Ending.objects.create(server=server, name=name, key=key, why=why)
