"""Where one talks: a room, or somebody or a team with whom there is none yet."""

from dataclasses import dataclass
from typing import Any

from django.http import Http404
from django.shortcuts import get_object_or_404
from django.urls import reverse

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat.models import Line, Room
from helpdesk.chat.people import people_for, teams_of


@dataclass(frozen=True, slots=True)
class Place:
    """`room` is None as long as nothing was said there; `person` or `team` is with whom."""

    room: Room | None
    person: Any = None
    team: Any = None

    @property
    def title(self) -> str:
        return str(self.person or self.team)

    @property
    def url(self) -> str:
        if self.room is not None:
            return reverse("chat:room", args=[self.room.pk])
        if self.person is not None:
            return reverse("chat:with_person", args=[self.person.pk])
        return reverse("chat:of_team", args=[self.team.pk])


def load_room(request: StaffRequest, pk: int) -> Room:
    """The room, if this person may know of it; else 404."""
    return get_object_or_404(Room.objects.visible_to(request.user).with_names(), pk=pk)


def place_of(room: Room, user: User) -> Place:
    return Place(room, person=room.other_than(user) if room.is_pair else None, team=room.team)


def place_with(request: StaffRequest, pk: int) -> Place:
    """Where one talks with the person with this key; 404 for whom they may not write to and never did."""
    person = get_object_or_404(User, pk=pk)
    room = Room.objects.visible_to(request.user).of_pair(request.user, person).with_names().first()
    if room is None and not people_for(request.user).filter(pk=pk).exists():
        raise Http404
    return place_of(room, request.user) if room else Place(None, person=person)


def place_in(request: StaffRequest, pk: int) -> Place:
    """Where the team with this key talks; 404 for whoever is not of it."""
    team: Team = get_object_or_404(teams_of(request.user), pk=pk)
    room = Room.objects.visible_to(request.user).with_names().filter(team=team).first()
    return place_of(room, request.user) if room else Place(None, team=team)


def load_line(request: StaffRequest, pk: int) -> Line:
    """A line that stands, if this person may know of it; else 404."""
    found = Line.objects.visible_to(request.user).standing().select_related("author", "room__team")
    return get_object_or_404(found.select_related("author", "room__first", "room__second", "room__team"), pk=pk)
