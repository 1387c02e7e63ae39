"""Links that hand a key out once: 256 bits of chance, of which only the SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from vpn import letters
from vpn.models import DownloadLink, Key
from vpn.permissions import can_issue

SHORTEST = 40
DISPUTED_FOR = timedelta(days=30)
"""How long “This was not me” works."""


@transaction.atomic
def send_link(*, key: Key, by: User | None) -> DownloadLink:
    """A new link to the key goes to its person; an older one that nobody used ends. Writes `vpn_link_sent`.

    Raises NotAllowed; Refused when the key was handed out, or the person has no address."""
    ensure(by is None or can_issue(by))
    key = Key.objects.select_for_update(of=("self",)).select_related("device__owner").get(pk=key.pk)
    owner = key.device.owner
    if not key.private_key:
        raise Refused(_("This key was handed out and is not kept here any more: issue a new one."))
    if owner is None or not owner.email:
        raise Refused(_("The person has no e-mail address: hand the key out yourself."))
    key.links.filter(used_at__isnull=True, ended_at__isnull=True).update(ended_at=timezone.now())
    link = tell(key=key, by=by, is_notice=False)
    record(verb="vpn_link_sent", subject=key, by=by, key=key.common_name, serial=key.serial, address=owner.email)
    return link


def tell(*, key: Key, by: User | None, is_notice: bool) -> DownloadLink:
    """In the caller's transaction: the person is told of the key, by a link that hands it out or by one that does
    not."""
    secret, now = secrets.token_urlsafe(32), timezone.now()
    link = DownloadLink.objects.create(
        key=key,
        token_hash=digest_of(secret),
        is_notice=is_notice,
        made_by=by,
        expires_at=now + timedelta(hours=settings.VPN_LINK_HOURS),
    )
    letters.tell_of_key(key=key, link=link, secret=secret)
    return link


def find_link(secret: str) -> DownloadLink | None:
    """The link, also one that hands out nothing any more; None for what is none. Reads only."""
    if len(secret) < SHORTEST:
        return None
    found = DownloadLink.objects.select_related("key__device__owner", "key__authority")
    return found.filter(token_hash=digest_of(secret), made_at__gt=timezone.now() - DISPUTED_FOR).first()


def digest_of(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()


def end_overdue() -> int:
    """Links whose time is over end, and the keys nobody fetched by them are kept no longer. How many there were."""
    due = DownloadLink.objects.filter(used_at__isnull=True, ended_at__isnull=True, expires_at__lte=timezone.now())
    keys = sorted(set(due.order_by().values_list("key", flat=True)))
    for key in keys:
        _end_one(key)
    return len(keys) + _forget_left_over()


@transaction.atomic
def _end_one(pk: int) -> None:
    key = Key.objects.select_for_update(of=("self",)).get(pk=pk)
    now = timezone.now()
    key.links.filter(used_at__isnull=True, ended_at__isnull=True, expires_at__lte=now).update(ended_at=now)
    if key.private_key and not key.links.open().exists():
        forget_private(key, reason="expired")


def _forget_left_over() -> int:
    """Private keys that no link leads to, after the time that links have."""
    limit = timezone.now() - timedelta(hours=settings.VPN_LINK_HOURS)
    left = Key.objects.exclude(private_key="").filter(issued_at__lt=limit).order_by("pk").values_list("pk", flat=True)
    count = 0
    for pk in list(left):
        with transaction.atomic():
            key = Key.objects.select_for_update(of=("self",)).get(pk=pk)
            if key.private_key and not key.links.open().exists():
                forget_private(key, reason="expired")
                count += 1
    return count


def forget_private(key: Key, *, reason: str) -> None:
    """In the caller's transaction, the key locked: what nobody else is to have is kept no longer."""
    key.private_key = key.tls_client_key = ""
    key.save(update_fields=["private_key", "tls_client_key"])
    record(verb="vpn_key_forgotten", subject=key, by=None, key=key.common_name, reason=reason)
