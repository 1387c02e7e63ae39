"""Keys that run out: who is told, when, how often, and when it is over."""

import threading
from datetime import timedelta

import pytest
from django.conf import settings
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery, Notice
from tests.factories import StaffFactory, TeamFactory
from tickets.actions.news import spread_news
from tickets.actions.status import change_status
from tickets.enums import Priority, Status
from tickets.models import Message, Ticket
from vpn.actions import reminding, requesting
from vpn.actions.issuing import issue_key
from vpn.actions.renewing import renew_key
from vpn.actions.revoking import block_key, revoke_key, unblock_key
from vpn.models import Device, Key, Reminder

pytestmark = pytest.mark.django_db
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def never_night(settings):
    settings.VPN_NIGHT_HOURS = (0, 0)


@pytest.fixture
def key(ada, anna, server):
    return issue_key(person=anna, login="anna", device="laptop", servers=[server], by=ada)


def key_of(person, server, ada, login="other"):
    until = timezone.localdate() + timedelta(days=200)
    return issue_key(person=person, login=login, device="laptop", servers=[server], by=ada, until=until)


def ends_in(days, **which):
    """The keys end so many days from now, by the calendar."""
    end = timezone.localtime().replace(hour=23, minute=59, second=59, microsecond=0) + timedelta(days=days)
    Key.objects.filter(**which).update(not_after=end, issued_at=end - timedelta(days=397))


def told():
    """Names of those to whom a letter about a key would go, the newest last."""
    rows = Delivery.objects.filter(purpose=Purpose.NOTICE, subject_type__model="key").order_by("pk")
    return [row.person.name for row in rows.select_related("person")]


def steps():
    return list(Reminder.objects.order_by("pk").values_list("step", flat=True))


def test_key_when_its_end_comes_near_then_one_ticket_is_opened_reopened_and_raised(key, ada, anna):
    ends_in(31)
    assert reminding.remind() == 0

    ends_in(30)
    assert (reminding.remind(), reminding.remind()) == (1, 0)
    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee, ticket.priority) == (anna, ada, Priority.NORMAL)
    assert ticket.subject.startswith("The VPN key anna-laptop ends on ")
    said = _last(ticket).text
    assert f"the old one goes on until its last day. {settings.SITE_URL}/desk/me/keys/" in said
    assert said.endswith(f"Administrators renew it here: {settings.SITE_URL}/admin/vpn/key/{key.pk}/bundle/")
    change_status(ticket=ticket, by=ada, status=Status.RESOLVED)

    ends_in(14)
    assert (reminding.remind(), reminding.remind()) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == (Status.OPEN, Priority.NORMAL)

    ends_in(3)
    assert (reminding.remind(), reminding.remind()) == (1, 0)
    ticket.refresh_from_db()
    assert (ticket.status, ticket.priority) == (Status.OPEN, Priority.HIGH)
    assert steps() == [30, 14, 3]
    assert Ticket.objects.count() == 1
    assert Message.objects.filter(ticket=ticket).count() == 3
    assert told() == ["Anna Orlova"] * 3
    assert [entry.facts["days"] for entry in Entry.objects.filter(verb="vpn_key_reminded").order_by("pk")] == [
        30,
        14,
        3,
    ]


def test_key_when_beat_was_away_for_weeks_then_one_message_catches_up(key):
    ends_in(2)

    assert (reminding.remind(), reminding.remind()) == (1, 0)
    assert steps() == [3]
    assert Ticket.objects.get().priority == Priority.HIGH
    assert Message.objects.count() == 1


def test_key_of_ten_days_when_days_go_by_then_only_what_remains_is_said(key):
    for left, count in ((10, 0), (4, 0), (3, 1)):
        ends_in(left)
        Key.objects.update(issued_at=timezone.now() - timedelta(days=10 - left))
        assert reminding.remind() == count

    assert steps() == [3]


