"""Ending keys: for ever, with a word of the authority, or for now, without it."""

from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.bells import ring
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn.enums import KeyState, Reason
from vpn.models import Access, Authority, Key, Revocation
from vpn.permissions import can_block, can_issue
from vpn.signals import key_blocked, key_revoked, key_unblocked


@transaction.atomic
def revoke_key(*, key: Key, reason: Reason | str, by: User | None) -> Key:
    """The key is over for ever: written down now, in a new revocation list as soon as the authority signs one, its
    sessions ended and its address free. Done twice it changes nothing. Writes `vpn_key_revoked`, sends `key_revoked`.

    `by` is None for the program itself. Raises NotAllowed; Refused for a reason that is none.
    """
    ensure(by is None or can_issue(by))
    if reason not in Reason.values:
        raise Refused(_("Choose why the key is revoked."))
    key = locked(key)
    if key.state == KeyState.REVOKED:
        return key
    now, reason = timezone.now(), Reason(reason)
    Revocation.objects.create(key=key, serial=key.serial, reason=reason, at=now, by=by)
    key.state, key.private_key, key.preshared_key, key.tls_client_key = KeyState.REVOKED, "", "", ""
    key.save(update_fields=["state", "private_key", "preshared_key", "tls_client_key"])
    Access.objects.filter(key=key).update(address=None)
    key.links.filter(used_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    key_revoked.send(sender=Key, key=key, reason=reason)
    record(verb="vpn_key_revoked", subject=key, by=by, **_facts(key), reason=reason.value)
    if key.authority_id is not None:
        want_list(key.authority_id, now)
    return key


@transaction.atomic
def block_key(*, key: Key, by: User | None, why: str = "") -> Key:
    """The key opens nothing until it is unblocked; no authority is asked. Writes `vpn_key_blocked`, sends
    `key_blocked`. `by` is None for the program itself. Raises NotAllowed; Refused for a key that is revoked."""
    key = locked(key)
    if key.state == KeyState.BLOCKED:
        return key
    if key.state == KeyState.REVOKED:
        raise Refused(_("This key is revoked: it opens nothing as it is."))
    ensure(by is None or can_block(by, key))
    key.state, key.blocked_at = KeyState.BLOCKED, timezone.now()
    key.save(update_fields=["state", "blocked_at"])
    key_blocked.send(sender=Key, key=key)
    record(verb="vpn_key_blocked", subject=key, by=by, **_facts(key), reason=why[:500])
    return key


@transaction.atomic
def unblock_key(*, key: Key, by: User) -> Key:
    """The key opens again what it opened. Writes `vpn_key_unblocked`, sends `key_unblocked`. Raises NotAllowed;
    Refused for a key that is not blocked, or whose person has left."""
    ensure(can_issue(by))
    key = locked(key)
    if key.state != KeyState.BLOCKED:
        raise Refused(_("Only a blocked key can be unblocked."))
    if key.device.owner is not None and not key.device.owner.is_active:
        raise Refused(_("%(name)s has left: this key stays blocked.") % {"name": key.device.owner})
    key.state, key.blocked_at = KeyState.VALID, None
    key.save(update_fields=["state", "blocked_at"])
    key_unblocked.send(sender=Key, key=key)
    record(verb="vpn_key_unblocked", subject=key, by=by, **_facts(key))
    return key


def want_list(authority: int, now: datetime) -> None:
    """In the caller's transaction: a new revocation list is due. Whoever signs is asked after the commit; if that
    fails, it is tried again until there is one."""
    from vpn.tasks import publish_due  # noqa: PLC0415 - the task publishes, by this room's actions

    Authority.objects.filter(pk=authority).update(list_due_at=now)
    ring(publish_due)


def locked(key: Key) -> Key:
    """The key as it is now, until the transaction ends."""
    return Key.objects.select_for_update(of=("self",)).select_related("device__owner", "authority").get(pk=key.pk)


def _facts(key: Key) -> dict[str, str]:
    return {"key": key.common_name, "serial": key.serial, "fingerprint": key.fingerprint}
