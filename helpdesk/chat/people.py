"""Who talks with whom."""

from typing import Any

from django.db.models import Exists, OuterRef, Q

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.handles import roles_with
from helpdesk.accounts.models import Grant, Team, User, UserQuerySet


def people_for(user: User) -> UserQuerySet:
    """Whom this person may write to: colleagues at the desk. Contractors and others only where they share a team: those
    are its members, these have its queue granted."""
    desk = User.objects.active().filter(role__in=roles_with(Capability.ENTER_DESK)).exclude(pk=user.pk)
    if not user.can(Capability.ENTER_DESK):
        return desk.none()
    is_free = Q(role__in=roles_with(Capability.SEE_ALL_TICKETS))
    shared = teams_of(user).order_by().values("pk")
    is_granted = Exists(Grant.objects.live().filter(contractor=OuterRef("pk"), team__in=shared))
    if user.can(Capability.SEE_ALL_TICKETS):
        return desk.filter(is_free | is_granted)
    is_member = Exists(Team.members.through.objects.filter(user=OuterRef("pk"), team__in=shared))
    return desk.filter((is_free & is_member) | (~is_free & is_granted))


def teams_of(user: User) -> Any:
    """The teams in whose room this person is."""
    if not user.can(Capability.ENTER_DESK):
        return Team.objects.none()
    if user.can(Capability.SEE_ALL_TICKETS):
        return Team.objects.filter(members=user)
    return Team.objects.filter(pk__in=Grant.objects.live().filter(contractor=user).order_by().values("team"))
