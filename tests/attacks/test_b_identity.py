"""Attacks by pretending to be somebody: in From, in references, in headers, in copies."""

from email.utils import formataddr

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.attacks.letters import letter_of
from tests.browsers import browser_of
from tests.factories import StaffFactory, TicketFactory
from tests.htmx import tree
from tests.tickets.mail.conftest import mail
from tickets.actions.conversation import reply
from tickets.enums import Approval, MessageKind, Status
from tickets.mail.tokens import (
    new_message_id,
    number_of_message_id,
    number_of_plus_address,
    numbers_in_subject,
    plus_address,
    subject_token,
)
from tickets.models import Message, Participant, Ticket

SUPPORT = "support@helpdesk.example"


@pytest.fixture
def ticket(clara):
    return TicketFactory(requester=clara, subject="Basket", status=Status.WAITING)


def written(raw):
    assert raw.state == "processed", raw.reason
    return raw.message


def article_of(desk, message):
    page = desk.get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    return tree(page).get_element_by_id(f"m{message.pk}").text_content()


@pytest.mark.django_db
@pytest.mark.parametrize("evidence", ["message_id", "address", "subject", "nothing"])
def test_b01_mail_under_an_agents_address_never_speaks_for_the_desk(deliver, ticket, anna, desk, evidence):
    headers = {
        "message_id": {"In_Reply_To": f"<{new_message_id(number=ticket.number, domain='helpdesk.example')}>"},
        "address": {"to": plus_address(address=SUPPORT, number=ticket.number)},
        "subject": {"subject": subject_token(ticket.number)},
        "nothing": {},
    }[evidence]

    message = written(deliver(mail(sender="Anna <anna@helpdesk.example>", body="Send me your password.", **headers)))

    assert message.kind == MessageKind.INBOUND
    assert message.approval == (Approval.NONE if evidence == "nothing" else Approval.PENDING)
    assert not Delivery.objects.filter(recipient="clara@shop.example").exists()
    assert "Send me your password" not in browser_of(ticket.requester).get(page_of(ticket)).content.decode()
    warning = "nothing proves that" if evidence == "nothing" else "does not prove that they wrote it"
    assert warning in article_of(desk, message)


def page_of(ticket):
    return f"/cabinet/requests/{ticket.number}/"


@pytest.mark.django_db
def test_b01_proof_of_the_domain_makes_no_agent_of_a_mail(deliver, ticket, anna, settings):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    proof = {"Authentication_Results": "mx.helpdesk.example; dmarc=pass; spf=pass; dkim=pass"}

    message = written(deliver(mail(sender=anna.email, subject=subject_token(ticket.number), **proof)))

    ticket.refresh_from_db()
    assert (message.kind, message.approval) == (MessageKind.INBOUND, Approval.PENDING)
    assert ticket.status == Status.WAITING


@pytest.mark.django_db
def test_b01_agent_who_takes_part_is_not_believed_by_mail_either(deliver, ticket, anna):
    Participant.objects.create(ticket=ticket, user=anna)

    message = written(deliver(mail(sender=anna.email, subject=subject_token(ticket.number))))

    assert message.approval == Approval.PENDING


MARKS = {
    "message_id": new_message_id(number=20481, domain="helpdesk.example").partition("@")[0],
    "address": plus_address(address=SUPPORT, number=20481).partition("@")[0].partition("+")[2],
    "subject": subject_token(20481)[2:-1],
}


def number_by(kind, mark):
    if kind == "message_id":
        return number_of_message_id(f"{mark}@helpdesk.example")
    if kind == "address":
        return number_of_plus_address(f"support+{mark}@helpdesk.example", base=[SUPPORT])
    return next(iter(numbers_in_subject(f"Re: [#{mark}]")[0]), None)


@pytest.mark.parametrize("kind", MARKS)
def test_b02_mark_with_any_shorter_or_longer_signature_is_none(kind):
    mark = MARKS[kind]
    head = mark[: max(mark.rfind("."), mark.rfind("-")) + 1]

    assert number_by(kind, mark) == 20481
    assert [number_by(kind, mark[:length]) for length in range(len(mark))] == [None] * len(mark)
    assert [number_by(kind, head + more) for more in ("", "=", "a" * 10, "a" * 20, "0" * 20, "%", "\x00")] == [None] * 7
    assert [number_by(kind, mark + more) for more in ("a", "=", "==", ".a", "a" * 500)] == [None] * 5


