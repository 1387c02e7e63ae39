"""Who may decide about what lies in the outbox."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_decide(user: User) -> bool:
    """Send again, release or settle a delivery that they can see."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.WORK_TICKETS)
