"""Issuing keys: asked for with names and servers, signed, kept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn import alarms, letters, making
from vpn.actions import linking
from vpn.actions.naming import sound_name
from vpn.bundling import bundle, sealed_archive
from vpn.enums import BundleFormat, Engine, KeyState, RequestState
from vpn.models import Access, Device, Key, KeyRequest, Server
from vpn.permissions import can_issue
from vpn.signals import key_issued
from vpn.wireguard import free_address

if TYPE_CHECKING:
    from vpn.making import Made

WITHIN = timedelta(minutes=10)


class TooManyKeys(Refused):
    """Whoever issues has issued enough for now."""


@dataclass(frozen=True, slots=True)
class Order:
    """A key that is to be made. `replaces` is the one that it takes over from."""

    device: Device
    servers: tuple[Server, ...]
    until: datetime
    by: User
    replaces: Key | None = None
    mails_link: bool = True

    @property
    def server(self) -> Server:
        return self.servers[0]


def issue_key(
    *,
    person: User,
    login: str,
    device: str,
    servers: Sequence[Server],
    by: User,
    until: date | None = None,
    passphrase: str = "",
    request: KeyRequest | None = None,
    mails_link: bool = True,
) -> Key:
    """A key of this device to these servers: the valid one if there is one, else a new one, with its private key kept
    until it is handed out. The person is told by a letter, which hands it out with `mails_link`. Nothing is written
    before it is signed. Sends `key_issued`, writes `vpn_key_issued`.

    Raises NotAllowed; Refused for names, servers or dates that don't do, for whoever issued too many just now, and
    where the signer can't be reached or the passphrase is wrong.
    """
    ensure(can_issue(by))
    ensure_here(person)
    named, chosen = sound_name(person=person, login=login, device=device), sound_servers(servers)
    order = Order(named, chosen, end_of(person, chosen[0], until), by, mails_link=mails_link)
    key = existing(order.device, order.servers)
    if key is None:
        ensure_not_too_many(by)
        key = keep(order, making.make(order.server, named.common_name, order.until, passphrase))
    if key.state == KeyState.BLOCKED:
        raise Refused(_("The key of this device is blocked: unblock it or revoke it before another one is issued."))
    if request is not None:
        _answer(request, key, by)
    return key


@transaction.atomic
def keep(order: Order, made: "Made") -> Key:
    """Write down what was made. Who issues and whom it is for are locked, so that nothing of what was looked at before
    the signature changes any more; a key that came in between is returned instead, and what was made for nothing is
    forgotten. Raises Refused for somebody who left meanwhile."""
    owner = _locked_owner(order)
    ensure_here(owner)
    device, is_known = _kept_device(order.device, owner)
    found = existing(device, order.servers) if is_known and order.replaces is None else None
    if found is not None:
        return found
    count = ensure_not_too_many(order.by)
    key = Key.objects.create(device=device, issued_by=order.by, replaces=order.replaces, **made.columns())
    _give_addresses(key, order.servers)
    key_issued.send(sender=Key, key=key)
    record(verb="vpn_key_issued", subject=key, by=order.by, **facts_of(key), person=device.owner_id)
    linking.tell(key=key, by=order.by, is_notice=not order.mails_link)
    _mail_archive(key)
    alarms.after_issue(key=key, by=order.by, count=count + 1)
    return key


def ensure_here(person: User) -> None:
    """Raises Refused for somebody who has left."""
    if not person.is_active:
        raise Refused(_("%(name)s has left: nothing is issued for them.") % {"name": person})


def existing(device: Device, servers: Sequence[Server]) -> Key | None:
    """The newest key of the device that opens all of the servers and is not over."""
    if device.pk is None:
        return None
    keys = Key.objects.live().filter(device=device, revoke_at__isnull=True)
    for server in servers:
        keys = keys.filter(accesses__server=server)
    return keys.order_by("-pk").first()


def ensure_not_too_many(by: User) -> int:
    """How many keys the person has issued within ten minutes. Raises TooManyKeys at the limit."""
    count = Key.objects.filter(issued_by=by, issued_at__gt=timezone.now() - WITHIN).count()
    if count >= settings.VPN_ISSUES_PER_TEN_MINUTES:
        raise TooManyKeys(
            _("You issued %(count)d keys within ten minutes, which is the limit: go on in a while.") % {"count": count}
        )
    return count


def sound_servers(servers: Sequence[Server]) -> tuple[Server, ...]:
    """Servers that one key can open together. Raises Refused."""
    if not servers:
        raise Refused(_("Choose the server that the key is to open."))
    first = servers[0]
    if any(not each.is_active for each in servers):
        raise Refused(_("One of the servers is switched off: choose another."))
    if first.engine == Engine.WIREGUARD:
        if len(servers) > 1:
            raise Refused(_("A WireGuard key opens one server: issue one for each."))
        return (first,)
    alike = {(each.engine, each.authority_id, each.tls_mode, each.tls_key) for each in servers}
    if len(alike) > 1:
        raise Refused(
            _("These servers do not share one authority and one control channel: issue a key for each of them.")
        )
    return tuple(servers)


def end_of(person: User, server: Server, until: date | None) -> datetime:
    """Until when the key is valid: the end of the day, and never longer than keys may be. Raises Refused for a day
    that is over, and for contractors without a day."""
    days = server.authority.client_days if server.authority else settings.VPN_CLIENT_DAYS
    longest = timezone.now() + timedelta(days=days)
    if until is None:
        if person.role == Role.CONTRACTOR:
            raise Refused(_("A contractor's key ends on a day: say which."))
        return longest
    end = timezone.make_aware(datetime.combine(until, time(23, 59, 59)))
    if end <= timezone.now():
        raise Refused(_("This day is over: choose a later one."))
    return min(end, longest)


def facts_of(key: Key) -> dict[str, object]:
    """What the journal says of a key."""
    return {"key": key.common_name, "serial": key.serial, "fingerprint": key.fingerprint}


def _locked_owner(order: Order) -> User:
    """Whom the key is for, as their row says now: locked together with whoever issues it."""
    locked = User.objects.select_for_update(of=("self",), no_key=True)
    people = {each.pk: each for each in locked.filter(pk__in=[order.by.pk, order.device.owner_id]).order_by("pk")}
    assert order.device.owner_id is not None, "a key is made for somebody"
    return people[order.device.owner_id]


def _kept_device(device: Device, owner: User) -> tuple[Device, bool]:
    """The device's row, locked, and whether it was there; made now if it was not."""
    if device.pk is None:
        device = sound_name(person=owner, login=device.login, device=device.name)
    if device.pk is None:
        device.save()
        return device, False
    locked = Device.objects.select_for_update(of=("self",)).get(pk=device.pk)
    if locked.owner_id is None:
        Device.objects.filter(pk=locked.pk).update(owner=owner)
    locked.owner = owner
    return locked, True


