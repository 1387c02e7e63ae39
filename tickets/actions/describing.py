"""What a ticket is about: its category, and the values of the category's fields."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from hashlib import sha256
from json import dumps
from typing import TYPE_CHECKING, Any

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from tickets.actions.locking import locked
from tickets.fields import NOTHING, CategoryDefinition, Definitions, shown, validated
from tickets.models import Ticket
from tickets.permissions import ensure_can_work
from tickets.queries.definitions import current_definitions
from tickets.signals import ticket_changed

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Said = Mapping[str, object]
"""What was said for fields, by their keys: texts of a form or JSON values."""


@dataclass(frozen=True, slots=True)
class Description:
    """What a new ticket is about. `team` is the key of the queue that the category's new requests go to, or None."""

    category: int | None = None
    team: int | None = None
    values: dict[str, Any] = field(default_factory=dict)
    facts: dict[str, Any] = field(default_factory=dict)


def description(*, by: "User", category: str, said: Said) -> Description:
    """What somebody says of a new ticket, fit to be kept; `category` is its word or "". Nothing is asked of the
    database when nothing is said. Raises Refused, FieldErrors."""
    if not category and not said:
        return Description()
    definitions = current_definitions()
    found = _offered(definitions, category, by=by) if category else None
    values = validated(_fields(definitions, found), said=said, before={}, by_staff=not by.is_customer)
    facts = {"category": found.key if found else None} | ({"fields": values} if values else {})
    return Description(found.pk if found else None, found.team if found else None, values, facts)


@transaction.atomic
def describe(*, ticket: Ticket, by: "User", category: str, said: Said, seen: str | None = None) -> Ticket:
    """Staff say what the ticket is about: the word of a category ("" for none) and values of its fields.

    Fields that are not named keep their values; so do those that the category does not have, or does not show: they are
    hidden, not lost. `seen` is the `mark` of what the person saw: when somebody changed it meanwhile, nothing is
    written. One journal line for the category, one for the fields. Raises NotAllowed, Refused, FieldErrors.
    """
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    if seen is not None and seen != mark(ticket):
        raise Refused(_("Somebody has changed category or fields meanwhile. Save again to put yours in their place."))
    definitions = current_definitions()
    before = definitions.category(ticket.category_id)
    after = before if before and before.key == category else None
    if category and after is None:
        after = _offered(definitions, category, by=by)
    fields = _fields(definitions, after)
    values = validated(fields, said=said, before=ticket.fields, by_staff=True)
    changed = sorted(key for key in values.keys() | ticket.fields.keys() if values.get(key) != ticket.fields.get(key))
    was = ticket.fields
    ticket.category_id, ticket.fields = after.pk if after else None, values
    if changed or before != after:
        ticket.save(update_fields=["category", "fields"])
    if before != after:
        hidden = sorted(values.keys() - {each.key for each in shown(fields, values)})
        _tell(ticket, "category_changed", by, before=before and before.key, after=after and after.key, hidden=hidden)
    if changed:
        facts = {"before": {key: was.get(key) for key in changed}, "after": {key: values.get(key) for key in changed}}
        _tell(ticket, "fields_changed", by, **facts)
    return ticket


def ensure_described(ticket: Ticket) -> None:
    """Raises Refused when a field that must be filled in before the ticket is resolved is shown and empty."""
    if refusal := not_described([ticket]).get(ticket.pk):
        raise refusal


def not_described(tickets: Iterable[Ticket]) -> dict[int, Refused]:
    """The refusals of those tickets, by their keys, of which `ensure_described` raises one. Asks for the definitions
    once, and only where a ticket has a category."""
    categorised = [ticket for ticket in tickets if ticket.category_id is not None]
    definitions = current_definitions() if categorised else NOTHING
    found: dict[int, Refused] = {}
    for ticket in categorised:
        fields = shown(definitions.fields_of(ticket.category_id), ticket.fields)
        missing = [each.label for each in fields if each.is_required_to_resolve and each.key not in ticket.fields]
        if missing:
            found[ticket.pk] = Refused(_("Fill in first, then resolve: %(fields)s.") % {"fields": ", ".join(missing)})
    return found


def mark(ticket: Ticket) -> str:
    """Tells one state of category and fields from another."""
    return sha256(dumps([ticket.category_id, ticket.fields], sort_keys=True).encode()).hexdigest()[:16]


def _offered(definitions: Definitions, key: str, *, by: "User") -> CategoryDefinition:
    found = definitions.category_called(key)
    if found is None or found not in definitions.offered(to_staff=not by.is_customer):
        raise Refused(_("There is no category “%(category)s”: choose another.") % {"category": key})
    return found


def _fields(definitions: Definitions, category: CategoryDefinition | None) -> list[Any]:
    return definitions.fields_of(category.pk) if category else []


def _tell(ticket: Ticket, verb: str, by: "User", **facts: Any) -> None:
    record(verb=verb, subject=ticket, by=by, **facts)
    ticket_changed.send(sender=Ticket, ticket=ticket, change=verb)
