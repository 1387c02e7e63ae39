"""One budget for everything that the program sends by itself, so that no loop and no flood leaves the house."""

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.db.models import Count, Q
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint
from helpdesk.notifications.enums import AUTOMATIC, SEALED, DeliveryState, Purpose
from helpdesk.notifications.models import Delivery

if TYPE_CHECKING:
    from helpdesk.notifications.actions.outbox import Outgoing

COUNTED = AUTOMATIC | SEALED
"""A person's own words are never held back; whatever else goes to an address counts."""


@dataclass(slots=True)
class Budgets:
    """What was sent to the addresses at hand lately, and which of them bounce. Two statements for any number."""

    bounced: dict[str, str]
    within_hour: Counter[str] = field(default_factory=Counter)
    within_day: Counter[tuple[int | None, str]] = field(default_factory=Counter)

    @classmethod
    def of(cls, outgoing: Sequence["Outgoing"]) -> "Budgets":
        addresses = {item.recipient.lower() for item in outgoing}
        points = ContactPoint.objects.filter(
            kind=ContactKind.EMAIL, value__in=addresses, bounced_at__isnull=False
        ).order_by("pk")
        budgets = cls(bounced=dict(points.values_list("value", "bounce_reason")))
        counted = {item.recipient.lower() for item in outgoing if item.purpose in COUNTED}
        if counted:
            budgets._count(counted)
        return budgets

    def why_held(self, item: "Outgoing") -> str:
        """Why this must wait for a person, or "". What may go counts from here on."""
        address = item.recipient.lower()
        if address in self.bounced and item.purpose != Purpose.SIGN_IN_LINK:
            return f"address bounced: {self.bounced[address]}"[:500]
        if item.purpose not in COUNTED:
            return ""
        hour, day = self.within_hour[address], self.within_day[item.conversation, address]
        if hour >= settings.OUTGOING_PER_ADDRESS_PER_HOUR:
            return f"budget: {hour} automatic mails to this address within an hour"
        if item.conversation is not None and day >= settings.OUTGOING_AUTOMATIC_PER_CONVERSATION_PER_DAY:
            return f"budget: {day} automatic mails to this address in this conversation within a day"
        self.within_hour[address] += 1
        self.within_day[item.conversation, address] += 1
        return ""

    def _count(self, addresses: set[str]) -> None:
        now = timezone.now()
        earlier = (
            Delivery.objects.filter(
                purpose__in=COUNTED, recipient__in=addresses, created_at__gt=now - timedelta(days=1)
            )
            .exclude(state=DeliveryState.HELD)
            .values("recipient", "conversation")
            .annotate(day=Count("pk"), hour=Count("pk", filter=Q(created_at__gt=now - timedelta(hours=1))))
            .order_by("recipient", "conversation")
        )
        for row in earlier:
            self.within_hour[row["recipient"]] += row["hour"]
            self.within_day[row["conversation"], row["recipient"]] += row["day"]
