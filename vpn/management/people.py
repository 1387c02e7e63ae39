"""Who is meant on the command line."""

from django.core.management.base import CommandError

from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.models import User


def person_of(address: str) -> User:
    """Raises CommandError where nobody has the address."""
    found = find_by_address(address.strip())
    if found is None:
        raise CommandError(f"Nobody here has the address {address}.")
    return found
