"""Who may decide about what lies in the outbox, and about how people are told."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_decide(user: User) -> bool:
    """Send again, release or settle a delivery that they can see."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.WORK_TICKETS)


def can_choose_for_teams(user: User) -> bool:
    """Say what members of a team are told, word notices, set up gateways."""
    return user.can(Capability.CONFIGURE)
