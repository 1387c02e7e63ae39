"""Messages and files by API."""

import pytest

from helpdesk.notifications.actions.outbox import Outgoing, enqueue
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, StaffFactory, TicketFactory
from tests.statements import count_of
from tickets.actions.files import NewFile, store_files
from tickets.enums import Approval, MessageKind


def messages(caller, ticket):
    return caller.get(f"/api/v1/tickets/{ticket.number}/messages/").json()["items"]


def sent(message, *states, purpose=Purpose.REPLY):
    rows = enqueue(
        subject=message,
        outgoing=[Outgoing(purpose=purpose, recipient=f"{n}@shop.example") for n, _ in enumerate(states)],
    )
    for row, state in zip(rows, states, strict=True):
        Delivery.objects.filter(pk=row.pk).update(state=state)


def test_message_has_exactly_the_described_fields(program, anna, clara):
    ticket = TicketFactory(requester=clara)
    message = MessageFactory(
        ticket=ticket,
        subject="Checkout",
        text="It fails.\n\n> Before",
        folds=[[9, 19]],
        html="<p>It fails.</p>",
        sent_to=[{"name": "Support", "address": "support@helpdesk.example"}],
        message_id="1@nordlicht.example",
        thread_signal="new",
    )
    (file,) = store_files(message=message, files=[NewFile("log.txt", b"502", "text/plain")], by=None)

    (found,) = messages(program(anna), ticket)

    assert found == {
        "id": message.pk,
        "kind": "inbound",
        "direction": "in",
        "author": {"id": clara.pk, "name": "Clara Weiss", "email": "clara@nordlicht.example"},
        "from": {"name": "Clara Weiss", "address": "clara@nordlicht.example"},
        "to": [{"name": "Support", "address": "support@helpdesk.example"}],
        "cc": [],
        "subject": "Checkout",
        "text": "It fails.\n\n> Before",
        "visible_text": "It fails.",
        "html": "<p>It fails.</p>",
        "message_id": "1@nordlicht.example",
        "in_reply_to": None,
        "thread_signal": "new",
        "delivery_state": None,
        "approval": None,
        "created_at": found["created_at"],
        "attachments": [
            {
                "id": str(file.pk),
                "filename": "log.txt",
                "content_type": "text/plain",
                "size": 3,
                "sha256": file.sha256,
            }
        ],
    }


def test_messages_come_in_order_with_their_directions(program, anna, clara):
    ticket = TicketFactory(requester=clara)
    for kind, author in ((MessageKind.INBOUND, clara), (MessageKind.NOTE, anna), (MessageKind.REPLY, anna)):
        MessageFactory(ticket=ticket, kind=kind, author=author)

    assert [found["direction"] for found in messages(program(anna), ticket)] == ["in", "internal", "out"]


def test_customer_reads_neither_notes_nor_what_waits_nor_staffs_addresses(program, anna, clara, sergei):
    ticket = TicketFactory(requester=clara)
    MessageFactory(ticket=ticket, kind=MessageKind.NOTE, author=anna)
    MessageFactory(ticket=ticket, author=sergei, approval=Approval.PENDING)
    reply = MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=anna, thread_signal="new")

    (found,) = messages(program(clara), ticket)

    assert found["id"] == reply.pk
    assert found["from"] == {"name": "Anna Orlova", "address": ""}
    assert found["author"]["email"] is None
    assert found["thread_signal"] is None


@pytest.mark.parametrize(
    ("states", "expected"),
    [
        ([DeliveryState.SENT, DeliveryState.SENT], "sent"),
        ([DeliveryState.SENT, DeliveryState.QUEUED], "queued"),
        ([DeliveryState.SENT, DeliveryState.BOUNCED, DeliveryState.HELD], "bounced"),
        ([DeliveryState.UNKNOWN, DeliveryState.FAILED], "failed"),
        ([DeliveryState.CANCELLED, DeliveryState.SENT], "sent"),
        ([], None),
    ],
)
def test_delivery_state_is_the_worst_of_the_copies(program, anna, states, expected):
    reply = MessageFactory(kind=MessageKind.REPLY, author=anna)
    sent(reply, *states)

    (found,) = messages(program(anna), reply.ticket)

    assert found["delivery_state"] == expected


