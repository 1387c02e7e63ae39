"""Browsers that show notices while no page of ours is open."""

import base64
import binascii
import hashlib

from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import ec
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.core import outgoing
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.models import Browser, PushKey

MOST = 10
_POINT = 65
"""Bytes of an uncompressed point of P-256."""
_SECRET = 16


def public_key() -> str:
    """What browsers are to know of our key; it is made when there is none yet."""
    key = PushKey.objects.first() or _make_key()
    return key.public


@transaction.atomic
def subscribe(*, person: User, endpoint: str, p256dh: str, auth: str, name: str) -> Browser:
    """Push to this browser from now on; one that was somebody else's is this person's now. One line in the journal.
    Raises NotAllowed; Refused for what no browser would say, or where there are MOST already."""
    ensure(person.can(Capability.ENTER_DESK))
    outgoing.target_of(endpoint)
    if not _is_key(p256dh) or len(_decoded(auth)) != _SECRET:
        raise Refused(_("This browser gave no key that can be used: try again, or use another browser."))
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    digest = hashlib.sha256(endpoint.encode()).hexdigest()
    others = Browser.objects.filter(person=person).exclude(endpoint_digest=digest)
    if others.count() >= MOST:
        raise Refused(_("At most %(limit)s browsers: take one away first.") % {"limit": MOST})
    values = {"person": person, "endpoint": endpoint, "p256dh": p256dh, "auth": auth, "name": name[:120]}
    browser, is_new = Browser.objects.update_or_create(endpoint_digest=digest, defaults=values)
    if is_new:
        record(verb="push_browser_added", subject=person, by=person, browser=browser.name)
    return browser


@transaction.atomic
def unsubscribe(*, browser: Browser, by: User) -> None:
    """Push there no more. Raises NotAllowed for anybody but its owner."""
    ensure(browser.person_id == by.pk)
    browser.delete()
    record(verb="push_browser_removed", subject=by, by=by, browser=browser.name)


def _make_key() -> PushKey:
    pair = ec.generate_private_key(ec.SECP256R1())
    private = pair.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    point = pair.public_key().public_bytes(serialization.Encoding.X962, serialization.PublicFormat.UncompressedPoint)
    public = base64.urlsafe_b64encode(point).rstrip(b"=").decode()
    return PushKey.objects.get_or_create(is_ours=True, defaults={"private": private.decode(), "public": public})[0]


def _decoded(value: str) -> bytes:
    try:
        return base64.b64decode(value.encode() + b"=" * (-len(value) % 4), altchars=b"-_", validate=True)
    except (ValueError, binascii.Error):
        return b""


def _is_key(value: str) -> bool:
    """Whether it is a point of the curve: whatever else would fail each time something is sealed for it."""
    point = _decoded(value)
    if len(point) != _POINT:
        return False
    try:
        ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), point)
    except ValueError:
        return False
    return True
