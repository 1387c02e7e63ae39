"""The composer as the ticket page shows it: plain values, printed once for the same ones."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from helpdesk.core import readable
from tickets.actions.files import uploads_of
from tickets.actions.recipients import is_read_by_people
from tickets.enums import Status, Writing
from tickets.forms.composer import AFTER_REPLY, COMPOSERS, MOMENT, ComposerForm, typed_fields
from tickets.models import Attachment, Participant, Ticket
from tickets.queries.ticket_page import (
    KeptFacts,
    drafts_of,
    merged_into,
    participants_of,
    people_of_merged,
    public_files,
    ticket_for,
)
from tickets.rendering import snippet_of

RESOURCES = {"reply": "replies", "note": "notes", "forward": "forwards"}


def blank(kind: str, ticket: Ticket) -> ComposerForm:
    """A form of this kind as its writer left it."""
    draft = draft_of(ticket, kind)
    if draft is None:
        return COMPOSERS[kind]()
    return COMPOSERS[kind](initial={"body": draft.text, **draft.fields})


def draft_of(ticket: Ticket, kind: str) -> KeptFacts | None:
    """The reader's own draft of this kind."""
    return next((each for each in drafts_of(ticket) if each.kind == kind and each.send_at is None), None)


def composer(
    ticket: Ticket, form: ComposerForm, participants: list[Participant], *, user: User, works: bool
) -> dict[str, Any]:
    """What the template reads: `composer`, who gets an answer (`recipients`, and their keys in `shown`, which come back
    with it), and the form's `key`, which is another on every page. What was typed while the ticket was merged is to
    be sent on the other one, to that one's people. A forward also reads the files that it may take along, in one
    statement."""
    elsewhere = _where_it_went(ticket, form, user)
    to, taking_part = (elsewhere, participants_of(elsewhere)) if elsewhere else (ticket, participants)
    page = reverse("desk:ticket", args=[to.number])
    labels = {"reply": (_("Reply"), "r"), "note": (_("Note"), "m"), "forward": (_("Forward"), "")}
    kinds = labels if works else {"reply": labels["reply"]} if elsewhere else {"note": labels["note"]}
    draft = draft_of(ticket, form.kind)
    fields = typed_fields(form.data, kind=form.kind) if form.is_bound else draft.fields if draft else {}
    recipients, shown = _receivers(to, taking_part, fields if form.kind == Writing.REPLY else {})
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
        "draft_url": None if elsewhere else reverse("desk:draft", args=[ticket.number, form.kind]),
        "preview_url": reverse("desk:preview"),
        "templates_url": "" if form.kind == Writing.FORWARD else f"{page}templates/",
        "mentions_url": f"{page}colleagues/" if form.kind == Writing.NOTE else "",
        "version": form.typed("draft") if form.is_bound else draft.version if draft else 0,
        "saved_at": readable.moment(draft.updated_at) if draft and not form.is_bound else "",
        "asides": list(draft.asides.values()) if draft else [],
        "refusal": draft.refusal if draft and not form.is_bound else "",
        "recipients": recipients,
        "shown": shown,
        "to_confirm": form.is_to_confirm,
        "told": {"hints": form.told_now.hints, "marks": form.told_now.marks or form.typed("told")},
        "hints_url": reverse("desk:hints"),
        "uploads": _uploads(form, fields, user),
        "upload_url": reverse("desk:uploads", args=[ticket.number]),
        "max_bytes": settings.UPLOAD_MAX_BYTES,
        "max_megabytes": settings.UPLOAD_MAX_BYTES // (1024 * 1024),
        "history": fields.get("history", "with"),
        "choices": _choices(public_files(ticket), fields) if form.kind == Writing.FORWARD else [],
        "send_at": form.typed("send_at") if form.is_bound else _tomorrow(),
        "is_for_later": form.is_bound and "later" in form.data,
    }
    return {"composer": values, "key": form.key_text, "recipients": recipients, "shown": shown}


