"""Who is meant on the command line."""

from django.core.management.base import CommandError

from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User

BY_HELP = "the administrator in whose name it is done; without it, the one who has been here longest"


def person_of(address: str) -> User:
    """Raises CommandError where nobody has the address."""
    found = find_by_address(address.strip())
    if found is None:
        raise CommandError(f"Nobody here has the address {address}.")
    return found


def administrator(address: str | None) -> User:
    """In whose name something is done. Raises CommandError where there is nobody."""
    if address:
        return person_of(address)
    found = User.objects.active().filter(role=Role.ADMINISTRATOR).order_by("pk").first()
    if found is None:
        raise CommandError("There is no administrator yet: add one, or say --by.")
    return found
