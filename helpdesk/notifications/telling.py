"""What the journal's lines about the outbox say."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Breaker, Delivery
from helpdesk.notifications.permissions import can_decide


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    verbs.register("delivery_released", Told(_("sent a delivery again"), value="delivery_state"))
    verbs.register("delivery_settled", Told(_("settled a delivery by hand"), value="delivery_state"))
    verbs.register(
        "outgoing_route_tried_again", Told(_("had a mail server tried again"), facts={"route": "", "reason": "reason"})
    )
    fields.register("route", _("route"))
    labels = {state.value: state.label for state in DeliveryState}
    values.register("delivery_state", lambda value: str(labels.get(value, value)))
    things.register(
        "delivery",
        Thing(
            label=_("Delivery"),
            model=Delivery,
            seen=lambda user: Delivery.objects.all() if can_decide(user) else Delivery.objects.none(),
            text=F("recipient"),
            address=F("pk"),
            url=lambda key: reverse("admin:notifications_delivery_change", args=[key]),
            needs=Capability.ENTER_ADMIN,
        ),
    )
    things.register(
        "route",
        Thing(
            label=_("Mail server"),
            model=Breaker,
            seen=lambda user: Breaker.objects.all() if can_decide(user) else Breaker.objects.none(),
            text=F("route"),
            address=F("pk"),
            url=lambda key: reverse("admin:notifications_breaker_change", args=[key]),
            needs=Capability.ENTER_ADMIN,
        ),
    )
