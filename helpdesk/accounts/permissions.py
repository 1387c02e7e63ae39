"""Who may do what to customers they can already see."""

from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed


def can_edit_customers(user: User) -> bool:
    """Add and change people and organisations, their addresses and the notes about them."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.EDIT_CUSTOMERS)


def can_edit(user: User, person: User) -> bool:
    """Staff are set up by administrators in their own place; a merged row is history."""
    return can_edit_customers(user) and person.is_customer


def can_keep_address_book(user: User) -> bool:
    """Merge people, import and export them, say who is the manager of an organisation."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.KEEP_ADDRESS_BOOK)


def ensure(allowed: bool) -> None:
    """Raise NotAllowed with one clear sentence when a predicate said no."""
    if not allowed:
        raise NotAllowed(_("Your role does not allow this. Ask an administrator if you need it."))
