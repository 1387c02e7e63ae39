"""What open pages are told of tickets: that one is another now, and whose lists it stands in.

Every line of the journal about a ticket is told, and everything that became of a mail of it. A page hears of tickets
that its person may see, by number; what it shows of them it asks for itself.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Q

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant
from helpdesk.core.retrying import retrying
from helpdesk.journal.models import Entry
from helpdesk.notifications.live.channels import Channel, channels, things
from helpdesk.notifications.live.happenings import Change, tell
from helpdesk.notifications.models import Delivery
from tickets.models import Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

CHANNEL = "ticket"
"""Of the page of one ticket, whose key is its number."""
DESK = "desk"
"""Of every other page of the desk."""
THING = "ticket"
NUMBERED = "#"
"""Before a key that is a number of a ticket."""
EVERYTHING = "tickets"
_WAS = {"team_changed": "team", "assigned": "person"}
"""The verbs after which somebody may see a ticket no more, and who: `before` is their key."""


def register() -> None:
    channels.register(DESK, Channel(may_listen=may_listen, hears=hears))
    things.register(THING, changes_of)


def may_listen(user: "User", key: str) -> bool:
    """Whoever works at the desk, to what stands on any of its pages."""
    return key == "1" and user.can(Capability.ENTER_DESK)


def hears(user: "User") -> frozenset[str]:
    """The channels of the tickets that this person may see."""
    if user.can(Capability.SEE_ALL_TICKETS):
        return frozenset({EVERYTHING})
    granted = retrying(lambda: list(Grant.objects.live().filter(contractor=user).values_list("team", flat=True)))
    return frozenset({_of("person", user.pk), *(_of("team", team) for team in granted if team is not None)})


def tell_recorded(*, entries: Sequence[Entry], **kwargs: Any) -> None:
    """Receiver of the journal's `lines_written`."""
    kind = ContentType.objects.get_for_model(Ticket).pk
    of_tickets = [entry for entry in entries if entry.subject_type_id == kind]
    was = {_of(_WAS[each.verb], key) for each in of_tickets if each.verb in _WAS and (key := each.facts.get("before"))}
    tell(THING, dict.fromkeys(entry.subject_id for entry in of_tickets), was=sorted(was))


def tell_delivered(*, deliveries: Iterable[Delivery], **kwargs: Any) -> None:
    """Receiver of the outbox's `delivery_changed`."""
    tell(THING, dict.fromkeys(f"{NUMBERED}{row.conversation}" for row in deliveries if row.conversation is not None))


def changes_of(keys: Sequence[str]) -> Mapping[str, Change]:
    """Who hears of the tickets with these keys or numbers, in one statement. A merged one is part of another's page."""
    numbers = [int(key.removeprefix(NUMBERED)) for key in keys if key.startswith(NUMBERED)]
    own = [int(key) for key in keys if not key.startswith(NUMBERED)]
    found = Ticket.objects.filter(Q(pk__in=own) | Q(number__in=numbers)).order_by("pk")
    changes: dict[str, Change] = {}
    for pk, number, team, assignee, into in found.values_list(
        "pk", "number", "team", "assignee", "merged_into__number"
    ):
        heard = {EVERYTHING, f"{CHANNEL}:{number}"}
        heard |= {_of("team", team)} if team else set()
        heard |= {_of("person", assignee)} if assignee else set()
        heard |= {f"{CHANNEL}:{into}"} if into else set()
        changes[str(pk)] = changes[f"{NUMBERED}{number}"] = Change(str(number), frozenset(heard))
    return changes


def _of(whose: str, key: object) -> str:
    """The channel of what a team has in its queue, or a person in hand."""
    return f"{EVERYTHING}:{whose}:{key}"
