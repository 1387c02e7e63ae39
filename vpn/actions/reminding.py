"""Keys that run out: one ticket for each, with whoever can do something about it."""

from collections.abc import Callable
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.accounts.models import User
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.actions.assignment import to_assignee, to_team
from tickets.actions.changing import write_change
from tickets.actions.conversation import take_in
from tickets.actions.locking import locked, locked_where_worked
from tickets.actions.opening import open_with
from tickets.actions.status import to_priority, to_status
from tickets.actions.writing import Draft, write
from tickets.enums import Channel, MessageKind, Priority, Status
from tickets.models import Ticket
from vpn.enums import KeyState
from vpn.models import Key, Reminder
from vpn.models.reminder import STEPS
from vpn.paths import keys_path
from vpn.queries import Responsible, responsible_for

LAST = min(STEPS)
"""From this step on it is urgent."""


def remind() -> int:
    """Whoever has a key that runs out is told 30, 14 and 3 days before: by one ticket, which is opened the first time,
    and opened again and raised later, and by a letter where that ticket does not tell them. Each step once; of steps
    that were missed, the last alone. What is about keys that have ended is settled. How many were told."""
    now, count = timezone.now(), 0
    soon = Key.objects.live().filter(state=KeyState.VALID, not_after__lte=now + timedelta(days=max(STEPS) + 1))
    for pk in soon.filter(revoke_at__isnull=True).order_by("pk").values_list("pk", flat=True):
        count += _remind_of(pk)
    over = Reminder.objects.filter(settled_at__isnull=True, key__not_after__lte=now)
    for key in sorted(set(over.order_by().values_list("key", flat=True))):
        _settle_over(key)
    return count


@transaction.atomic
def settle(*, key: Key, why: Callable[[], str]) -> Ticket | None:
    """In the transaction of whatever ended the matter, the key locked: its ticket says why and is resolved, if nobody
    has finished it yet. Writes `vpn_reminder_settled`."""
    last = Reminder.objects.filter(key=key, settled_at__isnull=True).select_related("ticket").order_by("-pk").first()
    if last is None:
        return None
    Reminder.objects.filter(key=key, settled_at__isnull=True).update(settled_at=timezone.now())
    ticket = locked(last.ticket)
    record(verb="vpn_reminder_settled", subject=key, by=None, key=key.common_name, ticket=ticket.number)
    if ticket.is_finished or ticket.is_merged:
        return ticket
    with translation.override(ticket.requester.language or settings.LANGUAGE_CODE):
        write(ticket=ticket, author=ticket.requester, draft=_said(ticket.subject, why()))
    ticket.save(update_fields=["snippet"])
    return write_change(ticket, by=None, change=to_status(Status.RESOLVED))


@transaction.atomic
def _remind_of(pk: int) -> bool:
    key = Key.objects.select_for_update(of=("self",)).select_related("device__owner", "issued_by").get(pk=pk)
    if key.state != KeyState.VALID or key.revoke_at is not None:
        return False
    right = responsible_for(key)
    step = _due_step(key, _zone_of(right.told[0])) if right is not None and right.told else None
    if right is None or step is None or Reminder.objects.filter(key=key, step__lte=step).exists():
        return False
    earlier = Reminder.objects.filter(key=key).select_related("ticket").order_by("-pk").first()
    ticket = _open(key, right, step) if earlier is None else _say_again(earlier.ticket, key, right, step)
    Reminder.objects.create(key=key, step=step, ticket=ticket)
    for person in right.told:
        if person != right.assignee or person == right.requester:
            _mail(person, key)
    record(verb="vpn_key_reminded", subject=key, by=None, key=key.common_name, days=step, ticket=ticket.number)
    return True


def _due_step(key: Key, zone: ZoneInfo) -> int | None:
    """The nearest step that has come by the calendar of whoever is told. One that came before the key was issued is
    none: who gets a key of ten days knows that it has ten."""
    left, whole = _days(key.not_after, timezone.now(), zone), _days(key.not_after, key.issued_at, zone)
    return min((step for step in STEPS if left <= step < whole), default=None)


def _days(end: datetime, start: datetime, zone: ZoneInfo) -> int:
    return (end.astimezone(zone).date() - start.astimezone(zone).date()).days


def _open(key: Key, right: Responsible, step: int) -> Ticket:
    title, text = _words(right.told[0], key)
    priority = Priority.HIGH if step <= LAST else Priority.NORMAL
    message = open_with(
        requester=right.requester,
        draft=_said(title, text),
        by=None,
        team=right.team,
        assignee=right.assignee,
        priority=priority,
    )
    return message.ticket


def _say_again(ticket: Ticket, key: Key, right: Responsible, step: int) -> Ticket:
    ticket = locked(ticket)
    title, text = _words(right.told[0], key)
    take_in(ticket=ticket, author=ticket.requester, draft=_said(title, f"{title}. {text}"))
    worked = locked_where_worked(ticket)
    if worked.assignee is None or not worked.assignee.is_active:
        write_change(worked, by=None, change=to_team(right.team or worked.team))
        write_change(worked, by=None, change=to_assignee(right.assignee))
    if step <= LAST and worked.priority < Priority.HIGH:
        write_change(worked, by=None, change=to_priority(Priority.HIGH))
    return ticket


def _mail(person: User, key: Key) -> None:
    title, text = _words(person, key)
    path = keys_path(person) if person.pk == key.device.owner_id else _admin_path(key)
    notify(person=person, subject=key, title=title, text=text, path=path)


def _words(reader: User, key: Key) -> tuple[str, str]:
    """A title and a text in the reader's language, by their clock."""
    zone = _zone_of(reader)
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        day = date_format(key.not_after.astimezone(zone), "DATE_FORMAT")
        left = _days(key.not_after, timezone.now(), zone)
        title = _("The VPN key %(name)s ends on %(day)s") % {"name": key.common_name, "day": day}
        count = ngettext("%(count)d day is left.", "%(count)d days are left.", left) % {"count": left}
        if reader.pk == key.device.owner_id:
            text = _("Ask for a new one in time: the old one goes on until its last day.")
            text += f" {settings.SITE_URL}{keys_path(reader)}"
        else:
            owner = str(key.device.owner or "–")
            text = _("It is the key of %(person)s, for whom you are asked. Renew it, or let it end.") % {
                "person": owner
            }
        renewed = _("Administrators renew it here: %(url)s") % {"url": settings.SITE_URL + _admin_path(key)}
        return title, f"{count} {text}\n\n{renewed}"


def _said(subject: str, text: str) -> Draft:
    """The program says it, on a ticket of the person's."""
    return Draft(
        kind=MessageKind.INBOUND,
        channel=Channel.CABINET,
        subject=subject,
        text=text,
        from_name=settings.SITE_NAME,
    )


@transaction.atomic
def _settle_over(pk: int) -> None:
    key = Key.objects.select_for_update(of=("self",)).get(pk=pk)
    settle(key=key, why=lambda: _("The VPN key %(name)s has ended.") % {"name": key.common_name})


def _admin_path(key: Key) -> str:
    return reverse("admin:vpn_key_bundle", args=[key.pk])


def _zone_of(person: User) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)
