"""What the vault does when accounts speak."""

from typing import Any

from helpdesk.accounts.models import User
from helpdesk.core.erasing import Erased
from vpn.hosting.actions import erasing, granting, temporary


def end(*, user: User, **rest: Any) -> None:
    """Whoever is switched off has no grants any more, and no accounts on customers' servers."""
    if not user.is_active:
        granting.end_all_of(person=user)
        temporary.end_all_of(user)


def forget(*, erased: Erased, **rest: Any) -> None:
    """Names go out of what was written about entries."""
    erasing.forget(erased)
