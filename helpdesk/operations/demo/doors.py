"""What a panel of the demo's customers told, and who had an access there. Nobody answers at its address."""

from datetime import timedelta

from django.utils import timezone

from helpdesk.accounts.models import User
from tickets.models import Ticket
from vpn.hosting.connectors import Disk, Site, SiteCertificate
from vpn.hosting.enums import AccessState
from vpn.hosting.models import EntryDoor, Secret, TemporaryAccess
from vpn.hosting.queries.facts import as_kept

GIB = 1024**3
CERTIFICATES = {"shop.example": 61, "www.shop.example": 61, "old.shop.example": 9}
"""Days that they are good for yet."""


def open_door(secret: Secret, *, keeper: User, agent: User, ticket: Ticket) -> None:
    """The panel behind this secret, as it answered an hour ago; an account there that is over."""
    now = timezone.now()
    sites = [Site(name, owner="nordlicht", is_active=days > 10) for name, days in CERTIFICATES.items()]
    certificates = [SiteCertificate(name, now + timedelta(days=days)) for name, days in CERTIFICATES.items()]
    door = EntryDoor.objects.create(
        entry=secret.entry,
        connector="ispmanager",
        address="https://panel.shop.example:1500",
        login="nordlicht",
        secret=secret,
        created_by=keeper,
        answered_at=now - timedelta(hours=1),
        about="ISPmanager 6.96",
        facts=as_kept(sites, [Disk("nordlicht", used=37 * GIB, limit=50 * GIB)], certificates),
    )
    TemporaryAccess.objects.create(
        entry=secret.entry,
        door=door,
        for_whom=agent,
        asked_by=agent,
        reason=f"#{ticket.number}: {ticket.subject}",
        ticket=ticket,
        name="hdanna7f3ak2x9q",
        state=AccessState.ENDED,
        until=now + timedelta(hours=1),
        made_at=now,
        shown_at=now,
        end_asked_at=now,
        end_asked_by=agent,
        ended_at=now,
        due_at=now,
    )
