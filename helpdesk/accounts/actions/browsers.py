"""Browsers that are known to be somebody's: by a secret in a cookie, of which only the SHA-256 is kept."""

import hashlib
import secrets
from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import ContactPoint, KnownBrowser, User
from helpdesk.accounts.models.browser import LONGEST_AGENT
from helpdesk.journal.actions import record

SHORTEST, LONGEST = 40, 100
KEPT = timedelta(days=365)


def new_secret() -> str:
    return secrets.token_urlsafe(32)


def digest_of(secret: str) -> str:
    """The SHA-256 of a cookie that may be one of ours; "" for anything else, before any question to the database."""
    if not SHORTEST <= len(secret) <= LONGEST or not secret.isascii():
        return ""
    return hashlib.sha256(secret.encode()).hexdigest()


def known_to(address: str, secret: str) -> str:
    """The digest of the browser when whoever has this address has signed in from it, else "". One statement."""
    digest = digest_of(secret)
    if not digest:
        return ""
    address = address.strip().lower()[:254]
    owners = ContactPoint.objects.filter(value=address).order_by().values("user")
    known = KnownBrowser.objects.filter(Q(user__email=address) | Q(user__in=owners), digest=digest)
    return digest if known.exists() else ""


def is_known(user: User, secret: str) -> str:
    """The digest of the browser when this person has signed in from it, else ""."""
    digest = digest_of(secret)
    return digest if digest and KnownBrowser.objects.filter(user=user, digest=digest).exists() else ""


def may_trust(user: User) -> bool:
    """Whoever can change everything is asked for a second factor every time."""
    return settings.TRUST_BROWSER_DAYS > 0 and not user.can(Capability.CONFIGURE)


def is_trusted(user: User, secret: str) -> bool:
    """Whether this browser is not asked for the person's second factor."""
    digest = digest_of(secret)
    return bool(digest) and may_trust(user) and KnownBrowser.objects.trusted().filter(user=user, digest=digest).exists()


@transaction.atomic
def meet(*, user: User, secret: str, agent: str, address: str | None, trusts: bool) -> tuple[KnownBrowser, bool]:
    """The person signed in from this browser, and `trusts` it from now on; the browser, and whether it is a new one."""
    now = timezone.now()
    browser, is_new = KnownBrowser.objects.get_or_create(user=user, digest=digest_of(secret))
    browser.agent, browser.address, browser.last_at = agent[:LONGEST_AGENT], address, now
    if trusts and may_trust(user):
        browser.trusted_until = now + timedelta(days=settings.TRUST_BROWSER_DAYS)
        record(verb="browser_trusted", subject=user, by=user, days=settings.TRUST_BROWSER_DAYS)
    browser.save()
    return browser, is_new


@transaction.atomic
def distrust(*, user: User, by: User | None) -> None:
    """Every browser of the person's is asked for the second factor again."""
    if KnownBrowser.objects.filter(user=user, trusted_until__isnull=False).update(trusted_until=None):
        record(verb="browsers_distrusted", subject=user, by=by)


def forget(*, user: User) -> None:
    """None is known any more."""
    KnownBrowser.objects.filter(user=user).delete()


def forget_older() -> None:
    KnownBrowser.objects.filter(last_at__lt=timezone.now() - KEPT).delete()
