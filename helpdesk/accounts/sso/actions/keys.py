"""The keys that sign what sites are told: made when first needed, and anew when an administrator says so."""

from datetime import timedelta

from allauth.core.internal.jwkkit import load_jwk_from_pem
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from django.db import connection, transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.accounts.sso.models import SigningKey
from helpdesk.journal.actions import record

BITS = 2048
PUBLISHED = timedelta(days=7)
"""ID tokens run out in minutes; sites show them as a hint when people sign out there, days later."""
_LOCK = "helpdesk.sso.signing_key"


def signing_key() -> SigningKey:
    """The key that signs now; the first is made here."""
    return SigningKey.objects.filter(ends_at__isnull=True).first() or _make(by=None, replacing=False)


@transaction.atomic
def rotate(*, by: User | None, at_once: bool = False) -> SigningKey:
    """A new key signs from now on. The one before stays published for `PUBLISHED`; with `at_once`, when it is known to
    somebody, all before are withdrawn now, and what they signed is worth nothing."""
    return _make(by=by, replacing=True, at_once=at_once)


@transaction.atomic
def _make(*, by: User | None, replacing: bool, at_once: bool = False) -> SigningKey:
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(hashtext(%s))", [_LOCK])
    current = SigningKey.objects.filter(ends_at__isnull=True).defer("pem").first()  # it may be sealed with a lost key
    if current is not None and not replacing:
        return current
    now = timezone.now()
    if at_once:
        SigningKey.objects.published().update(ends_at=now)
    elif current is not None:
        SigningKey.objects.filter(pk=current.pk).update(ends_at=now + PUBLISHED)
    pem = (
        rsa.generate_private_key(public_exponent=65537, key_size=BITS)
        .private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        .decode()
    )
    key = SigningKey.objects.create(kid=load_jwk_from_pem(pem)[0]["kid"], pem=pem)
    record(verb="signing_key_made", subject=key, by=by, name=key.kid, at_once=at_once)
    return key
