"""Who sets up hooks."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_manage_hooks(user: User) -> bool:
    """Say where the house sends what happens in it."""
    return user.can(Capability.CONFIGURE)
