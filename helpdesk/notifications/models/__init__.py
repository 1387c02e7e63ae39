"""The outbox, what people are told and by which ways they want it, and where they are reached."""

from helpdesk.notifications.models.choices import PersonChoice, TeamChoice
from helpdesk.notifications.models.notices import Notice, Waiting
from helpdesk.notifications.models.outbox import Breaker, Delivery, DeliveryQuerySet
from helpdesk.notifications.models.reaching import Address, Browser, Gateway, PushKey
from helpdesk.notifications.models.wording import Wording

__all__ = [
    "Address",
    "Breaker",
    "Browser",
    "Delivery",
    "DeliveryQuerySet",
    "Gateway",
    "Notice",
    "PersonChoice",
    "PushKey",
    "TeamChoice",
    "Waiting",
    "Wording",
]
