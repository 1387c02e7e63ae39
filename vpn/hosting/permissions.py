"""Who may do what in the vault, with entries that they already see."""

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from vpn.hosting.enums import Source


def can_enter_vault(user: User) -> bool:
    """Come to its pages: all staff; contractors find there what was granted to them."""
    return user.can(Capability.ENTER_DESK)


def can_see_vault(user: User) -> bool:
    """See every entry."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.SEE_VAULT)


def can_keep_vault(user: User) -> bool:
    """Add, change and take out entries, grant them, approve what wants a second person."""
    return can_see_vault(user) and user.can(Capability.KEEP_VAULT)


def can_put_in(user: User, source: str) -> bool:
    """Hand a secret over: keepers at the desk, whoever sees the vault out of a message, customers in their cabinet and
    out of what they wrote themselves."""
    is_customer = user.can(Capability.ENTER_CABINET) and user.organisation_id is not None
    if source == Source.CABINET:
        return is_customer
    return is_customer or can_see_vault(user) if source == Source.MESSAGE else can_keep_vault(user)


def can_ask_by_link(user: User) -> bool:
    """Have a customer hand a secret over by a link, and take such links back."""
    return can_see_vault(user)
