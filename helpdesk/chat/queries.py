"""What the pages of the chat read."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import Q

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.handles import staff_with_handles
from helpdesk.accounts.models import Grant, Team, User
from helpdesk.chat.models import Line, Reading, Room
from helpdesk.chat.people import teams_of
from helpdesk.core.handles import MENTION

MOST_ROOMS = 100
COUNTED = 100
"""Lines that somebody has not read are counted up to here, and then said as `99+`."""
MOST_COUNTED = 1000
"""So many in all rooms together; what is beyond is not counted."""
MOST_MENTIONED = 20
MOST_OFFERED = 8


@dataclass(frozen=True, slots=True)
class RoomFacts:
    """A room as the list has it: how many lines its reader has not seen, and the latest one."""

    room: Room
    unread: int
    last: Line | None


def shown_count(count: int) -> str:
    """How many unread lines there are, as it is written; "" for none."""
    return f"{COUNTED - 1}+" if count >= COUNTED else str(count or "")


def audiences(rooms: Iterable[Room]) -> dict[int, set[int]]:
    """By the keys of rooms: the keys of those who may be in them, in at most two statements. Whether each of them may
    indeed is asked by `visible_to`."""
    of_pairs = {room.pk: {room.first_id, room.second_id} for room in rooms if room.is_pair}
    of_teams = {room.team_id: room.pk for room in rooms if not room.is_pair}
    found: dict[int, set[Any]] = {**of_pairs, **{pk: set() for pk in of_teams.values()}}
    if of_teams:
        members = Team.members.through.objects.filter(team__in=of_teams, user__is_active=True).order_by()
        granted = Grant.objects.live().filter(team__in=of_teams, contractor__is_active=True).order_by()
        pairs = [*members.values_list("team", "user"), *granted.values_list("team", "contractor")]
        for team, person in pairs:
            found[of_teams[team]].add(person)
    return found


def rooms_of(user: User) -> list[RoomFacts]:
    """The rooms this person sees, the latest first, in three statements."""
    rooms = list(Room.objects.visible_to(user).with_names().order_by("-last_line", "pk")[:MOST_ROOMS])
    last = Line.objects.select_related("author").in_bulk([room.last_line for room in rooms])
    unread = Counter(Line.objects.unread_by(user).order_by().values_list("room", flat=True)[:MOST_COUNTED])
    return [RoomFacts(room, unread[room.pk], last.get(room.last_line)) for room in rooms]


def teams_without_room(user: User) -> list[Team]:
    """Teams of this person in whose room nothing was said yet."""
    return list(teams_of(user).filter(is_active=True, room__isnull=True).order_by("name", "pk"))


def reading_of(user: User, room: Room) -> Reading | None:
    """How far this person has read the room."""
    return Reading.objects.filter(person=user, room=room).first()


def people_in(room: Room) -> list[User]:
    """Those who see what is said in the room, by name."""
    (keys,) = audiences([room]).values()
    people = User.objects.active().filter(pk__in=keys).order_by("name", "pk")
    return [person for person in people if person.can(Capability.ENTER_DESK)]


def called_in(text: str, *, room: Room, by: User) -> list[User]:
    """Whom a line calls by `@handle`: people of the room, without its author. No statement where there is no @."""
    handles = list(dict.fromkeys(found[1].lower() for found in MENTION.finditer(text)))[:MOST_MENTIONED]
    if not handles:
        return []
    (keys,) = audiences([room]).values()
    people: Any = staff_with_handles().filter(pk__in=keys - {by.pk})
    named = people.filter(Q(short__in=handles) | Q(email__in=handles)).order_by("pk")
    return [person for person in named if {person.handle, person.email} & set(handles)]


def offered_in(words: str, *, room: Room, by: User) -> list[Any]:
    """People of the room whose name or address has the words, with their handles."""
    (keys,) = audiences([room]).values()
    found = staff_with_handles().filter(pk__in=keys - {by.pk})
    if words:
        found = found.with_words(words)
    return list(found.order_by("name", "pk")[:MOST_OFFERED])


def names_by_handle(keys: Collection[int]) -> dict[str, tuple[int, str]]:
    """By what may be written after an @: the key and name of these people."""
    found: dict[str, tuple[int, str]] = {}
    for person in User.objects.filter(pk__in=keys).order_by("pk") if keys else ():
        address = (person.email or "").lower()
        found |= dict.fromkeys(filter(None, (address, address.partition("@")[0])), (person.pk, str(person)))
    return found
