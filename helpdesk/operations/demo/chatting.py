"""What the demo's staff said to each other."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import NamedTuple

from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.chat.actions.files import store
from helpdesk.chat.enums import RoomKind
from helpdesk.chat.models import Line, Reading, Room
from helpdesk.chat.queries import audiences
from helpdesk.chat.searching import entry_of
from helpdesk.operations.demo.pictures import files_of
from helpdesk.operations.demo.settling import Town
from helpdesk.search import actions as search
from tickets.models import Ticket

CHECKOUT = "Checkout returns 502 after the payment step"
PAGE = "Category page takes nine seconds"


class Said(NamedTuple):
    """`ago` in minutes; a subject in braces becomes the number of its ticket."""

    who: str
    ago: int
    text: str
    files: str = ""


SUPPORT = (
    Said("greta", 1530, "Morning. Nordlicht go live with the new basket tonight: expect questions about payments."),
    Said("timur", 1524, "Принято, буду смотреть до девяти."),
    Said("anna", 1521, "I have {CHECKOUT} from them already."),
    Said("greta", 1519, "Thank you! If it happens again, call Development at once, please."),
    Said("timur", 64, "Ночью спокойно: два вопроса о накладных, оба закрыты."),
    Said("greta", 12, "@anna could you take the phone from two to three?"),
)
DEVELOPMENT = (
    Said("artyom", 2950, "Фильтры теперь считаются ночью, страница открывается за полсекунды: {PAGE}"),
    Said("oleg", 2941, "Проверил на копии магазина, похоже на правду."),
    Said("nora", 2935, "Lovely. I tell the customer. How to measure: https://web.dev/articles/ttfb"),
)
WITH_MAYA = (
    Said("maya", 190, "Do you still have the log of the payment step?"),
    Said("anna", 186, "Here it is. Look at 14:05.", files="log"),
    Said("maya", 181, "Found it: the answer of the bank is cut off at 64 KB. I write it to {CHECKOUT}."),
    Said("anna", 180, "You are quick!"),
    Said("maya", 7, "Mended on the copy. Shall we put it live before lunch?"),
)
WITH_GRETA = (
    Said("greta", 4460, "Your answer to Clara was very good. May I make a template of it?"),
    Said("anna", 4455, "Of course."),
)


def chat(tickets: Mapping[str, Ticket], *, town: Town) -> None:
    """Write all of it; what was said within the last hour is unread."""
    _talk(_pair("greta", town), WITH_GRETA, tickets, town)
    _talk(_team("Development", town), DEVELOPMENT, tickets, town)
    _talk(_team("Support", town), SUPPORT, tickets, town)
    _talk(_pair("maya", town), WITH_MAYA, tickets, town)


def _team(name: str, town: Town) -> Room:
    return Room.objects.create(kind=RoomKind.TEAM, team=town.teams[name])


def _pair(other: str, town: Town) -> Room:
    """Anna and somebody."""
    first, second = sorted((_person("anna", town).pk, _person(other, town).pk))
    return Room.objects.create(kind=RoomKind.PAIR, first_id=first, second_id=second)


def _talk(room: Room, said: tuple[Said, ...], tickets: Mapping[str, Ticket], town: Town) -> None:
    now = timezone.now()
    numbers = {"CHECKOUT": f"#{tickets[CHECKOUT].number}", "PAGE": f"#{tickets[PAGE].number}"}
    people = {each.who: _person(each.who, town) for each in said}
    lines = [_line(room, each, people, numbers, now) for each in said]
    Line.objects.bulk_create(lines)
    for line, each in zip(lines, said, strict=True):
        files = store(line=line, files=files_of(each.files), by=line.author)
        search.index(entry_of(line, author=line.author, filenames=[file.filename for file in files]))
    room.last_line = lines[-1].pk
    room.save(update_fields=["last_line"])
    read = max(line.pk for line in lines if now - line.created_at > timedelta(hours=1))
    last = {line.author_id: line.pk for line in lines}
    (keys,) = audiences([room]).values()
    Reading.objects.bulk_create(
        [Reading(room=room, person_id=key, read_to=max(read, last.get(key, 0))) for key in sorted(keys)]
    )


def _line(room: Room, said: Said, people: Mapping[str, User], numbers: Mapping[str, str], now: datetime) -> Line:
    text = said.text.format(**numbers)
    called = [people["anna"].pk] if "@anna" in text else []
    at = now - timedelta(minutes=said.ago)
    return Line(room=room, author=people[said.who], text=text, mentioned=called, created_at=at)


def _person(local: str, town: Town) -> User:
    domain = "contractor" if local == "oleg" else "helpdesk"
    return town.people[f"{local}@{domain}.example"]
