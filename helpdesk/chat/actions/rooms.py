"""Rooms, which are there from the first line on."""

from typing import TYPE_CHECKING

from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team
from helpdesk.chat.enums import RoomKind
from helpdesk.chat.models import Room
from helpdesk.chat.people import people_for, teams_of
from helpdesk.core.errors import ensure

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


def room_with(*, person: "User", by: "User") -> Room:
    """The room of these two, in the caller's transaction: made now, or the one that there is. Of two who make it at
    once both get the same. Raises NotAllowed for somebody to whom they may not write."""
    ensure(people_for(by).filter(pk=person.pk).exists(), _("You share no team with this person, or they have left."))
    first, second = sorted((by.pk, person.pk))
    room, _made = Room.objects.get_or_create(kind=RoomKind.PAIR, first_id=first, second_id=second)
    return room


def room_of(*, team: Team, by: "User") -> Room:
    """The team's room, likewise. Raises NotAllowed for whoever is not of the team."""
    ensure(teams_of(by).filter(pk=team.pk, is_active=True).exists(), _("You are not of this team."))
    room, _made = Room.objects.get_or_create(kind=RoomKind.TEAM, team=team)
    return room
