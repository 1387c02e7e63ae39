"""The composer as the ticket page shows it: plain values, printed once for the same ones."""

from typing import Any

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from tickets.enums import Status
from tickets.forms.composer import AFTER_REPLY, ComposerForm
from tickets.models import Participant, Ticket
from tickets.queries.ticket_page import merged_into, participants_of, people_of_merged, ticket_for

RESOURCES = {"reply": "replies", "note": "notes", "forward": "forwards"}


def composer(
    ticket: Ticket, form: ComposerForm, participants: list[Participant], *, user: User, works: bool
) -> dict[str, Any]:
    """What the template reads: `composer`, who gets an answer (`recipients`, and their keys in `shown`, which come back
    with it), and the form's `key`, which is another on every page. What was typed while the ticket was merged is to
    be sent on the other one, to that one's people."""
    elsewhere = _where_it_went(ticket, form, user)
    to, taking_part = (elsewhere, participants_of(elsewhere)) if elsewhere else (ticket, participants)
    page = reverse("desk:ticket", args=[to.number])
    labels = {"reply": (_("Reply"), "r"), "note": (_("Note"), "m"), "forward": (_("Forward"), "")}
    kinds = labels if works else {"reply": labels["reply"]} if elsewhere else {"note": labels["note"]}
    recipients, shown = _receivers(to, taking_part)
    url = f"{page}{RESOURCES[form.kind]}/"
    values = {
        "kind": form.kind,
        "url": url,
        "hx_url": None if elsewhere else url,
        "elsewhere": elsewhere.number if elsewhere else "",
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
        "recipients": recipients,
        "shown": shown,
    }
    return {"composer": values, "key": form.key_text, "recipients": recipients, "shown": shown}


def _where_it_went(ticket: Ticket, form: ComposerForm, user: User) -> Ticket | None:
    """The ticket on which an answer that was typed here goes on, for whoever may see it."""
    if ticket.merged_into is None or not form.is_bound or form.kind != "reply":
        return None
    return ticket_for(user, number=ticket.merged_into.number)


def _receivers(ticket: Ticket, participants: list[Participant]) -> tuple[list[str], str]:
    """The names of everybody who gets an answer, and their keys. The people of tickets merged here get it as well;
    those of one that the reader may not see are counted, not named."""
    people = {person.pk: person for person in (ticket.requester, *(each.user for each in participants))}
    merged = merged_into(ticket)
    if known := [each for each in merged if each.is_seen]:
        people |= {person.pk: person for person in people_of_merged(known)}
    hidden: dict[int, User] = {}
    if unknown := [each for each in merged if not each.is_seen]:
        hidden = {person.pk: person for person in people_of_merged(unknown) if person.pk not in people}
    named = [str(person) for person in people.values() if person.email]
    if unnamed := [person for person in hidden.values() if person.email]:
        count = ngettext("%(count)s person more", "%(count)s people more", len(unnamed)) % {"count": len(unnamed)}
        named.append(count)
    keys = [str(person.pk) for person in (*people.values(), *hidden.values()) if person.email]
    return named, ".".join(keys)


def _composer_url(page: str, kind: str, form: ComposerForm) -> str:
    """Leads into the text: the browser puts the cursor there, and does not load the page anew for what is shown."""
    return "#composer_text" if kind == form.kind else f"{page}?compose={kind}#composer_text"
