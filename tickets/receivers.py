"""What this room does when a lower one speaks."""

from typing import Any

from helpdesk.accounts.models import User
from helpdesk.core.erasing import Erased
from tickets.actions import erasing, leaving


def hand_over(*, person: User, organisation: int, by: User, **kwargs: Any) -> None:
    leaving.hand_over(person=person, organisation=organisation, by=by)


def forget(*, erased: Erased, **kwargs: Any) -> None:
    erasing.forget(erased)
