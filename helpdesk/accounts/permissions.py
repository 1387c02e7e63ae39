"""Who may do what to people and organisations."""

from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed


def manages_people(user: User) -> bool:
    """Invite into their own organisation, remove from it, make others its managers."""
    return user.can(Capability.MANAGE_PEOPLE) and user.organisation_id is not None


def ensure(allowed: bool) -> None:
    """Raise NotAllowed with one clear sentence when a predicate said no."""
    if not allowed:
        raise NotAllowed(_("Only a manager of the company may do this."))