def test_words_when_they_are_said_then_they_are_in_the_persons_language_and_by_their_clock(key, anna):
    User.objects.filter(pk=anna.pk).update(language="ru", time_zone="Pacific/Kiritimati")
    end = timezone.now().replace(hour=23, minute=0) + timedelta(days=13)
    Key.objects.update(not_after=end, issued_at=end - timedelta(days=90))

    assert reminding.remind() == 1

    letter = Delivery.objects.filter(purpose=Purpose.NOTICE).get().content
    assert letter["title"].startswith("VPN-ключ anna-laptop")
    assert "days" not in letter["text"]
    assert f" {(end + timedelta(hours=14)).day} " in letter["title"]


@pytest.mark.parametrize(("zone", "count"), [("Pacific/Kiritimati", 1), ("Pacific/Niue", 0)])
def test_days_when_they_are_counted_then_they_are_those_of_the_persons_calendar(zone, count, key, anna, monkeypatch):
    """At 10:30 UTC tomorrow has begun in Kiritimati, and yesterday is not over in Niue."""
    now = timezone.now().replace(hour=10, minute=30)
    User.objects.filter(pk=anna.pk).update(time_zone=zone)
    end = now.replace(minute=0) - timedelta(minutes=15) + timedelta(days=31)
    Key.objects.update(not_after=end, issued_at=end - timedelta(days=90))
    monkeypatch.setattr(timezone, "now", lambda: now)

    assert reminding.remind() == count


def test_key_of_a_contractor_when_it_ends_then_whoever_issued_it_is_told(ada, server):
    oleg = StaffFactory(name="Oleg Frei", role=Role.CONTRACTOR)
    key_of(oleg, server, ada)
    StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)
    ends_in(14)

    assert reminding.remind() == 1

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee) == (oleg, ada)
    assert told() == []
    spread_news()
    assert {notice.person for notice in _notices()} == {ada}


def test_key_that_somebody_else_approved_when_it_ends_then_the_approver_is_asked_first(ada, clara, server):
    server.organisations.add(clara.organisation)
    paul = StaffFactory(name="Paul Berg", role=Role.ADMINISTRATOR)
    wish = requesting.ask(person=clara, server=server, device_name="laptop", reason="Work", by=clara)
    requesting.approve(request=wish, by=paul)
    issue_key(person=clara, login="clara", device="laptop", servers=[server], by=ada, request=wish)
    ends_in(30)

    assert reminding.remind() == 1

    assert Ticket.objects.get().assignee == paul
    assert told()[-1] == "Clara Weiss"


@pytest.mark.parametrize("gone", ["left", "demoted"])
def test_key_when_its_issuer_is_gone_then_it_waits_for_all_who_issue_keys(gone, key, ada, anna):
    boris = StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)
    team = TeamFactory(name="Keys")
    team.members.add(boris)
    changed = {"is_active": False} if gone == "left" else {"role": Role.AGENT}
    User.objects.filter(pk=ada.pk).update(**changed)
    ends_in(14)

    assert reminding.remind() == 1

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee, ticket.team) == (anna, None, team)
    assert told() == ["Anna Orlova", "Boris Adler"]


def test_key_of_nobody_when_it_ends_then_an_administrator_is_whose_matter_it_is(key, ada):
    Key.objects.update(issued_by=None)
    Device.objects.update(owner=None)
    ends_in(14)

    assert reminding.remind() == 1

    ticket = Ticket.objects.get()
    assert (ticket.requester, ticket.assignee) == (ada, None)
    assert told() == ["Ada Stern"]


def test_key_of_somebody_switched_off_when_it_ends_then_the_issuer_is_told(key, ada, anna):
    User.objects.filter(pk=anna.pk).update(is_active=False)
    ends_in(14)

    assert reminding.remind() == 1
    assert Ticket.objects.get().assignee == ada
    assert told() == []


