"""What a ticket is about, as plain values for the side of its page."""

from typing import Any

from django.urls import reverse
from django.utils.http import urlencode

from tickets.enums import FieldKind
from tickets.fields import Definition, Definitions, fits, shown, told
from tickets.forms.field_criteria import PREFIX, word_of
from tickets.models import Ticket


def described(ticket: Ticket, definitions: Definitions) -> dict[str, Any] | None:
    """The context of templates/tickets/desk/_fields.html; None where no categories are defined. Fields that are hidden,
    switched off or of another category are told apart: their values are kept."""
    if not definitions.categories:
        return None
    category = definitions.category(ticket.category_id)
    fields = definitions.fields_of(ticket.category_id)
    visible = shown(fields, ticket.fields)
    kept = [each for each in definitions.fields if each.key in ticket.fields and each not in visible]
    still = [each for each in kept if not each.is_active and ticket.category_id in each.categories]
    facts = [each for each in visible if each.key in ticket.fields or each.is_required_to_resolve]
    return {
        "number": ticket.number,
        "category": category.name if category else "",
        "category_url": _url("category", category.key) if category else "",
        "facts": [_fact(each, ticket) for each in [*facts, *still]],
        "kept": [_fact(each, ticket) for each in kept if each not in still],
    }


def _fact(field: Definition, ticket: Ticket) -> dict[str, Any]:
    if field.key not in ticket.fields:
        return {"label": field.label, "text": "", "is_misfit": False, "url": "", "is_outside": False}
    value = ticket.fields[field.key]
    is_fit = fits(field, value)
    is_outside = field.kind == FieldKind.LINK and is_fit
    word = word_of(field, value) if is_fit else ""
    return {
        "label": field.label,
        "text": told(field, value),
        "is_misfit": not is_fit,
        "url": str(value) if is_outside else _url(f"{PREFIX}{field.key}", word) if word else "",
        "is_outside": is_outside,
    }


def _url(name: str, word: str) -> str:
    return f"{reverse('desk:tickets')}?{urlencode({'status': 'any', name: word})}"
