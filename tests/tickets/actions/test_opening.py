"""Opening tickets."""

import threading

import pytest
from django.db import connection

from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, TeamFactory, TicketFactory, UserFactory
from tickets.actions.files import NewFile
from tickets.actions.opening import file_request, open_for_customer, open_with
from tickets.actions.writing import Draft
from tickets.enums import Approval, Channel, MessageKind, Priority, Status
from tickets.models import Message, Ticket

MAIL = Draft(kind=MessageKind.INBOUND, channel=Channel.MAIL, text="Hello\nworld", subject="Help", html="")


def test_opened_ticket_has_a_number_its_message_and_one_line(clara, told):
    message = open_with(requester=clara, draft=MAIL, by=None)

    ticket = Ticket.objects.get()
    assert message.ticket == ticket
    assert ticket.number > 0
    assert (ticket.status, ticket.channel, ticket.organisation) == (Status.NEW, Channel.MAIL, clara.organisation)
    assert (ticket.subject, ticket.snippet) == ("Help", "Hello world")
    assert [(entry.verb, entry.actor, entry.facts) for entry in Entry.objects.about(ticket)] == [
        ("ticket_opened", None, {"channel": "mail", "requester": clara.pk})
    ]
    assert told == [("ticket_opened", {"ticket": ticket, "message": message})]


@pytest.mark.parametrize(
    ("subject", "kept"),
    [("", "(no subject)"), (" \n\t ", "(no subject)"), ("a\r\nb\u202e", "a b"), ("x" * 600, "x" * 500)],
)
def test_subject_is_one_sound_line(clara, subject, kept):
    draft = Draft(kind=MessageKind.INBOUND, channel=Channel.MAIL, text="Hello", subject=subject)

    assert open_with(requester=clara, draft=draft, by=None).ticket.subject == kept


def test_people_of_the_mail_take_part_but_not_the_requester_beside(clara, sergei):
    ticket = open_with(requester=clara, draft=MAIL, by=None, participants=[clara, sergei, sergei]).ticket

    assert [part.user for part in ticket.participants.all()] == [sergei]


def test_follow_up_is_linked(clara):
    old = TicketFactory()

    assert open_with(requester=clara, draft=MAIL, by=None, follow_up_of=old).ticket.follow_up_of == old


def test_numbers_are_never_given_twice(clara):
    numbers = [open_with(requester=clara, draft=MAIL, by=None).ticket.number for _ in range(3)]

    assert len(set(numbers)) == 3


def test_open_for_a_customer_keeps_what_was_said(anna, clara):
    team = TeamFactory()

    ticket = open_for_customer(
        requester=clara,
        by=anna,
        subject="Help",
        text="By phone",
        team=team,
        assignee=anna,
        priority=Priority.HIGH,
        files=[NewFile("a.txt", b"a", "text/plain")],
    )

    message = ticket.messages.get()
    assert (ticket.status, ticket.team, ticket.assignee, ticket.priority) == (Status.OPEN, team, anna, Priority.HIGH)
    assert (message.kind, message.author, message.channel) == (MessageKind.INBOUND, clara, Channel.PHONE)
    assert message.attachments.count() == 1
    assert Entry.objects.about(ticket).get().actor == anna


def test_open_for_a_customer_is_for_who_may_and_needs_a_subject(anna, accountant, clara):
    for person in (accountant, clara, StaffFactory(role="contractor")):
        with pytest.raises(NotAllowed):
            open_for_customer(requester=clara, by=person, subject="Help", text="x")
    with pytest.raises(Refused, match="Give the request a subject"):
        open_for_customer(requester=clara, by=anna, subject=" ", text="x")

    assert not Ticket.objects.exists()


@pytest.mark.parametrize(
    ("subject", "text", "reason"), [(" ", "x", "Give the request a subject"), ("x", " ", "Write what happened")]
)
def test_request_that_says_nothing_is_refused(clara, subject, text, reason):
    with pytest.raises(Refused, match=reason):
        file_request(by=clara, subject=subject, text=text)


def test_request_of_a_customer_is_theirs(clara):
    ticket = file_request(by=clara, subject="Help", text="It broke")

    assert (ticket.requester, ticket.channel, ticket.status) == (clara, Channel.CABINET, Status.NEW)
    assert Ticket.objects.visible_to(clara).get() == ticket


def test_same_form_twice_is_one_ticket(anna, clara):
    opened = {
        file_request(by=clara, subject="Help", text="It broke", idempotency_key="a"),
        file_request(by=clara, subject="Help", text="It broke", idempotency_key="a"),
    }
    phoned = {
        open_for_customer(requester=clara, by=anna, subject="Help", text="x", idempotency_key="b"),
        open_for_customer(requester=clara, by=anna, subject="Help", text="x", idempotency_key="b"),
    }

    assert (len(opened), len(phoned), Ticket.objects.count()) == (1, 1, 2)


@pytest.mark.django_db(transaction=True)
def test_same_form_twice_at_the_same_moment_is_one_ticket():
    clara = UserFactory()
    found, start = [], threading.Barrier(4)

    def file():
        try:
            start.wait()
            found.append(file_request(by=User.objects.get(), subject="Help", text="It broke", idempotency_key="a").pk)
        finally:
            connection.close()

    threads = [threading.Thread(target=file) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert found == [Ticket.objects.get(requester=clara).pk] * 4
    assert Message.objects.count() == 1


def test_held_message_does_not_become_the_snippet(clara, sergei):
    ticket = TicketFactory(requester=clara, snippet="Before")
    from tickets.actions.conversation import take_in

    draft = Draft(kind=MessageKind.INBOUND, channel=Channel.MAIL, text="Let me in", approval=Approval.PENDING)
    take_in(ticket=ticket, author=sergei, draft=draft)

    ticket.refresh_from_db()
    assert (ticket.snippet, ticket.awaits_approval, ticket.status) == ("Before", 1, Status.OPEN)
    assert Entry.objects.about(ticket).get().verb == "message_held"
