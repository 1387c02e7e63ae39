"""What a request is about, as its customer may read it."""

from tickets.fields import Definitions, shown, told
from tickets.models import Ticket


def about(ticket: Ticket, definitions: Definitions) -> list[tuple[str, str]]:
    """Label and text of every field that customers see and that has a value; nothing that is for staff alone."""
    fields = shown(definitions.fields_of(ticket.category_id), ticket.fields)
    seen = [each for each in fields if each.is_for_customers and each.key in ticket.fields]
    return [(each.label, told(each, ticket.fields[each.key])) for each in seen]


def category_name(ticket: Ticket, definitions: Definitions) -> str:
    """The category's name; "" for one that customers do not know of."""
    found = definitions.category(ticket.category_id)
    return found.name if found and found.is_for_customers else ""
