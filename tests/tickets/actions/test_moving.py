"""Putting a message where it belongs, and back."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, TicketFactory
from tests.finding import found_under, indexed
from tickets.actions.moving import move, move_to_new_ticket, undo_move
from tickets.enums import Approval, MessageKind, Status
from tickets.models import Message, Ticket


@pytest.fixture
def message(ticket):
    first = MessageFactory(ticket=ticket, text="First", html="")
    last = MessageFactory(
        ticket=ticket, text="Last words", html="", subject="Own", thread_signal="number", thread_confidence=60
    )
    Ticket.objects.filter(pk=ticket.pk).update(snippet="Last words")
    for each in (first, last):
        indexed(each)
    return last


def verbs(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def test_moved_message_is_of_the_other_ticket_in_everything(anna, message, told):
    source, target = message.ticket, TicketFactory(status=Status.RESOLVED)

    move(message=message, to=target, by=anna)

    message.refresh_from_db()
    source.refresh_from_db()
    target.refresh_from_db()
    assert (message.ticket, message.thread_signal, message.thread_confidence) == (target, "moved", 100)
    assert (source.snippet, target.snippet, target.status) == ("First", "Last words", Status.OPEN)
    assert found_under("last words") == [target.pk]
    assert [name for name, facts in told] == ["message_moved"]
    facts = {"message": message.pk, "before": source.number, "after": target.number}
    assert verbs(target) == [("message_moved", {**facts, "reopened_from": "resolved"})]
    assert verbs(source) == [("message_moved_away", facts)]


def test_ticket_that_lost_its_last_message_shows_the_public_one_before(anna, ticket):
    for text in ("First", "Second", "Third"):
        MessageFactory(ticket=ticket, text=text, html="")
    MessageFactory(ticket=ticket, text="Among us", kind=MessageKind.NOTE)
    MessageFactory(ticket=ticket, text="Held", approval=Approval.PENDING)
    third = Message.objects.get(text="Third")

    move(message=third, to=TicketFactory(), by=anna)

    ticket.refresh_from_db()
    assert ticket.snippet == "Second"


def test_ticket_that_lost_its_only_message_shows_nothing(anna, ticket):
    only = MessageFactory(ticket=ticket, text="Only")

    move(message=only, to=TicketFactory(), by=anna)

    ticket.refresh_from_db()
    assert ticket.snippet == ""


def test_move_undone_leaves_the_message_as_it_was(anna, message):
    before = Message.objects.values().get(pk=message.pk)
    move(message=message, to=TicketFactory(), by=anna)

    undo_move(message=Message.objects.get(pk=message.pk), by=anna)

    assert Message.objects.values().get(pk=message.pk) == before
    assert Ticket.objects.get(pk=before["ticket_id"]).snippet == "Last words"


def test_move_is_undone_once(anna, message):
    move(message=message, to=TicketFactory(), by=anna)
    undo_move(message=Message.objects.get(pk=message.pk), by=anna)

    with pytest.raises(Refused, match="was not moved"):
        undo_move(message=Message.objects.get(pk=message.pk), by=anna)


def test_held_message_takes_its_count_along(anna, sergei, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(awaits_approval=1, snippet="Kept")
    target = TicketFactory(status=Status.CLOSED)
    held = MessageFactory(ticket=ticket, author=sergei, approval=Approval.PENDING)

    move(message=held, to=target, by=anna)

    ticket.refresh_from_db()
    target.refresh_from_db()
    assert (ticket.awaits_approval, target.awaits_approval) == (0, 1)
    assert (target.status, target.snippet) == (Status.CLOSED, "")


def test_message_moved_to_a_new_ticket_opens_it_for_its_author(anna, clara, message):
    moved = move_to_new_ticket(message=message, by=anna)

    ticket = moved.ticket
    assert (ticket.subject, ticket.requester, ticket.organisation) == ("Own", clara, clara.organisation)
    assert ticket.snippet == "Last words"
    assert [verb for verb, facts in verbs(ticket)] == ["ticket_opened", "message_moved"]


def test_message_without_a_subject_opens_a_ticket_with_the_old_one(anna, message):
    Message.objects.update(subject="")

    assert move_to_new_ticket(message=Message.objects.get(pk=message.pk), by=anna).ticket.subject == "No mail"


def test_move_to_the_same_ticket_is_refused(anna, message):
    with pytest.raises(Refused, match="on that ticket already"):
        move(message=message, to=message.ticket, by=anna)


def test_message_that_somebody_moved_meanwhile_is_not_moved_again(anna, message):
    stale = Message.objects.select_related("ticket", "author").get(pk=message.pk)
    move(message=message, to=TicketFactory(), by=anna)

    with pytest.raises(Refused, match="Somebody has moved"):
        move(message=stale, to=TicketFactory(), by=anna)


def test_moving_is_for_who_works_tickets(accountant, clara, message):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            move(message=message, to=TicketFactory(), by=person)
        with pytest.raises(NotAllowed):
            move_to_new_ticket(message=message, by=person)

    assert not Entry.objects.exists()
