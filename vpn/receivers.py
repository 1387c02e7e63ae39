"""What this room does when a lower one speaks."""

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from vpn.actions import leaving, reminding
from vpn.enums import Reason
from vpn.models import Key


def end_keys(*, user: User, **kwargs: Any) -> None:
    """Whoever has only signed out everywhere keeps their keys; whoever has left keeps none."""
    if not user.is_active:
        leaving.end_all_of(person=user)


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
