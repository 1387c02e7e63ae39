"""A new key in the place of an old one, which ends after a while."""

from datetime import date, timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn import making
from vpn.actions import issuing, revoking
from vpn.enums import KeyState, Reason
from vpn.models import Key
from vpn.permissions import can_issue


def renew_key(
    *,
    key: Key,
    by: User,
    until: date | None = None,
    passphrase: str = "",
    is_at_once: bool = False,
) -> Key:
    """A new key of the same device to the same servers; the old one ends after VPN_OVERLAP_DAYS, or now with
    `is_at_once`. A key that was renewed already gives the one that replaced it. Raises what `issue_key` does."""
    ensure(can_issue(by))
    key = Key.objects.select_related("device__owner", "authority").get(pk=key.pk)
    owner = key.device.owner
    if owner is None:
        raise Refused(_("Nobody is written down as the person of this key: say whose device it is first."))
    newer = Key.objects.filter(replaces=key).first()
    if newer is not None:
        return newer
    if key.state == KeyState.REVOKED:
        raise Refused(_("This key is revoked: issue a new one for the device."))
    issuing.ensure_here(owner)
    servers = issuing.sound_servers(list(key.servers.order_by("name", "pk")))
    issuing.ensure_not_too_many(by)
    order = issuing.Order(key.device, servers, issuing.end_of(owner, servers[0], until), by, replaces=key)
    made = making.make(order.server, key.device.common_name, order.until, passphrase)
    return _replace(key, order, made, is_at_once)


@transaction.atomic
def _replace(key: Key, order: issuing.Order, made: making.Made, is_at_once: bool) -> Key:
    old = revoking.locked(key)
    newer = Key.objects.filter(replaces=old).first()
    if newer is not None:
        return newer
    fresh = issuing.keep(order, made)
    if is_at_once:
        revoking.revoke_key(key=old, reason=Reason.SUPERSEDED, by=order.by)
    else:
        old.revoke_at = timezone.now() + timedelta(days=settings.VPN_OVERLAP_DAYS)
        old.save(update_fields=["revoke_at"])
    record(
        verb="vpn_key_renewed", subject=old, by=order.by, key=old.common_name, serial=old.serial, by_serial=fresh.serial
    )
    return fresh


def end_due() -> int:
    """Keys whose successor is there for long enough are revoked, and WireGuard's whose day has come. How many."""
    now = timezone.now()
    replaced = Key.objects.live().filter(revoke_at__lte=now)
    over = Key.objects.filter(engine="wireguard", not_after__lte=now).exclude(state=KeyState.REVOKED)
    count = 0
    for key in replaced.order_by("pk"):
        revoking.revoke_key(key=key, reason=Reason.SUPERSEDED, by=None)
        count += 1
    for key in over.order_by("pk"):
        revoking.revoke_key(key=key, reason=Reason.CESSATION_OF_OPERATION, by=None)
        count += 1
    return count
