"""What the journal's lines about the outbox say."""

from django.db.models import F
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Breaker, Delivery, Gateway, Wording
from helpdesk.notifications.permissions import can_choose_for_teams, can_decide

VERBS = {
    "notices_chosen": Told(_("chose what they are told, and how")),
    "team_notices_chosen": Told(_("chose what the team is told, and how")),
    "push_browser_added": Told(_("set up a browser for notices"), facts={"browser": ""}),
    "push_browser_removed": Told(_("took away a browser for notices"), facts={"browser": ""}),
    "gateway_address_said": Told(_("gave an address at a gateway"), facts={"gateway": ""}),
    "gateway_address_proven": Told(_("proved an address at a gateway"), facts={"gateway": ""}),
    "gateway_address_removed": Told(_("took away an address at a gateway"), facts={"gateway": ""}),
    "gateway_added": Told(_("set up a gateway")),
    "gateway_changed": Told(_("changed a gateway")),
    "gateway_tested": Told(_("sent a test by a gateway")),
    "wording_kept": Told(_("worded a notice"), facts={"occasion": "", "language": ""}),
    "wording_removed": Told(_("took back the wording of a notice"), facts={"occasion": "", "language": ""}),
}


def register() -> None:
    """Fill the journal's registries; called once when the program starts."""
    verbs.register("delivery_released", Told(_("sent a delivery again"), value="delivery_state"))
    verbs.register("delivery_settled", Told(_("settled a delivery by hand"), value="delivery_state"))
    verbs.register(
        "outgoing_route_tried_again", Told(_("had a mail server tried again"), facts={"route": "", "reason": "reason"})
    )
    for verb, told in VERBS.items():
        verbs.register(verb, told)
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
        "gateway",
        Thing(
            label=_("Gateway"),
            model=Gateway,
            seen=lambda user: Gateway.objects.all() if can_choose_for_teams(user) else Gateway.objects.none(),
            text=F("name"),
            address=F("pk"),
            url=lambda key: reverse("admin:notifications_gateway_change", args=[key]),
            needs=Capability.ENTER_ADMIN,
        ),
    )
    things.register(
        "wording",
        Thing(
            label=_("Wording of a notice"),
            model=Wording,
            seen=lambda user: Wording.objects.all() if can_choose_for_teams(user) else Wording.objects.none(),
            text=F("title"),
            address=F("pk"),
            url=lambda key: reverse("admin:notifications_wording_change", args=[key]),
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
