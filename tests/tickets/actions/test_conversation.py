"""Saying something on a ticket."""

import pytest
from django.utils import timezone

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tests.finding import found_under
from tickets.actions.conversation import answer, forward, note, reply
from tickets.actions.files import NewFile
from tickets.actions.recipients import Recipient, read_addresses
from tickets.enums import Channel, MessageKind, Status
from tickets.models import Message, Participant, Ticket

FILE = NewFile("a.txt", b"words", "text/plain")


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def test_reply_says_it_to_everybody_in_the_conversation(anna, clara, ticket, told):
    participant = ParticipantFactory(ticket=ticket).user
    ParticipantFactory(ticket=ticket, is_active=False)

    message = reply(ticket=ticket, by=anna, text="It **works**.", files=[FILE])

    assert (message.kind, message.channel, message.html) == (
        MessageKind.REPLY,
        Channel.DESK,
        "<p>It <strong>works</strong>.</p>\n",
    )
    assert [person["address"] for person in message.sent_to] == ["clara@shop.example"]
    assert [person["address"] for person in message.sent_cc] == [participant.email]
    assert [name for name, facts in told] == ["message_written"]
    assert [person.address for person in told[0][1]["recipients"]] == ["clara@shop.example", participant.email]
    assert message.attachments.get().filename == "a.txt"


def test_reply_moves_the_ticket_on_and_writes_one_line(anna, ticket):
    before = timezone.now()

    message = reply(ticket=ticket, by=anna, text="It works.", then=Status.RESOLVED)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.snippet) == (Status.RESOLVED, "It works.")
    assert ticket.active_at >= before
    assert ticket.first_response_at == ticket.active_at
    assert ticket.resolved_at == ticket.active_at
    assert lines(ticket) == [("replied", {"message": message.pk, "before": "open", "after": "resolved"})]


def test_reply_with_an_unknown_status_waits_for_the_customer(anna, ticket):
    reply(ticket=ticket, by=anna, text="It works.", then="exploded")

    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING


def test_second_reply_leaves_the_first_response_where_it_was(anna, ticket):
    reply(ticket=ticket, by=anna, text="One")
    first = Ticket.objects.get(pk=ticket.pk).first_response_at

    reply(ticket=ticket, by=anna, text="Two")

    assert Ticket.objects.get(pk=ticket.pk).first_response_at == first


def test_copied_people_take_part_from_then_on(anna, ticket):
    reply(
        ticket=ticket,
        by=anna,
        text="Hello",
        cc=[Recipient("", "boss@shop.example"), Recipient("", "clara@shop.example")],
    )

    assert [part.user.email for part in Participant.objects.filter(ticket=ticket, is_active=True)] == [
        "boss@shop.example"
    ]
    assert [person["address"] for person in Message.objects.get().sent_cc] == ["boss@shop.example"]


def test_reply_to_a_requester_without_an_address_is_written_all_the_same(anna):
    ticket = TicketFactory(requester=UserFactory(email=None))

    message = reply(ticket=ticket, by=anna, text="Hello")

    assert (message.sent_to, message.sent_cc) == ([], [])


@pytest.mark.parametrize("action", [reply, note])
def test_same_key_twice_is_one_message(anna, ticket, told, action):
    first = action(ticket=ticket, by=anna, text="Once", idempotency_key="k")
    told.clear()

    second = action(ticket=ticket, by=anna, text="Once", idempotency_key="k")

    assert second == first
    assert told == []
    assert len(lines(ticket)) == 1


def test_same_key_of_somebody_else_is_another_message(anna, ticket):
    reply(ticket=ticket, by=anna, text="One", idempotency_key="k")
    reply(ticket=ticket, by=StaffFactory(), text="Two", idempotency_key="k")

    assert Message.objects.count() == 2


@pytest.mark.parametrize("action", [reply, note])
def test_saying_nothing_is_refused_and_a_file_alone_is_something(anna, ticket, action):
    with pytest.raises(Refused, match="Write something or attach a file first"):
        action(ticket=ticket, by=anna, text=" \n ")

    assert action(ticket=ticket, by=anna, text="", files=[FILE]).attachments.count() == 1


