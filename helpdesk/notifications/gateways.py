"""Handing notices to SMS, Jabber, Telegram, Pushbullet and whatever else Apprise knows.

Apprise says only whether a service took something; why not stands in its log, from which the reason is taken with every
secret of the gateway's address out of it.
"""

import logging
import re
from email import charset
from typing import TYPE_CHECKING
from urllib.parse import quote, urlsplit

from django.conf import settings
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.fields import unseal
from helpdesk.core.outgoing import OutgoingError, Unreachable, target_of
from helpdesk.core.outgoing.targets import addresses_of
from helpdesk.notifications.answers import Deferred, Rejected, RouteTrouble, Trouble
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery, Gateway
from helpdesk.notifications.notices import still_told

if TYPE_CHECKING:
    from apprise import NotifyBase

TO = "{to}"
MOST_TEXT = 700
SECONDS = 10.0
SHORTEST_SECRET = 4
FORBIDDEN = frozenset({"file", "syslog", "dbus", "gnome", "macosx", "windows", "smpp", "rsyslog", "glib", "kde", "qt"})
"""Services of the machine itself, which reach nobody else."""
_STATUS = re.compile(r"error=(\d{3})\b")
_PIECES = re.compile(r"[/?&=:@#]+")


def carry(row: Delivery) -> None:
    """Raises RouteTrouble, Deferred, Rejected, Withdrawn, Refused."""
    gateway = Gateway.objects.filter(pk=int(row.route.partition(":")[2]), is_active=True).first()
    if gateway is None:
        raise Refused("this gateway is switched off or gone")
    title, text = said(row)
    hand_over(gateway.url, to=row.recipient, title=title, text=text)


def said(row: Delivery) -> tuple[str, str]:
    """Title and text as a messenger shows them."""
    if row.purpose == Purpose.CODE:
        if "code" not in row.content:
            raise Refused("the code is no longer kept: ask for a new one")
        return row.content["title"], f"{row.content['text']} {unseal(row.content['code'])}"
    content = still_told(row)
    text = "\n".join(each["title"] for each in content["items"]) if "items" in content else content["text"]
    return content["title"], f"{text[:MOST_TEXT]}\n{settings.SITE_URL}{content['path']}"


def hand_over(url: str, *, to: str, title: str, text: str) -> None:
    """Let the service at `url` bring it. Raises RouteTrouble, Deferred, Rejected."""
    from apprise import LogCapture  # noqa: PLC0415 - only who hands something over waits for it to load

    try:
        service = service_of(url, to=to)
    except Unreachable as trouble:
        raise RouteTrouble(str(trouble)) from trouble
    except Refused as refusal:
        raise Rejected(str(refusal)) from refusal
    with LogCapture(level=logging.INFO, fmt="%(message)s") as lines:
        is_taken = bool(service.notify(title=title, body=text))
        log = lines.getvalue()
    if not is_taken:
        raise trouble_in(log, url=url)


def service_of(url: str, *, to: str) -> "NotifyBase":
    """Apprise's own object for this receiver. Raises Refused for an address of a service that it can't read, or that
    leads where we don't go (OUTGOING_ALLOWED_NETWORKS)."""
    scheme = urlsplit(url).scheme.lower()
    if TO not in url:
        raise Refused(_("The address of the service has to hold {to}, where that of a person stands."))
    if scheme in FORBIDDEN:
        raise Refused(_("This service reaches nobody but the machine itself."))
    filled = url.replace(TO, quote(to, safe="+@._-"))
    service = _instantiated(f"{filled}{'&' if '?' in filled else '?'}cto={SECONDS}&rto={SECONDS}")
    if service is None:
        raise Refused(_("Apprise can't read this address: look at its list of services for how yours is written."))
    templates: tuple[str, ...] = tuple(service.templates or ())
    if any("{host}" in template for template in templates):
        _ensure_allowed(filled, has_place_in_host=TO in urlsplit(url).netloc)
    return service


def _instantiated(url: str) -> "NotifyBase | None":
    """Apprise loads its plugins here, and the one for mail changes how this whole process writes letters: names would
    be torn within a word. That is undone."""
    from apprise import Apprise  # noqa: PLC0415 - likewise

    try:
        return Apprise.instantiate(url)
    finally:
        charset.add_charset("utf-8", charset.SHORTEST, charset.BASE64, "utf-8")


def _ensure_allowed(url: str, *, has_place_in_host: bool) -> None:
    """A service that is asked at a host of our choice is asked only where everything else may be asked."""
    if has_place_in_host:
        raise Refused(_("A person's address must not say which host is asked: put {to} behind it."))
    host = urlsplit(url).hostname or ""
    named = f"[{host}]" if ":" in host else host
    addresses_of(target_of(f"https://{named}/"), seconds=SECONDS)


def trouble_in(log: str, *, url: str) -> Trouble:
    """What Apprise's log says of a failure: who has to wait, and for how long."""
    lines = [line for line in log.splitlines() if line.strip()]
    reason = without_secrets(lines[-1] if lines else "the service took nothing and said nothing", url)[:400]
    found = _STATUS.search(log)
    status = int(found[1]) if found else 0
    if status in (401, 403):
        return RouteTrouble(reason, status=str(status), sign_in=True)
    if status == 429:
        return Deferred(reason, status="429")
    if 400 <= status < 500:
        return Rejected(reason, status=str(status))
    return RouteTrouble(reason, status=str(status or ""))


def without_secrets(text: str, url: str) -> str:
    """The text without any piece of the address: users, passwords, tokens."""
    pieces = {
        piece for piece in _PIECES.split(url.partition("://")[2]) if len(piece) >= SHORTEST_SECRET and piece != TO
    }
    for piece in sorted(pieces, key=len, reverse=True):
        text = text.replace(piece, "…")
    return text


def ensure_sound(url: str) -> None:
    """Raises Refused, OutgoingError among them, for an address that no notice could go to."""
    service_of(url, to="1234567890")


__all__ = ["OutgoingError", "carry", "ensure_sound", "hand_over", "service_of"]