def test_ticket_when_its_assignee_has_left_since_then_the_next_step_finds_somebody(key, ada):
    boris = StaffFactory(name="Boris Adler", role=Role.ADMINISTRATOR)
    ends_in(30)
    reminding.remind()
    User.objects.filter(pk=ada.pk).update(is_active=False)
    Key.objects.update(issued_by=boris)
    ends_in(14)

    assert reminding.remind() == 1
    assert Ticket.objects.get().assignee == boris


def test_ticket_when_the_key_is_renewed_then_it_is_resolved_with_a_line_and_nobody_is_reminded(key, ada):
    ends_in(30)
    reminding.remind()

    renew_key(key=key, by=ada)

    ticket = Ticket.objects.get()
    assert ticket.status == Status.RESOLVED
    assert _last(ticket).text == "The VPN key anna-laptop was renewed."
    ends_in(3, pk=key.pk)
    assert reminding.remind() == 0


@pytest.mark.parametrize(
    ("end", "line"),
    [
        (
            lambda key, by: revoke_key(key=key, reason="keyCompromise", by=by),
            "The VPN key anna-laptop was revoked: The key may be in wrong hands.",
        ),
        (lambda key, by: block_key(key=key, by=by), "The VPN key anna-laptop was blocked."),
    ],
)
def test_ticket_when_the_key_is_over_then_it_is_resolved_with_a_line(end, line, key, ada):
    ends_in(14)
    reminding.remind()

    end(key, ada)
    end(key, ada)

    ticket = Ticket.objects.get()
    assert ticket.status == Status.RESOLVED
    assert [message.text for message in _messages(ticket)][1:] == [line]
    assert Entry.objects.filter(verb="vpn_reminder_settled").count() == 1
    ends_in(3)
    assert reminding.remind() == 0


def test_ticket_when_the_key_is_unblocked_then_the_next_step_opens_it_again(key, ada):
    ends_in(14)
    reminding.remind()
    block_key(key=key, by=ada)
    unblock_key(key=key, by=ada)
    assert reminding.remind() == 0

    ends_in(3)

    assert reminding.remind() == 1
    assert Ticket.objects.get().status == Status.OPEN


def test_ticket_when_somebody_has_finished_it_then_the_end_of_the_key_leaves_it_alone(key, ada):
    ends_in(14)
    reminding.remind()
    ticket = Ticket.objects.get()
    change_status(ticket=ticket, by=ada, status=Status.CLOSED)

    revoke_key(key=key, reason="superseded", by=ada)

    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED
    assert len(_messages(ticket)) == 1


def test_ticket_when_the_key_has_ended_then_it_is_resolved_once(key, ada):
    ends_in(3)
    reminding.remind()
    Key.objects.update(not_after=timezone.now() - HOUR)

    reminding.remind()

    ticket = Ticket.objects.get()
    assert (ticket.status, _last(ticket).text) == (Status.RESOLVED, "The VPN key anna-laptop has ended.")
    change_status(ticket=ticket, by=ada, status=Status.OPEN)
    reminding.remind()
    ticket.refresh_from_db()
    assert ticket.status == Status.OPEN


def test_step_when_it_is_written_twice_then_the_database_refuses(key):
    ends_in(14)
    reminding.remind()
    kept = Reminder.objects.get()

    with pytest.raises(IntegrityError, match="reminder_once"), transaction.atomic():
        Reminder.objects.create(key=kept.key, step=14, ticket=kept.ticket)


@pytest.mark.django_db(transaction=True)
def test_workers_when_two_remind_at_once_then_one_ticket_is_opened(key):
    ends_in(14)
    counts, start = [], threading.Barrier(2)

    def work():
        start.wait()
        try:
            counts.append(reminding.remind())
        finally:
            connection.close()

    threads = [threading.Thread(target=work) for _time in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert sorted(counts) == [0, 1]
    assert Ticket.objects.count() == 1
    assert told() == ["Anna Orlova"]


def _messages(ticket):
    return list(Message.objects.filter(ticket=ticket).order_by("pk"))


def _last(ticket):
    return _messages(ticket)[-1]


def _notices():
    return Notice.objects.filter(subject_type__model="ticket").select_related("person")