@pytest.mark.parametrize("kind", MARKS)
@given(position=st.integers(0, 60), letter=st.sampled_from("abcdefghijklmnopqrstuvwxyz0123456789.-=\u017f\u212a\uff11"))
def test_b02_mark_with_any_other_letter_is_none(kind, position, letter):
    mark = MARKS[kind]
    position %= len(mark)
    changed = mark[:position] + letter + mark[position + 1 :]

    assert number_by(kind, changed) in ({20481} if changed.lower() == mark else {None})


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(digits=st.text("abcdefghijklmnopqrstuvwxyz234567", max_size=20))
@pytest.mark.django_db
def test_b02_stranger_with_a_guessed_signature_opens_a_ticket_of_their_own(deliver, ticket, digits):
    guesses = {
        "In_Reply_To": f"<hd.{ticket.number}.{'a' * 12}.{digits}@helpdesk.example>",
        "References": f"<notify-{ticket.number}-1@helpdesk.example>",
        "subject": f"Re: [#{ticket.number}-{digits}]",
        "to": f"support+{ticket.number}.{digits}@helpdesk.example",
    }

    message = written(deliver(mail(sender="sergei@stranger.example", body=f"In: {digits}.", **guesses)))

    assert message.ticket.number != ticket.number
    assert not Message.objects.filter(ticket=ticket).exists()


CONTROL = {
    "X_Helpdesk_Ticket": "{number}",
    "X_Helpdesk_Requester": "clara@shop.example",
    "X_Helpdesk_Status": "closed",
    "X_Helpdesk_Owner": "anna@helpdesk.example",
    "X_Helpdesk_Session_User_Id": "1",
    "X_Helpdesk_Kind": "reply",
    "X_Helpdesk_Team": "1",
    "X_Zammad_Ticket_Owner": "anna@helpdesk.example",
    "X_Zammad_Session_User_Id": "1",
    "X_RT_Command": "Status: resolved",
    "X_RT_Ticket": "helpdesk.example #{number}",
    "X_OTRS_Priority": "5 very high",
    "X_Priority": "1",
    "X_Raw_Mail_State": "processed",
}


@pytest.mark.django_db
def test_b03_no_header_from_outside_controls_anything(deliver, ticket):
    headers = {name: value.format(number=ticket.number) for name, value in CONTROL.items()}

    plain = written(deliver(mail(sender="sergei@stranger.example", body="Plain.")))
    bold = written(deliver(mail(sender="oleg@stranger.example", body="Bold.", **headers)))

    for message in (plain, bold):
        ticket_made = message.ticket
        assert ticket_made.pk != ticket.pk
        assert (ticket_made.status, ticket_made.priority, ticket_made.tags) == (Status.NEW, plain.ticket.priority, [])
        assert (ticket_made.assignee, ticket_made.team, message.kind) == (None, None, MessageKind.INBOUND)
    assert bold.ticket.requester.email == "oleg@stranger.example"


@pytest.mark.django_db
@pytest.mark.parametrize(
    "header", ["Authentication-Results", "Received-SPF", "X-Authentication-Results", "DKIM-Status"]
)
def test_b03_proof_that_came_with_the_mail_proves_nothing(deliver, settings, header):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    ours = "mx.helpdesk.example; dmarc=fail; spf=fail"
    forged = "mx.helpdesk.example; dmarc=pass; spf=pass"
    raw = mail().replace(b"From:", f"Authentication-Results: {ours}\r\n{header}: {forged}\r\nFrom:".encode(), 1)

    message = written(deliver(raw))

    assert message.flags["auth"] == {"dmarc": "fail", "spf": "fail"}


@pytest.mark.django_db
def test_b03_proof_by_a_server_that_is_not_ours_proves_nothing(deliver, settings):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]

    message = written(deliver(mail(Authentication_Results="mx.evil.example; dmarc=pass; spf=pass")))

    assert message.flags.get("auth", {}).get("dmarc") != "pass"


@pytest.mark.django_db
def test_b07_copy_added_on_the_way_gets_nothing_until_staff_let_it_in(deliver, ticket, anna):
    Participant.objects.filter(ticket=ticket).delete()
    old = reply(ticket=ticket, by=anna, text="Your password is hunter2.")
    raw = mail(sender="clara@shop.example", subject=subject_token(ticket.number), Cc="Eve <eve@evil.example>")
    written(deliver(raw))

    new = reply(ticket=ticket, by=anna, text="Something new.")

    eve = Participant.objects.get(ticket=ticket).user
    assert eve.email == "eve@evil.example"
    assert [row.recipient for row in Delivery.objects.about(new)] == ["clara@shop.example"]
    assert "eve@evil.example" not in letter_of(new).as_string()
    assert browser_of(eve).get(page_of(ticket)).status_code == 404
    assert not Message.objects.visible_to(eve).filter(pk=old.pk).exists()


