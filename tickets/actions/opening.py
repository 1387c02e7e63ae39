"""Opening tickets."""

from collections.abc import Callable, Iterable
from functools import partial
from types import MappingProxyType
from typing import TYPE_CHECKING

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.sanitising import clean_name
from helpdesk.journal.actions import record
from tickets.actions.conversation import already_written
from tickets.actions.describing import Description, Said, description
from tickets.actions.files import NewFile
from tickets.actions.news import tell_watchers
from tickets.actions.writing import Draft, write
from tickets.enums import Channel, MessageKind, News, Priority, Status
from tickets.models import Message, Participant, Ticket
from tickets.permissions import can_open_for_customer
from tickets.rendering import snippet_of, without_folds
from tickets.signals import ticket_opened

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

_NOTHING_SAID: Said = MappingProxyType({})


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
    about: Description | None = None,
) -> Message:
    """Open a ticket whose first message is `draft`; returns that message.

    One journal line (`ticket_opened`); `ticket_opened` is sent. `by` is None when a mail opened it.
    """
    now, about = timezone.now(), about or Description()
    ticket = Ticket.objects.create(
        subject=(clean_name(draft.subject) or _("(no subject)"))[:500],
        status=Status.OPEN if assignee else Status.NEW,
        priority=priority,
        channel=draft.channel,
        requester=requester,
        organisation_id=requester.organisation_id,
        team=team,
        assignee=assignee,
        category_id=about.category,
        fields=about.values,
        follow_up_of=follow_up_of,
        snippet=snippet_of(without_folds(draft.text, draft.folds) or draft.text),
        created_at=now,
        active_at=now,
    )
    message = write(ticket=ticket, author=requester, draft=draft)
    others = [Participant(ticket=ticket, user=person) for person in participants if person.pk != requester.pk]
    if others:
        Participant.objects.bulk_create(others, ignore_conflicts=True)
    record(verb="ticket_opened", subject=ticket, by=by, channel=draft.channel, requester=requester.pk, **about.facts)
    tell_watchers(ticket, News.OPENED, verb="ticket_opened", by=by or requester, message=message)
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
    category: str = "",
    fields: Said = _NOTHING_SAID,
    follow_up_of: Ticket | None = None,
    idempotency_key: str | None = None,
) -> Ticket:
    """Staff write down what a customer asked by phone or in person, maybe following up a finished ticket; without a
    `team` it goes to the one of `category`.

    Raises NotAllowed, Refused, FieldErrors."""
    ensure(can_open_for_customer(by))
    if not subject.strip():
        raise Refused(_("Give the request a subject: a few words that say what it is about."))
    about = description(by=by, category=category, said=fields)
    draft = Draft(
        kind=MessageKind.INBOUND,
        channel=channel,
        subject=subject,
        text=text,
        files=files,
        idempotency_key=idempotency_key,
    )
    team = team or _team_of(about)
    opening = partial(open_with, requester=requester, by=by, draft=draft, about=about, team=team)
    return _once(
        requester,
        idempotency_key,
        partial(opening, assignee=assignee, priority=priority, follow_up_of=follow_up_of),
    )


def file_request(
    *,
    by: "User",
    subject: str,
    text: str,
    files: Iterable[NewFile] = (),
    team: Team | None = None,
    channel: Channel = Channel.CABINET,
    category: str = "",
    fields: Said = _NOTHING_SAID,
    idempotency_key: str | None = None,
) -> Ticket:
    """A customer files a request themselves; it goes to the team of its `category` rather than to `team`.

    Raises Refused when subject or text is missing, FieldErrors."""
    if not subject.strip():
        raise Refused(_("Give the request a subject: a few words that say what it is about."))
    if not text.strip():
        raise Refused(_("Write what happened and what you expected."))
    about = description(by=by, category=category, said=fields)
    draft = Draft(
        kind=MessageKind.INBOUND,
        channel=channel,
        subject=subject,
        text=text,
        files=files,
        idempotency_key=idempotency_key,
    )
    team = _team_of(about) or team
    return _once(by, idempotency_key, partial(open_with, requester=by, by=by, draft=draft, team=team, about=about))


def _team_of(about: Description) -> Team | None:
    return Team.objects.filter(pk=about.team, is_active=True).first() if about.team else None


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
