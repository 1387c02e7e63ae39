"""What this room does when a lower one speaks."""

from typing import Any

from django.db import models
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import User
from helpdesk.core.erasing import Erased
from vpn.actions import erasing, leaving, reminding
from vpn.enums import Reason
from vpn.models import Key


def end_keys(*, user: User, **kwargs: Any) -> None:
    """Whoever has only signed out everywhere keeps their keys; whoever has left keeps none."""
    if not user.is_active:
        leaving.end_all_of(person=user)


def end_keys_of_changed(*, subject: models.Model, verb: str, facts: dict[str, Any], **kwargs: Any) -> None:
    """Whoever was staff and is a customer now, or works for another company from now on, begins anew."""
    if verb == "role_changed" and isinstance(subject, User) and _changes_sides(facts["before"], facts["after"]):
        leaving.end_all_of(person=subject)


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)


def settle_renewed(*, key: Key, **kwargs: Any) -> None:
    """Whoever has a new key need not be reminded of the old one's end."""
    if key.replaces is not None:
        name = key.common_name
        reminding.settle(key=key.replaces, why=lambda: _("The VPN key %(name)s was renewed.") % {"name": name})


def settle_revoked(*, key: Key, reason: Reason, **kwargs: Any) -> None:
    name = key.common_name
    reminding.settle(
        key=key,
        why=lambda: _("The VPN key %(name)s was revoked: %(why)s.") % {"name": name, "why": Reason(reason).label},
    )


def settle_blocked(*, key: Key, **kwargs: Any) -> None:
    reminding.settle(key=key, why=lambda: _("The VPN key %(name)s was blocked.") % {"name": key.common_name})


def _changes_sides(before: str, after: str) -> bool:
    was_staff = before not in CUSTOMER_ROLES
    return was_staff != (after not in CUSTOMER_ROLES) or after == Role.CONTRACTOR