def _give_addresses(key: Key, servers: Sequence[Server]) -> None:
    for server in servers:
        address = None
        if server.engine == Engine.WIREGUARD:
            locked = Server.objects.select_for_update(of=("self",)).get(pk=server.pk)
            taken = Access.objects.filter(server=server, address__isnull=False).values_list("address", flat=True)
            address = free_address(locked.network, [each for each in taken if each])
        Access.objects.create(key=key, server=server, address=address)


@transaction.atomic
def _answer(request: KeyRequest, key: Key, by: User) -> None:
    """A request that was approved has its key."""
    locked = KeyRequest.objects.select_for_update(of=("self",)).get(pk=request.pk)
    if locked.state == RequestState.APPROVED and not KeyRequest.objects.filter(key=key).exists():
        locked.state, locked.key = RequestState.ISSUED, key
        locked.save(update_fields=["state", "key"])
        record(verb="vpn_request_answered", subject=locked, by=by, **facts_of(key))


def _mail_archive(key: Key) -> None:
    """Where the company has it so, an administrator gets the archive besides."""
    authority = key.authority
    if authority is None or not authority.archive_to:
        return
    password = authority.archive_password
    archive = sealed_archive(key, password) if password else bundle(key, BundleFormat.ARCHIVE)
    letters.send_archive(key=key, address=authority.archive_to, bundle=archive)
    record(verb="vpn_archive_mailed", subject=key, by=key.issued_by, **facts_of(key), address=authority.archive_to)
