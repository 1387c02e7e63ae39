"""“This was not me”: the key is blocked at once, and somebody looks."""

from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from tickets.actions.opening import open_with
from tickets.actions.writing import Draft
from tickets.enums import Channel, MessageKind, Priority
from vpn import alarms
from vpn.actions import revoking
from vpn.actions.downloading import Spent
from vpn.actions.linking import find_link
from vpn.enums import KeyState
from vpn.models import DownloadLink, Key
from vpn.permissions import can_dispute


@transaction.atomic
def dispute(*, secret: str, address: str | None = None, browser: str = "") -> Key:
    """Whoever has the link says that the key is not theirs: blocked now, a ticket of the person's, and administrators
    told. Done twice it changes nothing more. Raises Spent for a link that is none."""
    found = find_link(secret)
    if found is None:
        raise Spent(_("This link is not known here."))
    key = revoking.locked(found.key)
    link = DownloadLink.objects.select_for_update(of=("self",)).get(pk=found.pk)
    if link.disputed_at is not None:
        return key
    link.disputed_at = timezone.now()
    link.save(update_fields=["disputed_at"])
    return _disputed(key, address, browser)


@transaction.atomic
def dispute_own(*, key: Key, by: User, address: str | None = None, browser: str = "") -> Key:
    """The same from the page of the key, by the person it is for. Done twice it changes nothing more. Writes
    `vpn_key_disputed`. Raises NotAllowed; Refused for a key that is revoked."""
    key = revoking.locked(key)
    if key.state == KeyState.REVOKED:
        raise Refused(_("This key is revoked: it opens nothing as it is."))
    ensure(can_dispute(by, key))
    if key.state == KeyState.BLOCKED and key.links.filter(disputed_at__isnull=False).exists():
        return key
    key.links.filter(disputed_at__isnull=True).update(disputed_at=timezone.now())
    return _disputed(key, address, browser, by=by)


def _disputed(key: Key, address: str | None, browser: str, by: User | None = None) -> Key:
    if key.state == KeyState.VALID:
        key = revoking.block_key(key=key, by=None, why="disputed")
    record(
        verb="vpn_key_disputed",
        subject=key,
        by=by,
        key=key.common_name,
        serial=key.serial,
        address=address or "",
        browser=browser[:200],
    )
    _open_ticket(key)
    facts = {"name": key.common_name}
    alarms.tell_administrators(
        subject=key,
        title=lambda: _("“This was not me”: the VPN key %(name)s") % facts,
        text=lambda: (
            _("The person whom it was issued for says so. The key is blocked; find out who wanted it.") % facts
        ),
    )
    return key


def _open_ticket(key: Key) -> None:
    owner = key.device.owner
    if owner is None:
        return
    with translation.override(owner.language or translation.get_language()):
        subject = _("A VPN key that is not mine: %(name)s") % {"name": key.common_name}
        text = _("A key was issued in my name that I did not ask for. It has been blocked.")
    draft = Draft(kind=MessageKind.INBOUND, channel=Channel.CABINET, subject=subject, text=text)
    open_with(requester=owner, draft=draft, by=None, priority=Priority.URGENT)
