"""Handing a key out: once, then its private part is kept no longer."""

from django.db import transaction
from django.db.models import QuerySet
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.prepared import Prepared
from helpdesk.journal.actions import record
from vpn.actions.linking import find_link
from vpn.bundling import Bundle, bundle
from vpn.enums import BundleFormat, KeyState
from vpn.models import DownloadLink, Key
from vpn.permissions import can_take


class Spent(Refused):
    """The link hands out nothing (any more)."""


@transaction.atomic
def take_by_link(
    *, secret: str, wanted: BundleFormat, passphrase: str = "", address: str | None = None, browser: str = ""
) -> Bundle:
    """Whoever has the link gets the key, the first one only: link and key are locked. Writes `vpn_key_downloaded` with
    the address; what the browser said of itself stays with the link.

    Raises Spent; Refused for a form or passphrase that does not do, which spends nothing.
    """
    found = find_link(secret)
    if found is None:
        raise Spent(_("This link is not known here."))
    key = _locked(found.key)
    link = DownloadLink.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if not DownloadLink.objects.open().filter(pk=link.pk).exists() or not can_be_handed_out(key):
        raise Spent(_("This link was used already, or its time is over."))
    made = _hand_out(key, wanted, passphrase)
    link.used_at, link.address, link.user_agent = timezone.now(), address, browser[:400]
    link.save(update_fields=["used_at", "address", "user_agent"])
    _told(key, wanted, by=None, link=link.pk)
    return made


@transaction.atomic
def take(*, key: Key, wanted: BundleFormat, by: User, passphrase: str = "") -> Bundle:
    """The person themselves, or whoever issued the key, gets it on a page; links to it end. Writes
    `vpn_key_downloaded`. Raises NotAllowed, Spent, Refused."""
    key = _locked(key)
    if not can_be_handed_out(key):
        raise Spent(_("This key was handed out already, and is not kept here any more. Issue a new one instead."))
    ensure(can_take(by, key))
    made = _hand_out(key, wanted, passphrase)
    _told(key, wanted, by=by)
    return made


def can_be_handed_out(key: Key) -> bool:
    """Whether the private part is still kept, and worth something."""
    return key.state == KeyState.VALID and bool(key.private_key) and key.is_live


def _hand_out(key: Key, wanted: BundleFormat, passphrase: str) -> Bundle:
    """What is asked for; from here on the private part is gone, and every link to it ends."""
    made, now = bundle(key, wanted, passphrase), timezone.now()
    key.private_key, key.tls_client_key, key.handed_out_at = "", "", now
    key.save(update_fields=["private_key", "tls_client_key", "handed_out_at"])
    key.links.filter(used_at__isnull=True, ended_at__isnull=True).update(ended_at=now)
    return made


def _told(key: Key, wanted: BundleFormat, by: User | None, **facts: object) -> None:
    record(
        verb="vpn_key_downloaded",
        subject=key,
        by=by,
        key=key.common_name,
        serial=key.serial,
        fingerprint=key.fingerprint,
        form=wanted.value,
        **facts,
    )


def _build_locked(*, key: int) -> QuerySet[Key]:
    locked = Key.objects.select_for_update(of=("self",)).select_related("device__owner", "authority")
    return locked.filter(pk=key).order_by("pk")


_keys: Prepared[Key] = Prepared(_build_locked)


def _locked(key: Key) -> Key:
    return _keys(key=key.pk)[0]