def test_delivery_state_of_an_inbound_message_is_null_whatever_was_sent_about_it(program, anna):
    message = MessageFactory()
    sent(message, DeliveryState.FAILED, purpose=Purpose.ACKNOWLEDGEMENT)

    (found,) = messages(program(anna), message.ticket)

    assert found["delivery_state"] is None


def test_messages_take_the_same_few_statements_however_many_there_are(program, anna):
    ticket, caller = TicketFactory(), program(anna)
    MessageFactory(ticket=ticket)
    messages(caller, ticket)
    one, _ = count_of(lambda: messages(caller, ticket))
    for _ in range(2):
        reply = MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=StaffFactory())
        sent(reply, DeliveryState.SENT)

    three, statements = count_of(lambda: messages(caller, ticket))

    assert (one, three) == (5, 5), statements


def test_attachment_is_handed_out_as_a_download_that_runs_nowhere(program, anna, clara):
    message = MessageFactory(ticket=TicketFactory(requester=clara))
    page = NewFile("page.html", b"<script>alert(1)</script>", "text/html")
    (file,) = store_files(message=message, files=[page], by=None)

    response = program(clara).get(f"/api/v1/attachments/{file.pk}/content/?inline")

    assert response.status_code == 200
    assert b"".join(response.streaming_content) == b"<script>alert(1)</script>"
    assert response["Content-Type"] == "application/octet-stream"
    assert response["Content-Disposition"] == 'attachment; filename="page.html"'
    assert response["X-Content-Type-Options"] == "nosniff"
    assert response["Content-Security-Policy"].startswith("sandbox; default-src 'none'")


def test_attachment_of_a_strangers_ticket_or_of_a_note_is_not_found(program, anna, clara, sergei):
    message = MessageFactory(ticket=TicketFactory(requester=clara))
    note = MessageFactory(ticket=message.ticket, kind=MessageKind.NOTE, author=anna)
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)
    (secret,) = store_files(message=note, files=[NewFile("b.txt", b"b", "text/plain")], by=None)

    asked = [(sergei, file), (clara, secret), (sergei, secret)]

    assert [program(who).get(f"/api/v1/attachments/{what.pk}/content/").status_code for who, what in asked] == [404] * 3


def test_download_that_broke_off_goes_on_where_it_was(program, clara):
    message = MessageFactory(ticket=TicketFactory(requester=clara))
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"0123456789", "text/plain")], by=None)
    caller, path = program(clara), f"/api/v1/attachments/{file.pk}/content/"
    whole = caller.get(path)

    rest = caller.get(path, headers={"Range": "bytes=4-", "If-Range": whole["ETag"]})
    other = caller.get(path, headers={"Range": "bytes=4-", "If-Range": '"of before"'})

    said = [(each.status_code, b"".join(each.streaming_content)) for each in (whole, rest, other)]
    assert said == [(200, b"0123456789"), (206, b"456789"), (200, b"0123456789")]
    assert whole["Accept-Ranges"] == "bytes"
    assert (rest["Content-Range"], rest["Content-Length"]) == ("bytes 4-9/10", "6")
    assert rest["Content-Disposition"] == whole["Content-Disposition"]


def test_part_behind_the_end_of_a_file_is_a_problem_that_says_how_long_it_is(program, clara):
    message = MessageFactory(ticket=TicketFactory(requester=clara))
    (file,) = store_files(message=message, files=[NewFile("a.txt", b"0123456789", "text/plain")], by=None)

    response = program(clara).get(f"/api/v1/attachments/{file.pk}/content/", headers={"Range": "bytes=10-"})

    assert (response.status_code, response["Content-Range"]) == (416, "bytes */10")
    assert "10 bytes" in response.json()["detail"]