def test_reply_and_forward_are_for_who_works_tickets_and_a_note_for_all_staff(accountant, clara, ticket):
    for person in (accountant, clara):
        with pytest.raises(NotAllowed):
            reply(ticket=ticket, by=person, text="Hello")
        with pytest.raises(NotAllowed):
            forward(ticket=ticket, by=person, text="Hello", to=[Recipient("", "a@b.example")])
    with pytest.raises(NotAllowed):
        note(ticket=ticket, by=clara, text="Hello")

    assert note(ticket=ticket, by=accountant, text="Hello").kind == MessageKind.NOTE
    assert Message.objects.count() == 1


def test_note_changes_nothing_but_the_conversation(anna, ticket, told):
    before = Ticket.objects.values().get(pk=ticket.pk)

    message = note(ticket=ticket, by=anna, text="Between us")

    assert Ticket.objects.values().get(pk=ticket.pk) == before
    assert told == []
    assert lines(ticket) == [("noted", {"message": message.pk})]


def test_forward_tells_only_the_receivers_and_keeps_a_note(anna, ticket, told):
    receivers = [Recipient("", "a@b.example"), Recipient("", "c@d.example")]

    message = forward(ticket=ticket, by=anna, to=receivers, text="Please look")

    assert (message.kind, message.flags) == (MessageKind.NOTE, {"forwarded": True})
    assert [name for name, facts in told] == ["message_written"]
    assert told[0][1]["recipients"] == receivers
    assert not Participant.objects.exists()
    assert lines(ticket) == [("forwarded", {"message": message.pk, "to": ["a@b.example", "c@d.example"]})]


def test_forward_to_nobody_is_refused(anna, ticket):
    with pytest.raises(Refused, match="Say to whom"):
        forward(ticket=ticket, by=anna, to=[], text="Please look")


@pytest.mark.parametrize(
    ("before", "after"),
    [("new", "new"), ("open", "open"), ("waiting", "open"), ("on_hold", "open"), ("resolved", "open")],
)
def test_answer_of_the_customer_reopens_what_is_not_new(clara, told, before, after):
    ticket = TicketFactory(requester=clara, status=before)

    message = answer(ticket=ticket, by=clara, text="Still broken")

    ticket.refresh_from_db()
    assert (ticket.status, ticket.resolved_at, ticket.snippet) == (after, None, "Still broken")
    assert (message.kind, message.channel, message.author) == (MessageKind.INBOUND, Channel.CABINET, clara)
    assert told == [("message_received", {"message": message})]
    assert lines(ticket) == [("received", {"message": message.pk, "before": before, "after": after})]


def test_answer_on_a_closed_ticket_is_not_allowed(clara):
    ticket = TicketFactory(requester=clara, status=Status.CLOSED)

    with pytest.raises(NotAllowed):
        answer(ticket=ticket, by=clara, text="Still broken")


def test_what_was_said_is_found_at_once(anna, ticket):
    reply(ticket=ticket, by=anna, text="The накладные work", files=[NewFile("report.pdf", b"%PDF-", "application/pdf")])

    found = {words: found_under(words) for words in ("накладная", "report.pdf", "nothing")}

    assert found == {"накладная": [ticket.pk], "report.pdf": [ticket.pk], "nothing": []}


def test_text_with_a_nul_is_kept_without_it(anna, ticket):
    assert reply(ticket=ticket, by=anna, text="a\0b").text == "ab"


@pytest.mark.parametrize(
    ("line", "addresses"),
    [
        ("", []),
        ("A@B.example", ["a@b.example"]),
        (
            "a@b.example, <c@d.example>;e@f.example\n g@h.example",
            ["a@b.example", "c@d.example", "e@f.example", "g@h.example"],
        ),
        ("Jonas Weber <jonas@shop.example>", ["jonas@shop.example"]),
        (
            '"Weber, Jonas" <j@b.example>; a@b.example Clara<c@d.example>, e@f.example',
            ["j@b.example", "a@b.example", "c@d.example", "e@f.example"],
        ),
    ],
)
def test_addresses_are_read_as_people_type_them(line, addresses):
    assert [person.address for person in read_addresses(line)] == addresses


def test_address_that_is_none_is_named():
    with pytest.raises(Refused, match="“nobody” is not an e-mail address"):
        read_addresses("a@b.example, nobody")
