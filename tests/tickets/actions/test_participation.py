"""Who takes part, and whose message counts."""

import pytest

from helpdesk.accounts.models import User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import MessageFactory, ParticipantFactory, TicketFactory
from tickets.actions.participation import add, add_by_address, approve, refuse, remove
from tickets.enums import Approval, Status
from tickets.models import Message, Participant, Ticket


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def active(ticket):
    return [part.user for part in Participant.objects.filter(ticket=ticket, is_active=True)]


@pytest.fixture
def held(clara, sergei):
    ticket = TicketFactory(requester=clara, status=Status.CLOSED, awaits_approval=1, snippet="Before")
    return MessageFactory(ticket=ticket, author=sergei, text="May I?", html="", approval=Approval.PENDING)


def test_added_person_takes_part_and_once_only(anna, sergei, ticket):
    add(ticket=ticket, by=anna, person=sergei)
    add(ticket=ticket, by=anna, person=sergei)

    assert active(ticket) == [sergei]
    assert lines(ticket)[0] == ("participant_added", {"person": sergei.pk})


def test_requester_is_not_a_participant_beside(anna, clara, ticket):
    add(ticket=ticket, by=anna, person=clara)

    assert active(ticket) == []


def test_removed_person_sees_nothing_more_and_can_be_added_again(anna, sergei, ticket):
    ParticipantFactory(ticket=ticket, user=sergei)

    remove(ticket=ticket, by=anna, person=sergei)
    seen = Ticket.objects.visible_to(sergei).exists()
    add(ticket=ticket, by=anna, person=sergei)

    assert not seen
    assert active(ticket) == [sergei]
    assert [verb for verb, facts in lines(ticket)] == ["participant_removed", "participant_added"]


def test_person_added_by_an_unknown_address_is_a_new_customer(anna, ticket):
    person = add_by_address(ticket=ticket, by=anna, address="Boss@shop.example")

    assert (person.email, person.role) == ("boss@shop.example", "customer")
    assert active(ticket) == [person]


def test_approved_message_counts_as_if_it_came_now(anna, sergei, held, told):
    message = approve(message=held, by=anna)

    ticket = Ticket.objects.get(pk=held.ticket_id)
    assert message.approval == Approval.APPROVED
    assert (ticket.status, ticket.closed_at, ticket.awaits_approval, ticket.snippet) == (Status.OPEN, None, 0, "May I?")
    assert active(ticket) == [sergei]
    assert [name for name, facts in told] == ["message_received"]
    facts = {"message": held.pk, "person": sergei.pk, "before": "closed", "after": "open"}
    assert lines(ticket) == [("message_approved", facts)]


def test_refused_message_stays_for_staff_and_changes_nothing_else(anna, held, told):
    refuse(message=held, by=anna)

    ticket = Ticket.objects.get(pk=held.ticket_id)
    assert Message.objects.get().approval == Approval.REFUSED
    assert (ticket.status, ticket.awaits_approval, ticket.snippet) == (Status.CLOSED, 0, "Before")
    assert active(ticket) == []
    assert told == []
    assert lines(ticket) == [("message_refused", {"message": held.pk})]


@pytest.mark.parametrize("first", [approve, refuse])
@pytest.mark.parametrize("second", [approve, refuse])
def test_message_is_decided_about_once(anna, held, first, second):
    first(message=held, by=anna)

    with pytest.raises(Refused, match="Somebody has decided"):
        second(message=held, by=anna)


def test_message_that_was_never_held_needs_no_decision(anna, ticket):
    with pytest.raises(Refused):
        approve(message=MessageFactory(ticket=ticket), by=anna)


def test_none_of_it_is_for_who_does_not_work_tickets(accountant, clara, sergei, held, ticket):
    for person in (accountant, clara, sergei):
        with pytest.raises(NotAllowed):
            add(ticket=ticket, by=person, person=sergei)
        with pytest.raises(NotAllowed):
            add_by_address(ticket=ticket, by=person, address="new@shop.example")
        with pytest.raises(NotAllowed):
            remove(ticket=ticket, by=person, person=sergei)
        with pytest.raises(NotAllowed):
            approve(message=held, by=person)
        with pytest.raises(NotAllowed):
            refuse(message=held, by=person)

    assert not User.objects.filter(email="new@shop.example").exists()
    assert not Participant.objects.exists()
