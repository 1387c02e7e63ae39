"""Letters about keys: the link to one, the word that there is one, the archive for an administrator."""

import base64
from collections.abc import Sequence
from typing import Any

from django.conf import settings
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.core import readable
from helpdesk.core.errors import Refused
from helpdesk.core.fields import seal, unseal
from helpdesk.core.mime import Enclosure, Letter, write_letter
from helpdesk.notifications.actions import Outgoing, enqueue
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.letters import BY_ITSELF, letter_of_ours
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import OutgoingMail, transport_of
from vpn.bundling import Bundle
from vpn.models import DownloadLink, Key


def url_of(secret: str) -> str:
    """The link as it is sent: built on SITE_URL, never on what a request's Host header says."""
    return f"{settings.SITE_URL}/vpn/key/{secret}/"


def tell_of_key(*, key: Key, link: DownloadLink, secret: str) -> None:
    """The person is told of their key, with a link that hands it out, or that only says it was not them. The link lies
    in the outbox sealed, and is wiped when the letter is out or given up."""
    owner = key.device.owner
    if owner is None or not owner.is_active or not owner.email:
        return
    content = {"link": link.pk, "url": seal(url_of(secret))}
    letter = Outgoing(purpose=Purpose.VPN_KEY, recipient=owner.email, person_id=owner.pk, content=content)
    enqueue(subject=key, outgoing=[letter])


def send_archive(*, key: Key, address: str, bundle: Bundle) -> None:
    """The archive goes to an administrator, as the company has it; the outbox forgets it when it is out."""
    content = {"name": bundle.name, "archive": seal(base64.b64encode(bundle.content).decode())}
    enqueue(subject=key, outgoing=[Outgoing(purpose=Purpose.VPN_KEY, recipient=address, content=content)])


def compose_key(rows: Sequence[Delivery]) -> OutgoingMail:
    """Raises Refused when what it carried is no longer kept."""
    row = rows[0]
    key = Key.objects.select_related("device__owner").filter(pk=row.subject_id).first()
    if key is None or not {"url", "archive"} & set(row.content):
        raise Refused("the link is no longer kept")
    return _with_archive(rows, key) if "archive" in row.content else _with_link(rows, key)


def _with_link(rows: Sequence[Delivery], key: Key) -> OutgoingMail:
    content, person = rows[0].content, rows[0].person
    link = DownloadLink.objects.get(pk=content["link"])
    language = (person.language if person else "") or settings.LANGUAGE_CODE
    with translation.override(language):
        subject = _("A VPN key for %(name)s") % {"name": key.common_name}
        context: dict[str, Any] = {
            "key": key,
            "url": unseal(content["url"]),
            "is_notice": link.is_notice,
            "until": readable.full_moment(timezone.localtime(link.expires_at)),
        }
    return letter_of_ours(rows, template="vpn/mail/key", subject=subject, context=context, language=language)


def _with_archive(rows: Sequence[Delivery], key: Key) -> OutgoingMail:
    row = rows[0]
    transport = transport_of(row.route)
    with translation.override(settings.LANGUAGE_CODE):
        subject = _("The VPN key of %(name)s") % {"name": key.common_name}
        text = _("The archive of %(name)s is attached. Keep it nowhere longer than you need it.") % {
            "name": key.common_name
        }
    enclosure = Enclosure(
        row.content["name"], "application/octet-stream", base64.b64decode(unseal(row.content["archive"]))
    )
    letter = Letter(
        sender=(transport.sender_name, transport.sender),
        to=tuple(("", each.recipient) for each in rows),
        subject=subject,
        text=text + "\n",
        html=f"<p>{text}</p>",
        message_id=row.message_id,
        date=row.created_at,
        extra=BY_ITSELF,
        enclosures=(enclosure,),
    )
    return OutgoingMail(envelope_from=transport.sender, content=write_letter(letter))
