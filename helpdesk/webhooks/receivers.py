"""What this room does when a lower one speaks."""

from typing import Any

from helpdesk.accounts.models import User
from helpdesk.webhooks import people
from helpdesk.webhooks.actions import stopping
from helpdesk.webhooks.actions.happening import happened


def tell_added(*, person: User, **kwargs: Any) -> None:
    happened(people.ADDED, thread=f"customer {person.pk}", facts={"customer": person.pk})


def tell_changed(*, person: User, **kwargs: Any) -> None:
    happened(people.CHANGED, thread=f"customer {person.pk}", facts={"customer": person.pk})


def stop(*, user: User, **kwargs: Any) -> None:
    """Whoever has only signed out everywhere keeps their hooks."""
    if not user.is_active:
        stopping.stop_all_of(user)
