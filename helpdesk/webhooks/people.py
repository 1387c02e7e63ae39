"""What hooks are told of customers and organisations, by the lines that the journal has about them."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.api.shapes import customer_out, organisation_out
from helpdesk.accounts.models import Organisation, User
from helpdesk.webhooks.registries import Kind, kinds

CUSTOMER_ADDED, CUSTOMER_CHANGED = "customer.created", "customer.changed"
ORGANISATION_ADDED, ORGANISATION_CHANGED = "organisation.created", "organisation.changed"
TEST = "hook.test"

ADDING = frozenset({"user_added", "person_added"})
CHANGING = frozenset(
    {
        *("user_changed", "person_changed", "role_changed", "personal_settings_changed"),
        *("contactpoint_added", "contactpoint_changed", "contactpoint_removed", "contact_added", "contact_removed"),
        *("address_bounced", "bounce_cleared", "people_merged", "merger_undone", "person_erased"),
        *("joined_organisation", "removed_from_organisation", "person_deactivated", "person_reactivated"),
    }
)
"""Lines about a person after which `customer_out` is another."""
TOLD_OF_SETTINGS = frozenset({"name", "language", "time_zone"})
"""What of a person's own settings hooks are told; their colours and keys are nobody's business."""


def register() -> None:
    """Fill the registry; called once when the program starts."""
    kinds.register(CUSTOMER_ADDED, Kind(_("a customer is written down"), _read_customer))
    kinds.register(CUSTOMER_CHANGED, Kind(_("a customer is changed"), _read_customer))
    kinds.register(ORGANISATION_ADDED, Kind(_("an organisation is written down"), _read_organisation))
    kinds.register(ORGANISATION_CHANGED, Kind(_("an organisation is changed"), _read_organisation))


def kind_of(subject: object, verb: str, facts: dict[str, Any]) -> str:
    """What a line of the journal is to hooks; "" where it is nothing to them."""
    if isinstance(subject, Organisation):
        return {"organisation_added": ORGANISATION_ADDED, "organisation_changed": ORGANISATION_CHANGED}.get(verb, "")
    if not isinstance(subject, User) or not subject.is_customer:
        return ""
    if verb == "personal_settings_changed" and TOLD_OF_SETTINGS.isdisjoint(facts["after"]):
        return ""
    return CUSTOMER_ADDED if verb in ADDING else CUSTOMER_CHANGED if verb in CHANGING else ""


def _read_customer(owner: User, facts: dict[str, Any]) -> dict[str, Any] | None:
    known = User.objects.visible_to(owner).customers().select_related("organisation")
    found = known.filter(pk=facts["customer"]).first()
    return None if found is None else {"customer": customer_out(found).model_dump(mode="json")}


def _read_organisation(owner: User, facts: dict[str, Any]) -> dict[str, Any] | None:
    found = Organisation.objects.visible_to(owner).filter(pk=facts["organisation"]).first()
    return None if found is None else {"organisation": organisation_out(found).model_dump(mode="json")}
