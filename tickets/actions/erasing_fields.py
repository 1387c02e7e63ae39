"""What a person who is erased typed into the fields of their requests."""

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType

from helpdesk.core.erasing import Erased
from helpdesk.journal.erasing import forget_values
from helpdesk.journal.models import Entry
from tickets.enums import FieldKind
from tickets.models import CustomField, Ticket

WORDS = (FieldKind.TEXT, FieldKind.LONG_TEXT, FieldKind.LINK, FieldKind.EMAIL)
"""Kinds whose values are somebody's own words; the others choose, count or date, and stay with the books."""


def forget_fields(erased: Erased, *, tickets: Collection[int]) -> None:
    """In the caller's transaction: their own words go, from the tickets and from the journal; names and addresses are
    taken out of what staff wrote."""
    wordy = set(CustomField.objects.filter(kind__in=WORDS).values_list("key", flat=True))
    typed = _typed(erased, tickets, wordy)
    for ticket in Ticket.objects.filter(pk__in=tickets).exclude(fields={}).order_by("pk"):
        own = typed.get(ticket.pk, set())
        kept = {key: value for key, value in ticket.fields.items() if not (key in wordy and value in own)}
        ticket.fields = erased.out_of_value(kept)
        ticket.save(update_fields=["fields"])
    for key, values in typed.items():
        forget_values(erased, kind=Ticket, keys=[key], values=values)


def _typed(erased: Erased, tickets: Collection[int], wordy: Collection[str]) -> dict[int, set[Any]]:
    """By ticket, what they said when they filed it: later only staff change fields."""
    opened = Entry.objects.filter(
        subject_type=ContentType.objects.get_for_model(Ticket), subject_id__in=tickets, verb="ticket_opened"
    )
    lines = opened.filter(actor=erased.person).values_list("subject_id", "facts")
    return {
        key: {value for name, value in facts.get("fields", {}).items() if name in wordy and isinstance(value, str)}
        for key, facts in lines
    }
