"""Who is looking, for reads that are built once for a role and not once for a person (`helpdesk.core.prepared`)."""

from typing import NamedTuple

from django.db import DEFAULT_DB_ALIAS

from helpdesk.accounts.capabilities import Capability, capabilities_of
from helpdesk.accounts.models import User


class Viewing(NamedTuple):
    """What `visible_to` may look at in a person; their keys are filled in each time."""

    role: str
    capabilities: frozenset[str]
    is_active: bool
    has_organisation: bool
    granted: tuple[int, ...] | None

    def person(self, user: int, organisation: int) -> User:
        """Stands for such a person where a query is built. Any other field of it raises DoesNotExist when asked: what
        a query depends on must be here."""
        known = {
            "id": user,
            "role": self.role,
            "is_active": self.is_active,
            "organisation_id": organisation if self.has_organisation else None,
        }
        columns = [field.attname for field in User._meta.concrete_fields if field.attname in known]
        person = User.from_db(DEFAULT_DB_ALIAS, columns, [known[column] for column in columns])
        person.capabilities_then, person.granted_then = self.capabilities, self.granted
        return person


def viewing(user: User) -> Viewing:
    """The shape of what this person may see."""
    granted = None if user.can(Capability.SEE_ALL_TICKETS) else user.granted_then
    return Viewing(user.role, capabilities_of(user.role), user.is_active, user.organisation_id is not None, granted)


def keys_of(user: User) -> dict[str, int]:
    """The keys that `Viewing.person` takes."""
    return {"user": user.pk, "organisation": user.organisation_id or 0}