def planned(ticket: Ticket, user: User) -> list[dict[str, Any]]:
    """What goes out by itself, in the order of its time."""
    return [
        {
            "pk": each.pk,
            "kind": each.kind,
            "author": each.author_name,
            "is_mine": each.author == user.pk,
            "at": each.send_at.isoformat(timespec="seconds"),
            "at_full": readable.full_moment(each.send_at),
            "at_local": timezone.localtime(each.send_at).strftime(MOMENT),
            "text": snippet_of(each.text),
            "files": len(each.fields.get("files", [])),
        }
        for each in drafts_of(ticket)
        if each.send_at is not None
    ]


def _where_it_went(ticket: Ticket, form: ComposerForm, user: User) -> Ticket | None:
    """The ticket on which an answer that was typed here goes on, for whoever may see it."""
    if ticket.merged_into is None or not form.is_bound or form.kind != "reply":
        return None
    return ticket_for(user, number=ticket.merged_into.number)


def _receivers(
    ticket: Ticket, participants: list[Participant], fields: Mapping[str, Any]
) -> tuple[list[dict[str, Any]], str]:
    """Everybody who gets an answer, and their keys. The people of tickets merged here get it as well; those of one that
    the reader may not see are counted, not named. An address that no person reads is named and gets nothing."""
    people = {person.pk: person for person in (ticket.requester, *(each.user for each in participants))}
    merged = merged_into(ticket)
    if known := [each for each in merged if each.is_seen]:
        people |= {person.pk: person for person in people_of_merged(known)}
    hidden: dict[int, User] = {}
    if unknown := [each for each in merged if not each.is_seen]:
        hidden = {person.pk: person for person in people_of_merged(unknown) if person.pk not in people}
    left_out = set(fields.get("left_out", []))
    named = [_receiver(person, ticket, left_out) for person in people.values() if person.email]
    if unnamed := [person for person in hidden.values() if person.email]:
        count = ngettext("%(count)s person more", "%(count)s people more", len(unnamed)) % {"count": len(unnamed)}
        named.append({"name": count, "address": ""})
    everybody = (*people.values(), *hidden.values())
    keys = [str(person.pk) for person in everybody if person.email and is_read_by_people(person.email)]
    return named, ".".join(keys)


def _receiver(person: User, ticket: Ticket, left_out: Collection[str]) -> dict[str, Any]:
    address = (person.email or "").lower()
    return {
        "name": str(person),
        "address": address,
        "is_cc": person.pk != ticket.requester_id,
        "is_kept": address not in left_out,
        "is_reached": is_read_by_people(address),
    }


def _uploads(form: ComposerForm, fields: Mapping[str, Any], user: User) -> list[dict[str, Any]]:
    """Files that were sent ahead; looked up only where a form came back."""
    held = fields.get("files", [])
    if form.is_bound:
        found = uploads_of(by=user, keys=form.uploads) if form.uploads else []
        held = [{"id": str(file.pk), "name": file.filename, "size": file.size} for file in found]
    return [{**each, "size": readable.size(each["size"])} for each in held]


def _choices(files: Iterable[Attachment], fields: Mapping[str, Any]) -> list[dict[str, Any]]:
    chosen: Sequence[str] | None = fields.get("chosen")
    return [
        {
            "id": str(file.pk),
            "name": file.filename,
            "size": readable.size(file.size),
            "is_chosen": chosen is None or str(file.pk) in chosen,
        }
        for file in files
    ]


def _tomorrow() -> str:
    """Nine o’clock of the reader’s next day: what people mean most often by later."""
    day: datetime = timezone.localtime(timezone.now()) + timedelta(days=1)
    return day.replace(hour=9, minute=0).strftime(MOMENT)


def _composer_url(page: str, kind: str, form: ComposerForm) -> str:
    """Leads into the text: the browser puts the cursor there, and does not load the page anew for what is shown."""
    return "#composer_text" if kind == form.kind else f"{page}?compose={kind}#composer_text"
