"""Writing the journal."""

from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import models

from helpdesk.core.context import current_origin
from helpdesk.core.deferring import write_soon
from helpdesk.journal.models import Entry
from helpdesk.journal.signals import recorded


def record(*, verb: str, subject: models.Model, by: models.Model | None, **facts: Any) -> None:
    """Write one line in the caller's transaction (with others at its end where the caller writes together).

    `verb` is past tense with its noun (`ticket_closed`); `facts` are JSON values, by convention `before` and `after`
    where something changed. `by` is the person, or None for the program itself. Where somebody acts as another one
    (`helpdesk.core.context.seen_by`), the line is theirs, and its fact `acted_as` says as whom. Rooms above are told
    (`journal.signals.recorded`).
    """
    origin = current_origin()
    actor = by.pk if by is not None else None
    if origin.really is not None:
        facts["acted_as"], actor = actor, origin.really
    entry = Entry(
        verb=verb,
        subject_type=ContentType.objects.get_for_model(subject),
        subject_id=subject.pk,
        actor_id=actor,
        facts=facts,
        door=origin.door,
        address=origin.address,
        request_id=origin.request_id,
    )
    write_soon(_insert, entry)
    recorded.send(sender=Entry, subject=subject, verb=verb, facts=facts, by=by)


def _insert(entries: list[Entry]) -> None:
    Entry.objects.bulk_create(entries)
