"""Opening tickets."""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team
from helpdesk.core.errors import Refused
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.conversation import already_written
from tickets.actions.files import NewFile
from tickets.actions.writing import Draft, write
from tickets.enums import Channel, MessageKind, Priority, Status
from tickets.models import Message, Participant, Ticket
from tickets.permissions import can_open_for_customer, ensure
from tickets.rendering import snippet_of, without_folds
from tickets.signals import ticket_opened

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@transaction.atomic(savepoint=False)
def open_with(
    *,
    requester: "User",
    draft: Draft,
    by: "User | None",
    team: Team | None = None,
    assignee: "User | None" = None,
    priority: int = Priority.NORMAL,
    participants: "Iterable[User]" = (),
    follow_up_of: Ticket | None = None,
) -> Message:
    """Open a ticket whose first message is `draft`; returns that message.

    One journal line (`ticket_opened`); `ticket_opened` is sent. `by` is None when a mail opened it.
    """
    now = timezone.now()
    ticket = Ticket.objects.create(
        subject=(clean_name(draft.subject) or _("(no subject)"))[:500],
        status=Status.OPEN if assignee else Status.NEW,
        priority=priority,
        channel=draft.channel,
        requester=requester,
        organisation_id=requester.organisation_id,
        team=team,
        assignee=assignee,
        follow_up_of=follow_up_of,
        snippet=snippet_of(without_folds(draft.text, draft.folds) or draft.text),
        created_at=now,
        active_at=now,
    )
    message = write(ticket=ticket, author=requester, draft=draft)
    others = [Participant(ticket=ticket, user=person) for person in participants if person.pk != requester.pk]
    if others:
        Participant.objects.bulk_create(others, ignore_conflicts=True)
    record(verb="ticket_opened", subject=ticket, by=by, channel=draft.channel, requester=requester.pk)
    ticket_opened.send(sender=Ticket, ticket=ticket, message=message)
    return message


def open_for_customer(
    *,
    requester: "User",
    by: "User",
    subject: str,
    text: str,
    channel: Channel = Channel.PHONE,
    team: Team | None = None,
    assignee: "User | None" = None,
    priority: int = Priority.NORMAL,
    files: Iterable[NewFile] = (),
    follow_up_of: Ticket | None = None,
    idempotency_key: str | None = None,
) -> Ticket:
    """Staff write down what a customer asked by phone or in person, maybe following up a finished ticket.
    Raises NotAllowed, Refused."""
    ensure(can_open_for_customer(by))
    if not subject.strip():
        raise Refused(_("Give the request a subject: a few words that say what it is about."))
    draft = Draft(
        kind=MessageKind.INBOUND,
        channel=channel,
        subject=subject,
        text=text,
        files=files,
        idempotency_key=idempotency_key,
    )
    return _once(
        requester,
        idempotency_key,
        lambda: open_with(
            requester=requester,
            by=by,
            draft=draft,
            team=team,
            assignee=assignee,
            priority=priority,
            follow_up_of=follow_up_of,
        ),
    )


def file_request(
    *,
    by: "User",
    subject: str,
    text: str,
    files: Iterable[NewFile] = (),
    team: Team | None = None,
    channel: Channel = Channel.CABINET,
    idempotency_key: str | None = None,
) -> Ticket:
    """A customer files a request themselves. Raises Refused when subject or text is missing."""
    if not subject.strip():
        raise Refused(_("Give the request a subject: a few words that say what it is about."))
    if not text.strip():
        raise Refused(_("Write what happened and what you expected."))
    draft = Draft(
        kind=MessageKind.INBOUND,
        channel=channel,
        subject=subject,
        text=text,
        files=files,
        idempotency_key=idempotency_key,
    )
    return _once(by, idempotency_key, lambda: open_with(requester=by, by=by, draft=draft, team=team))


def _once(requester: "User", key: str | None, opening: Callable[[], Message]) -> Ticket:
    """The ticket of the first time when the same form arrives twice, also of two at once."""
    if earlier := already_written(requester, key):
        return earlier.ticket
    try:
        with transaction.atomic():
            return opening().ticket
    except IntegrityError:
        if earlier := already_written(requester, key):
            return earlier.ticket
        raise
