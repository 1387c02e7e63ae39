"""Who looks after the house."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_watch(user: User) -> bool:
    """See the queues and say that an alert is known."""
    return user.can(Capability.CONFIGURE)
