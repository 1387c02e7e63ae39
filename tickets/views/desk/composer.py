"""The composer as the ticket page shows it: plain values, printed once for the same ones."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _

from tickets.enums import Status
from tickets.forms.composer import AFTER_REPLY, ComposerForm
from tickets.models import Participant, Ticket
from tickets.queries.ticket_page import merged_into, people_of_merged

RESOURCES = {"reply": "replies", "note": "notes", "forward": "forwards"}


def composer(ticket: Ticket, form: ComposerForm, participants: list[Participant], *, works: bool) -> dict[str, Any]:
    """What the template reads: `composer`, and the form's `key`, which is another on every page. An answer goes to
    the people of tickets merged here as well, so they are named like the others."""
    page = reverse("desk:ticket", args=[ticket.number])
    labels = {"reply": (_("Reply"), "r"), "note": (_("Note"), "m"), "forward": (_("Forward"), "")}
    kinds = labels if works else {"note": labels["note"]}
    merged = merged_into(ticket)
    people = [ticket.requester, *(each.user for each in participants), *(people_of_merged(merged) if merged else [])]
    values = {
        "kind": form.kind,
        "url": f"{page}{RESOURCES[form.kind]}/",
        "label": labels[form.kind][0],
        "text": form.body_text,
        "cc": form.typed("cc"),
        "to": form.typed("to"),
        "then": form.typed("then") or Status.WAITING.value,
        "after_reply": [(value, str(label)) for value, label in AFTER_REPLY],
        "errors": form.all_errors if form.is_bound else [],
        "tabs": [
            {"label": label, "url": _composer_url(page, kind, form), "current": kind == form.kind, "hotkey": key}
            for kind, (label, key) in kinds.items()
        ],
        "draft": f"{ticket.number}-{form.kind}",
        "recipients": [str(person) for person in {person.pk: person for person in people if person.email}.values()],
    }
    return {"composer": values, "key": form.key_text, "recipients": values["recipients"]}


def _composer_url(page: str, kind: str, form: ComposerForm) -> str:
    """Leads into the text: the browser puts the cursor there, and does not load the page anew for what is shown."""
    return "#composer_text" if kind == form.kind else f"{page}?compose={kind}#composer_text"
