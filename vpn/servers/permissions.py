"""Who keeps servers and their hosts."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_keep_servers(user: User) -> bool:
    """Set hosts up, take their files, put people out."""
    return user.can(Capability.ISSUE_KEYS)