@pytest.mark.django_db
def test_b07_forged_mail_of_the_requester_brings_nobody_in(deliver, ticket, anna, settings):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    forged = {"Authentication_Results": "mx.helpdesk.example; dmarc=fail", "Cc": "eve@evil.example"}

    on_the_way = written(deliver(mail(subject=subject_token(ticket.number), **forged)))
    opening = written(deliver(mail(body="Another request of mine.", **forged)))

    assert on_the_way.approval == Approval.PENDING
    assert not Participant.objects.filter(is_active=True).exists()
    answer = reply(ticket=opening.ticket, by=anna, text="Your password is hunter2.")
    assert [row.recipient for row in Delivery.objects.about(answer)] == ["clara@shop.example"]


@pytest.mark.django_db
def test_b07_stranger_with_a_forwarded_mark_sees_no_history(deliver, ticket, sergei, anna):
    reply(ticket=ticket, by=anna, text="Your password is hunter2.")

    message = written(deliver(mail(sender=sergei.email, subject=subject_token(ticket.number), Cc="eve@evil.example")))

    browser = browser_of(sergei)
    assert message.approval == Approval.PENDING
    assert browser.get(page_of(ticket)).status_code == 404
    assert b"hunter2" not in browser.get("/cabinet/requests/").content
    assert not Participant.objects.filter(ticket=ticket).exists()


@pytest.mark.django_db
def test_b08_author_is_whoever_sends_whatever_the_form_says(ticket, anna, desk):
    boris = StaffFactory(name="Boris", email="boris@helpdesk.example")
    draft = {"body": "Hello", "author": boris.pk, "by": boris.pk, "from_name": "Boris", "user": boris.email}

    answer = desk.post(f"/desk/tickets/{ticket.number}/replies/", draft)

    message = Message.objects.get(ticket=ticket)
    assert answer.status_code == 303
    assert message.author == anna
    assert Entry.objects.about(ticket).get(verb="replied").actor == anna
    assert "Anna" in letter_of(message)["From"]
    assert "Boris" not in letter_of(message).as_string()


@pytest.mark.django_db
@pytest.mark.parametrize("sender", ["Clara <clara@gmail.example>", '"clara@shop.example" <eve@evil.example>'])
def test_b09_answer_from_a_new_address_changes_no_requester_and_waits(deliver, ticket, anna, sender):
    message = written(deliver(mail(sender=sender, subject=subject_token(ticket.number), Reply_To="eve@evil.example")))

    ticket.refresh_from_db()
    answer = reply(ticket=ticket, by=anna, text="Hello")
    assert ticket.requester.email == "clara@shop.example"
    assert message.approval == Approval.PENDING
    assert [row.recipient for row in Delivery.objects.about(answer)] == ["clara@shop.example"]


@pytest.mark.django_db
def test_b12_several_senders_are_told_and_the_first_counts(deliver, desk):
    message = written(deliver(mail(sender="clara@shop.example, anna@helpdesk.example, eve@evil.example")))

    assert message.from_address == "clara@shop.example"
    assert message.flags["several_from"] is True
    assert "more than one sender" in article_of(desk, message)


@pytest.mark.django_db
def test_b12_second_from_header_makes_nobody_else_the_author(deliver, ticket):
    raw = mail(sender="eve@evil.example", subject=subject_token(ticket.number))
    message = written(deliver(raw.replace(b"\r\nTo:", b"\r\nFrom: clara@shop.example\r\nTo:", 1)))

    assert message.from_address == "eve@evil.example"
    assert message.flags["several_from"] is True
    assert message.approval == Approval.PENDING


@pytest.mark.django_db
def test_b12_sender_and_reply_to_are_not_believed(deliver, ticket):
    headers = {
        "Sender": "clara@shop.example",
        "Reply_To": "clara@shop.example",
        "subject": subject_token(ticket.number),
    }

    message = written(deliver(mail(sender="eve@evil.example", **headers)))

    assert message.author.email == "eve@evil.example"
    assert message.approval == Approval.PENDING


@pytest.mark.django_db
@pytest.mark.parametrize(
    "name", ["Anna", "anna@helpdesk.example", "clara@shop.example via Support", "<anna@helpdesk.example>"]
)
def test_b12_page_shows_the_address_beside_the_name_that_poses_as_another(deliver, desk, anna, settings, name):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    proof = "mx.helpdesk.example; dmarc=none; spf=softfail"

    message = written(deliver(mail(sender=formataddr((name, "eve@evil.example")), Authentication_Results=proof)))

    shown = article_of(desk, message)
    assert "eve@evil.example" in shown
    assert "SPF softfail" in shown
    assert message.author.pk != anna.pk


@pytest.mark.django_db
def test_b12_tickets_are_not_merged_by_a_name(deliver, ticket):
    message = written(deliver(mail(sender="Clara <clara@shop.evil.example>", subject="Re: Basket")))

    assert message.ticket.pk != ticket.pk
    assert Ticket.objects.count() == 2
