"""What hooks are told of customers."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.api.shapes import customer_out
from helpdesk.accounts.models import User
from helpdesk.webhooks.registries import Kind, kinds

ADDED, CHANGED = "customer.created", "customer.changed"
TEST = "hook.test"


def register() -> None:
    """Fill the registry; called once when the program starts."""
    kinds.register(ADDED, Kind(_("a customer is written down"), _read))
    kinds.register(CHANGED, Kind(_("a customer is changed"), _read))


def _read(owner: User, facts: dict[str, Any]) -> dict[str, Any] | None:
    known = User.objects.visible_to(owner).customers().select_related("organisation")
    found = known.filter(pk=facts["customer"]).first()
    return None if found is None else {"customer": customer_out(found).model_dump(mode="json")}
