"""Answers and forwards that go out by themselves, at a time that their author chose."""

from datetime import datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any
from uuid import UUID

from django.conf import settings
from django.db import transaction
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.core.retrying import retrying
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.actions.conversation import already_written, forward, reply
from tickets.actions.drafts import give_back
from tickets.actions.locking import locked
from tickets.actions.pages import Page, begin
from tickets.actions.recipients import read_addresses
from tickets.enums import Status, Writing
from tickets.models import KeptDraft, Ticket
from tickets.permissions import ensure_can_work

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

LATEST = timedelta(days=366)


@transaction.atomic
def schedule(
    *,
    ticket: Ticket,
    by: "User",
    kind: str,
    text: str,
    fields: dict[str, Any],
    send_at: datetime,
    key: UUID,
    page: Page,
) -> KeptDraft | None:
    """Have an answer or a forward sent at `send_at`; the draft it was is gone with it. The same form twice is one;
    None when it was sent already. Raises NotAllowed, Refused (AnsweredMeanwhile)."""
    ticket = locked(ticket)
    ensure_can_work(by, ticket)
    _ensure_future(send_at)
    if not text.strip() and not fields.get("files"):
        raise Refused(_("Write something or attach a file first."))
    if kind == Writing.FORWARD and not fields.get("to"):
        raise Refused(_("Say to whom: at least one e-mail address."))
    if waiting := KeptDraft.objects.scheduled().filter(author=by, ticket=ticket, key=key).first():
        return waiting
    if begin(ticket=ticket, by=by, kind=kind, key=str(key), page=page):
        return None
    draft = KeptDraft.objects.create(
        ticket=ticket, author=by, kind=kind, text=text, fields=fields, key=key, version=1, send_at=send_at
    )
    record(verb="sending_planned", subject=ticket, by=by, kind=kind, after=send_at.isoformat())
    return draft


@transaction.atomic
def reschedule(*, draft: KeptDraft, by: "User", send_at: datetime) -> KeptDraft:
    """Have it sent at another time. Raises NotAllowed to whoever did not write it; Refused when it has been sent."""
    _ensure_future(send_at)
    draft = _waiting(draft, by)
    before, draft.send_at = draft.send_at, send_at
    draft.save(update_fields=["send_at"])
    record(
        verb="sending_moved",
        subject=draft.ticket,
        by=by,
        kind=draft.kind,
        before=before.isoformat() if before else None,
        after=send_at.isoformat(),
    )
    return draft


@transaction.atomic
def unschedule(*, draft: KeptDraft, by: "User") -> KeptDraft:
    """Make it a draft again. Raises NotAllowed to whoever did not write it; Refused when it has been sent."""
    draft = _waiting(draft, by)
    draft.delete()
    record(verb="sending_given_up", subject=draft.ticket, by=by, kind=draft.kind)
    return give_back(ticket=draft.ticket, author=by, kind=draft.kind, text=draft.text, fields=draft.fields)


def send_what_is_due() -> int:
    """Send everything whose time has come, each in a transaction of its own; returns how many were looked at.

    One that breaks does not keep the others: all of them are tried before an ExceptionGroup is raised."""
    due = KeptDraft.objects.filter(send_at__lte=timezone.now()).order_by("send_at", "pk")
    keys = list(due.values_list("pk", flat=True))
    broken: list[Exception] = []
    for key in keys:
        try:
            retrying(partial(send, key))
        except Exception as error:  # noqa: BLE001 - raised below, with the others
            broken.append(error)
    if broken:
        raise ExceptionGroup("planned messages", broken)
    return len(keys)


@transaction.atomic
def send(key: int) -> None:
    """Say what was planned, as its author, to those whom its page named and who still take part, on the ticket that
    this one is worked on by now; nothing when it was sent, moved or given up meanwhile.

    What can't be sent is its author's draft again, with the reason, and they get a notice: nothing is lost.
    """
    draft = KeptDraft.objects.select_related("ticket", "author").filter(pk=key).first()
    if draft is None:
        return
    ticket = locked(draft.ticket)
    due = KeptDraft.objects.select_related("author").filter(pk=key, send_at__lte=timezone.now())
    draft = due.select_for_update(of=("self",)).first()
    if draft is None:
        return
    draft.delete()
    if already_written(draft.author, str(draft.key)):
        return
    try:
        with transaction.atomic(), translation.override(draft.author.language or settings.LANGUAGE_CODE):
            _say(ticket.worked_on(), draft)
    except Refused as refusal:
        _hand_back(ticket, draft, str(refusal))


def _say(ticket: Ticket, draft: KeptDraft) -> None:
    ensure(Ticket.objects.visible_to(draft.author).filter(pk=ticket.pk).exists())
    fields = draft.fields
    uploads = [UUID(file["id"]) for file in fields.get("files", [])]
    if draft.kind == Writing.FORWARD:
        forward(
            ticket=ticket,
            by=draft.author,
            to=read_addresses(fields.get("to", "")),
            text=draft.text,
            uploads=uploads,
            with_history=fields.get("history", "with") != "without",
            chosen=fields.get("chosen"),
            idempotency_key=str(draft.key),
        )
        return
    reply(
        ticket=ticket,
        by=draft.author,
        text=draft.text,
        cc=read_addresses(fields.get("cc", "")),
        without=fields.get("left_out", []),
        shown=fields.get("shown"),
        leaves_out_others=True,
        uploads=uploads,
        then=fields.get("then") or Status.WAITING,
        idempotency_key=str(draft.key),
    )


def _hand_back(ticket: Ticket, draft: KeptDraft, reason: str) -> None:
    give_back(ticket=ticket, author=draft.author, kind=draft.kind, text=draft.text, fields=draft.fields, refusal=reason)
    record(verb="sending_failed", subject=ticket, by=None, kind=draft.kind, person=draft.author_id, reason=reason)
    with translation.override(draft.author.language or settings.LANGUAGE_CODE):
        title = _("Not sent: #%(number)s %(subject)s") % {"number": ticket.number, "subject": ticket.subject}
    path = f"/desk/tickets/{ticket.number}/?compose={draft.kind}"
    notify(person=draft.author, subject=ticket, title=title, text=reason, path=path, conversation=ticket.number)


def _waiting(draft: KeptDraft, by: "User") -> KeptDraft:
    """The planned message as it stands now, its ticket locked, then itself."""
    ticket = locked(draft.ticket)
    found = KeptDraft.objects.select_for_update(of=("self",)).scheduled().filter(pk=draft.pk).first()
    if found is None:
        raise Refused(_("It is already gone: it has been sent or given up."))
    if found.author_id != by.pk:
        raise NotAllowed(_("Only whoever wrote this can change when it is sent."))
    found.ticket = ticket
    return found


def _ensure_future(send_at: datetime) -> None:
    now = timezone.now()
    if send_at <= now:
        raise Refused(_("This time is over: choose one that is still to come."))
    if send_at > now + LATEST:
        raise Refused(_("This is more than a year ahead: choose an earlier time."))
