"""Replies, notes and forwards."""

from uuid import uuid4

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.factories import MailboxFactory, MessageFactory, ParticipantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import at_most
from tickets.enums import MessageKind, Status
from tickets.models import Message, Participant

KINDS = [("replies", "reply"), ("notes", "note"), ("forwards", "note")]


def url_of(ticket, kind=""):
    return f"/desk/tickets/{ticket.number}/" + (f"{kind}/" if kind else "")


def seen_on(page):
    return tree(page).get_element_by_id("seen").get("value")


def errors_in(response):
    document = tree(response.content.decode())
    return [each.text_content() for each in document.xpath("//form[@id='composer']//ul[@class='field-errors']/li")]


def test_reply_with_only_a_body_answers_the_customer(desk, anna, clara):
    ticket = TicketFactory(requester=clara, status=Status.NEW)

    response = desk.post(url_of(ticket, "replies"), {"body": "It works again."})

    assert (response.status_code, response["Location"]) == (303, url_of(ticket))
    message = Message.objects.get()
    assert (message.kind, message.text, message.author) == (MessageKind.REPLY, "It works again.", anna)
    assert message.sent_to == [{"name": "Clara Weiss", "address": "clara@nordlicht.example"}]
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING


def test_reply_runs_few_statements(desk, clara):
    ticket = TicketFactory(requester=clara)
    ParticipantFactory(ticket=ticket)
    desk.post(url_of(ticket, "replies"), {"body": "First"})

    with at_most(15):
        desk.post(url_of(ticket, "replies"), {"body": "It works again."})


WRITTEN, PRINTED = 15, 11
"""Statements of a reply by htmx: as many as without it, and what it takes to show everything that it changed."""


def answered_by_htmx(desk, ticket):
    """What a reply from the page, as it stands now, runs."""
    form = {"body": "It works again.", "seen": seen_on(desk.get(url_of(ticket)).content.decode())}
    with at_most(WRITTEN + PRINTED) as ran:
        answer = desk.post(url_of(ticket, "replies"), form, headers=HTMX)
    assert (answer.status_code, "It works again." in answer.content.decode()) == (200, True)
    return ran


def test_reply_by_htmx_runs_the_same_few_statements_for_one_watcher_and_for_twenty(desk, clara):
    MailboxFactory(is_default=True)
    warm, one, crowd = (TicketFactory(requester=clara) for _ in range(3))
    for ticket, watchers in ((warm, 1), (one, 1), (crowd, 20)):
        ParticipantFactory.create_batch(watchers, ticket=ticket)
    answered_by_htmx(desk, warm)

    for_one, for_twenty = answered_by_htmx(desk, one), answered_by_htmx(desk, crowd)

    assert for_one.count == for_twenty.count, f"{for_one}\n\n{for_twenty}"
    sent = Delivery.objects.filter(purpose="reply")
    assert [sent.filter(conversation=ticket.number).count() for ticket in (one, crowd)] == [2, 21]


def test_reply_with_everything_keeps_everything(desk, clara):
    ticket = TicketFactory(requester=clara)
    files = [SimpleUploadedFile("a.txt", b"one"), SimpleUploadedFile("b.txt", b"two")]

    desk.post(
        url_of(ticket, "replies"),
        {
            "body": "See the files.",
            "cc": "Boss@shop.example, it@shop.example",
            "then": "resolved",
            "attachments": files,
        },
    )

    message = Message.objects.get()
    assert [person["address"] for person in message.sent_cc] == ["boss@shop.example", "it@shop.example"]
    assert [file.filename for file in message.attachments.all()] == ["a.txt", "b.txt"]
    assert list(Participant.objects.values_list("user__email", flat=True)) == ["boss@shop.example", "it@shop.example"]
    ticket.refresh_from_db()
    assert ticket.status == Status.RESOLVED


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_same_form_sent_twice_is_one_message(desk, kind, stored):
    ticket = TicketFactory()
    form = {"body": "Once.", "key": str(uuid4()), "to": "partner@other.example"}

    for _ in range(2):
        assert desk.post(url_of(ticket, kind), form).status_code == 303

    assert list(Message.objects.values_list("kind", flat=True)) == [stored]


def test_note_stays_inside(desk):
    ticket = TicketFactory(status=Status.WAITING)

    desk.post(url_of(ticket, "notes"), {"body": "Only for us"})

    message = Message.objects.get()
    assert (message.kind, message.sent_to) == (MessageKind.NOTE, [])
    ticket.refresh_from_db()
    assert (ticket.status, ticket.snippet) == (Status.WAITING, "")


def test_forward_says_to_whom_and_lets_nobody_in(desk):
    ticket = TicketFactory()

    desk.post(url_of(ticket, "forwards"), {"body": "Please look", "to": "partner@other.example"})

    message = Message.objects.get()
    assert message.flags == {"forwarded": True}
    assert message.sent_to == [{"name": "", "address": "partner@other.example"}]
    assert not Participant.objects.exists()


