"""Who may decide about mail as it came."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User


def can_handle_raw_mail(user: User) -> bool:
    """Put a waiting mail aside, or have one that was put aside worked on again."""
    return user.can(Capability.SEE_RAW_MAIL)


def can_configure_mailboxes(user: User) -> bool:
    """Change mailboxes, try their settings, compare them with their servers."""
    return user.can(Capability.CONFIGURE)
