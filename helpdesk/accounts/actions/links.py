"""Sign-in links: one person, one use, a few days, 256 bits of chance; only the SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.actions import attempts
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import ContactKind, Door
from helpdesk.accounts.models import ContactPoint, SignInLink, User
from helpdesk.accounts.paths import safe_path
from helpdesk.accounts.signals import link_asked_for
from helpdesk.journal.actions import record

SHORTEST = 40


@transaction.atomic
def ask(*, address: str, next_path: str, from_address: str, language: str = "") -> None:
    """Somebody at the IP address `from_address`, who reads `language`, wants a link sent to `address`.

    An active person's gets one (the rooms above send it: `link_asked_for`), any other gets nothing, and who asked is
    not told which. The journal has whom somebody wanted a link for. Raises TooManyAttempts.
    """
    attempts.begin(door=Door.LINK, about=address, address=from_address)
    person = find_by_address(address)
    if person is not None and person.is_active:
        record(verb="sign_in_link_asked_for", subject=person, by=None, address=address.lower())
        link_asked_for.send(
            sender=SignInLink, user=person, address=address.lower(), next_path=next_path, language=language
        )


@transaction.atomic
def issue(*, user: User, address: str, next_path: str = "", lifetime: timedelta | None = None) -> str:
    """A new link's secret for an address of `user`, leading to `next_path` when that is a path of ours, good for
    SIGN_IN_LINK_HOURS if `lifetime` says nothing else.

    An unspent link to the same address that leads to the same place ends.
    """
    secret, now, path = secrets.token_urlsafe(32), timezone.now(), safe_path(next_path)
    earlier = SignInLink.objects.filter(user=user, address=address.lower(), next_path=path)
    earlier.filter(used_at__isnull=True, expires_at__gt=now).update(expires_at=now)
    SignInLink.objects.create(
        user=user,
        address=address.lower(),
        digest=hashlib.sha256(secret.encode()).hexdigest(),
        next_path=path,
        expires_at=now + (lifetime or timedelta(hours=settings.SIGN_IN_LINK_HOURS)),
    )
    return secret


def url_of(secret: str) -> str:
    """The link as it is sent: built on SITE_URL, never on what a request's Host header says."""
    return f"{settings.SITE_URL}/accounts/link/{secret}/"


def find(secret: str) -> SignInLink | None:
    """The link if it can still be used: known, unused, not expired, its person active."""
    if len(secret) < SHORTEST:
        return None
    return (
        SignInLink.objects.select_related("user")
        .filter(
            digest=hashlib.sha256(secret.encode()).hexdigest(),
            used_at__isnull=True,
            expires_at__gt=timezone.now(),
            user__is_active=True,
        )
        .first()
    )


@transaction.atomic
def use(*, secret: str) -> SignInLink | None:
    """Spend the link; the address it was sent to is verified by that. None when it cannot be used (any more)."""
    found = find(secret)
    if found is None:
        return None
    link = SignInLink.objects.select_for_update(of=("self",)).select_related("user").get(pk=found.pk)
    if link.used_at is not None or link.expires_at <= timezone.now():
        return None
    link.used_at = timezone.now()
    link.save(update_fields=["used_at"])
    ContactPoint.objects.filter(
        user=link.user, kind=ContactKind.EMAIL, value=link.address, verified_at__isnull=True
    ).update(verified_at=link.used_at)
    record(verb="sign_in_link_used", subject=link.user, by=link.user, address=link.address)
    return link
