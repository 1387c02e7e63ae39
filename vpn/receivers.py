"""What this room does when a lower one speaks."""

from typing import Any

from helpdesk.accounts.models import User
from vpn.actions import leaving


def end_keys(*, user: User, **kwargs: Any) -> None:
    """Whoever has only signed out everywhere keeps their keys; whoever has left keeps none."""
    if not user.is_active:
        leaving.end_all_of(person=user)
