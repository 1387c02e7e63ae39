"""Gateways: tried by whoever sets them up."""

from django.conf import settings
from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import Channel, Purpose
from helpdesk.notifications.models import Address, Delivery, Gateway
from helpdesk.notifications.permissions import can_choose_for_teams


@transaction.atomic
def test(*, gateway: Gateway, by: User) -> Delivery:
    """Send whoever asks a message by the gateway, to the address that they gave there. One line in the journal. Raises
    NotAllowed; Refused where they gave none, or it is switched off."""
    ensure(can_choose_for_teams(by))
    address = Address.objects.filter(gateway=gateway, person=by).first()
    if address is None or not gateway.is_active:
        raise Refused(_("Say your own address first, on your page “What I am told” at the desk."))
    content = {
        "title": settings.SITE_NAME,
        "text": _("This is a test: the gateway “%(name)s” works.") % {"name": gateway},
        "path": "/desk/notices/choices/",
        "topic": "",
    }
    letter = Outgoing(
        purpose=Purpose.NOTICE,
        recipient=address.value,
        person_id=by.pk,
        route=gateway.channel,
        channel=Channel.GATEWAY,
        content=content,
    )
    record(verb="gateway_tested", subject=gateway, by=by)
    return enqueue(subject=gateway, outgoing=[letter])[0]
