"""Telling whoever is away: a row beside the line, everything else by a worker.

Of a room somebody is told once until they have read it: ten lines in a row are one notice. Whom a line calls is told of
that line. Who has the room before them is told nothing.
"""

from collections.abc import Collection, Iterable

from django.db import transaction

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from helpdesk.chat.models import Line, Reading, Room, Untold
from helpdesk.chat.occasions import MENTIONED, WRITTEN, facts_of
from helpdesk.chat.screens import who_is_in
from helpdesk.core.bells import ring
from helpdesk.core.retrying import PATIENT, retrying
from helpdesk.notifications.actions.gathering import gather_due
from helpdesk.notifications.actions.tidings import Tiding, tell

BATCH = 100


def note_down(line: Line) -> None:
    """In the caller's transaction: somebody may have to be told of this line."""
    from helpdesk.chat.tasks import spread  # noqa: PLC0415 - tasks stand above the actions

    Untold.objects.get_or_create(line=line)
    ring(spread)


def may_be_told(person: User, room: int) -> bool:
    """Notices about a room go to whoever sees it at that moment."""
    return Room.objects.visible_to(person).filter(pk=room).exists()


def known_of(person: User, rooms: Iterable[int]) -> set[int]:
    """Those of the rooms of which this person may be told now, in one statement."""
    found = Room.objects.visible_to(person).filter(pk__in=set(rooms))
    return set(found.order_by().values_list("pk", flat=True))


def spread_news() -> int:
    """Tell everything that waits, in batches; how many lines it was."""
    total = 0
    while spread := retrying(_spread_some, times=PATIENT):
        total += spread
    if total:
        gather_due()
    return total


@transaction.atomic
def _spread_some() -> int:
    waiting = list(Untold.objects.select_for_update(skip_locked=True).order_by("pk")[:BATCH])
    keys = [each.pk for each in waiting]
    lines = Line.objects.standing().filter(pk__in=keys).order_by("pk")
    found = list(lines.select_related("author", "room__first", "room__second", "room__team"))
    if found:
        tell(tidings=_tidings(found))
    Untold.objects.filter(pk__in=keys).delete()
    return len(keys)


def _tidings(lines: list[Line]) -> Iterable[Tiding]:
    rooms = {line.room_id: line.room for line in lines}
    present = {key: who_is_in(key) for key in rooms}
    read = _read_to(rooms)
    people = User.objects.active().in_bulk({key for line in lines for key in _told(line)})
    for line in lines:
        for key in _told(line):
            person = people.get(key)
            place = read.get((key, line.room_id), 0)
            if person is None or key in present[line.room_id] or line.pk <= place or not _may(person, line.room):
                continue
            is_called = not line.room.is_pair and key in line.mentioned
            yield Tiding(
                person=person,
                subject=line.room,
                occasion=MENTIONED if is_called else WRITTEN,
                key=f"chat:{line.room_id}:{f'line:{line.pk}' if is_called else place}",
                path=f"/desk/chat/{line.room_id}/",
                facts=facts_of(line, person),
            )


def _told(line: Line) -> set[int]:
    """The keys of those who may have to be told of the line."""
    pair = {line.room.first_id, line.room.second_id} if line.room.is_pair else set()
    return {key for key in (*pair, *line.mentioned) if key is not None} - {line.author_id}


def _read_to(rooms: Collection[int]) -> dict[tuple[int, int], int]:
    readings = Reading.objects.filter(room__in=rooms).order_by("pk")
    return {(person, room): place for person, room, place in readings.values_list("person", "room", "read_to")}


def _may(person: User, room: Room) -> bool:
    """Whether they see the room; of the two of a pair, one who sees every ticket always does."""
    if room.is_pair and person.can(Capability.SEE_ALL_TICKETS):
        return True
    return may_be_told(person, room.pk)