@pytest.mark.parametrize(
    ("kind", "form", "error"),
    [
        ("replies", {"body": "  "}, "Write something or attach a file first."),
        ("notes", {"body": ""}, "Write something or attach a file first."),
        ("replies", {"body": "Kept", "cc": "not an address"}, "“not” is not an e-mail address."),
        (
            "replies",
            {"body": "Kept", "then": "exploded"},
            "Select a valid choice. exploded is not one of the available choices.",
        ),
        ("replies", {"body": "Kept", "key": "no-uuid"}, "Enter a valid UUID."),
        ("forwards", {"body": "Kept"}, "Say to whom: at least one e-mail address."),
        ("forwards", {"body": "Kept", "to": "x@"}, "“x@” is not an e-mail address."),
    ],
)
@pytest.mark.parametrize("headers", [{}, HTMX])
def test_refused_form_comes_back_with_its_text_and_the_reason(desk, kind, form, error, headers):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, kind), form, headers=headers)

    assert response.status_code == 422
    assert errors_in(response) == [error]
    assert tree(response.content.decode()).xpath("//textarea")[0].text.strip() == form["body"].strip()
    assert not Message.objects.exists()
    assert not Entry.objects.exists()


def test_reply_with_a_file_too_large_names_it_and_keeps_the_text(desk, settings):
    settings.UPLOAD_MAX_BYTES = 10
    ticket = TicketFactory()

    response = desk.post(
        url_of(ticket, "replies"), {"body": "Kept", "attachments": SimpleUploadedFile("big.bin", b"x" * 11)}
    )

    assert response.status_code == 422
    assert "big.bin" in errors_in(response)[0]
    assert "Kept" in response.content.decode()


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_answer_to_htmx_applied_to_the_page_equals_a_reload(desk, kind, stored):
    ticket = TicketFactory(status=Status.NEW)
    MessageFactory(ticket=ticket)
    compose = {"replies": "reply", "notes": "note", "forwards": "forward"}[kind]
    before = desk.get(url_of(ticket), {"compose": compose}).content.decode()
    form = {"body": "Said.", "to": "a@b.example", "then": "resolved", "seen": seen_on(before)}

    response = desk.post(url_of(ticket, kind), form, headers=HTMX)

    assert response.status_code == 200
    after = desk.get(url_of(ticket), {"compose": compose}).content.decode()
    assert shown(applied(before, response, target="composer")) == shown(after)
    assert "Said." in after


def test_answer_to_htmx_brings_what_others_did_meanwhile(desk):
    ticket = TicketFactory()
    before = desk.get(url_of(ticket)).content.decode()
    MessageFactory(ticket=ticket, text="Meanwhile", html="", kind=MessageKind.NOTE, author=StaffFactory())

    response = desk.post(url_of(ticket, "replies"), {"body": "Said.", "seen": seen_on(before)}, headers=HTMX)

    assert shown(applied(before, response, target="composer")) == shown(desk.get(url_of(ticket)).content.decode())
    assert "Meanwhile" in response.content.decode()


@pytest.mark.parametrize("seen", ["", "x.y", "1", "1.2.3", "-1.0", "9" * 30 + ".1"])
def test_answer_to_htmx_that_does_not_say_what_is_shown_loads_the_page(desk, seen):
    ticket = TicketFactory()

    response = desk.post(url_of(ticket, "replies"), {"body": "Said.", "seen": seen}, headers=HTMX)

    assert (response.status_code, response["HX-Redirect"]) == (204, url_of(ticket))


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_writing_on_a_ticket_of_another_queue_finds_nothing(browse, oleg, kind, stored):
    ticket = TicketFactory(team=TeamFactory())

    response = browse(oleg).post(url_of(ticket, kind), {"body": "Hello", "to": "a@b.example"})

    assert response.status_code == 404
    assert not Message.objects.exists()


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_writing_at_the_desk_is_closed_to_customers(browse, clara, kind, stored):
    ticket = TicketFactory(requester=clara)

    assert browse(clara).post(url_of(ticket, kind), {"body": "Hello"}).status_code == 403
    assert not Message.objects.exists()


@pytest.mark.parametrize(("kind", "status"), [("replies", 403), ("forwards", 403), ("notes", 303)])
def test_accountant_writes_notes_and_no_answers(browse, accountant, kind, status):
    ticket = TicketFactory()

    response = browse(accountant).post(url_of(ticket, kind), {"body": "Hello", "to": "a@b.example"})

    assert response.status_code == status
    assert Message.objects.count() == (status == 303)


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_writing_takes_only_post(desk, kind, stored):
    assert desk.get(url_of(TicketFactory(), kind)).status_code == 405


@pytest.mark.parametrize(("kind", "stored"), KINDS)
def test_writing_on_no_ticket_is_not_found(desk, kind, stored):
    assert desk.post(f"/desk/tickets/999999/{kind}/", {"body": "Hello"}).status_code == 404


def test_reply_without_the_token_of_the_form_is_refused(anna):
    from django.test import Client

    browser = Client(enforce_csrf_checks=True)
    browser.force_login(anna, backend="helpdesk.accounts.backends.Backend")
    ticket = TicketFactory()

    assert browser.post(url_of(ticket, "replies"), {"body": "Hello"}).status_code == 403
    assert not Message.objects.exists()


def test_copied_colleague_is_not_made_a_customer(desk):
    colleague = StaffFactory(email="timur@helpdesk.example")
    ticket = TicketFactory()

    desk.post(url_of(ticket, "replies"), {"body": "Hello", "cc": "TIMUR@helpdesk.example"})

    assert User.objects.get(email="timur@helpdesk.example") == colleague
    assert colleague.role == "agent"
