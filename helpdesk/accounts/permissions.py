"""Who may do what to people and organisations."""

from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import CUSTOMER_ROLES
from helpdesk.accounts.models import User
from helpdesk.core.errors import ensure


def manages_people(user: User) -> bool:
    """Invite into their own organisation, remove from it, make others its managers."""
    return user.can(Capability.MANAGE_PEOPLE) and user.organisation_id is not None


def can_edit_customers(user: User) -> bool:
    """Add and change people and organisations, their addresses and the notes about them."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.EDIT_CUSTOMERS)


def can_edit(user: User, person: User) -> bool:
    """Staff are set up by administrators in their own place; a merged row is history."""
    return can_edit_customers(user) and person.is_customer


def can_keep_address_book(user: User) -> bool:
    """Merge people, import and export them, say who is the manager of an organisation."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.KEEP_ADDRESS_BOOK)


def can_switch_off(user: User, person: User) -> bool:
    """End somebody's access, let them leave and come back."""
    return user.can(Capability.CONFIGURE)


def can_change_role(user: User, person: User, role: str) -> bool:
    """Administrators give any role. Customers stay customers for whoever keeps the address book, and for the manager
    of their own organisation."""
    if user.can(Capability.CONFIGURE):
        return True
    if not person.is_customer or role not in CUSTOMER_ROLES:
        return False
    is_colleague = manages_people(user) and person.organisation_id == user.organisation_id
    return is_colleague or can_keep_address_book(user)


def ensure_manages_people(user: User) -> None:
    """Raise NotAllowed, in words for customers, where `manages_people` says no."""
    ensure(manages_people(user), _("Only a manager of your company may do this: ask one of them."))
