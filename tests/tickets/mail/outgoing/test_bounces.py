"""Bounces find the mail they are about (R26), and forged ones harm little."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.models import ContactPoint
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.notices import notify
from tests.factories import ParticipantFactory, UserFactory
from tickets.actions.conversation import reply
from tickets.mail import tokens
from tickets.mail.actions.bounces import take_bounce
from tickets.mail.parsing.types import BouncedRecipient, Classification, MailKind
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
CLARA, BORIS = "clara@shop.example", "boris@shop.example"


def bounce(
    *, original="", references=(), to=(), subject="", recipient=CLARA, status="5.1.1", hard=True, action="failed"
):
    bounced = (BouncedRecipient(recipient, status, hard, "550", "no such user", action),) if recipient else ()
    return take_bounce(
        classification=Classification(MailKind.BOUNCE, "delivery-status", bounced, original, may_acknowledge=False),
        references=references,
        to_addresses=to,
        from_address="mailer-daemon@mx.example",
        subject=subject,
    )


@pytest.fixture
def answered(ticket, anna):
    """Anna's reply, which the server took."""
    message = reply(ticket=ticket, by=anna, text="It is mended.")
    Delivery.objects.update(state="sent", finished_at=timezone.now())
    return message


def row_to(address):
    return Delivery.objects.get(recipient=address, purpose=Purpose.REPLY)


def is_flagged(address):
    return ContactPoint.objects.filter(value=address, bounced_at__isnull=False).exists()


def test_a_bounce_that_names_our_message_id_marks_the_delivery_and_the_address(ticket, answered, anna):
    match = bounce(original=answered.message_id)

    row = row_to(CLARA)
    assert (row.state, row.reason, row.status_code) == ("bounced", "5.1.1 no such user", "5.1.1")
    assert (match.ticket, match.message, match.signal) == (ticket, answered, "message_id")
    assert [each.pk for each in match.deliveries] == [row.pk]
    assert is_flagged(CLARA)
    assert Ticket.objects.count() == 1


def test_the_agent_is_told_and_the_ticket_flagged(ticket, answered, anna):
    bounce(original=answered.message_id)

    ticket.refresh_from_db()
    assert (ticket.status, ticket.tags) == ("open", ["undelivered"])
    entry = Entry.objects.get(verb="delivery_bounced")
    assert entry.facts["message"] == answered.pk
    assert (entry.facts["before"], entry.facts["after"]) == ("waiting", "open")
    notice = Delivery.objects.get(purpose=Purpose.NOTICE)
    assert notice.recipient == anna.email
    assert f"#{ticket.number}" in notice.content["title"]


def test_the_same_bounce_again_tells_nobody_twice(answered):
    bounce(original=answered.message_id)
    bounce(original=answered.message_id)

    assert Entry.objects.filter(verb="delivery_bounced").count() == 1
    assert Delivery.objects.filter(purpose=Purpose.NOTICE).count() == 1


def test_a_delay_leaves_it_sent_with_the_reason(ticket, answered):
    match = bounce(original=answered.message_id, status="4.4.1", hard=False, action="delayed")

    row = row_to(CLARA)
    assert (row.state, row.reason) == ("sent", "4.4.1 no such user")
    assert match.message == answered
    assert not is_flagged(CLARA)
    assert not Entry.objects.filter(verb="delivery_bounced").exists()
    ticket.refresh_from_db()
    assert ticket.status == "waiting"


def test_a_full_mailbox_that_was_given_up_is_bounced_but_the_address_stays_good(answered):
    bounce(original=answered.message_id, status="5.2.2", hard=False, action="failed")

    assert row_to(CLARA).state == "bounced"
    assert not is_flagged(CLARA)


def test_only_the_recipient_it_names_is_accused(ticket, anna):
    ParticipantFactory(ticket=ticket, user=UserFactory(email=BORIS))
    message = reply(ticket=ticket, by=anna, text="It is mended.")
    Delivery.objects.update(state="sent")

    bounce(original=message.message_id, recipient=BORIS)

    assert (row_to(CLARA).state, row_to(BORIS).state) == ("sent", "bounced")
    assert (is_flagged(CLARA), is_flagged(BORIS)) == (False, True)


def test_an_address_we_never_wrote_to_accuses_nobody_of_several(ticket, anna):
    ParticipantFactory(ticket=ticket, user=UserFactory(email=BORIS))
    message = reply(ticket=ticket, by=anna, text="It is mended.")
    Delivery.objects.update(state="sent")

    match = bounce(original=message.message_id, recipient="passed-on@elsewhere.example")

    assert match.message == message
    assert match.deliveries == ()
    assert {row_to(CLARA).state, row_to(BORIS).state} == {"sent"}


def test_mail_that_was_passed_on_accuses_its_only_recipient(answered):
    bounce(original=answered.message_id, recipient="passed-on@elsewhere.example")

    assert row_to(CLARA).state == "bounced"
    assert is_flagged(CLARA)
    assert not is_flagged("passed-on@elsewhere.example")


def test_it_is_found_by_our_message_id_in_the_references(answered):
    match = bounce(references=["other@mx.example", answered.message_id])

    assert (match.signal, row_to(CLARA).state) == ("reference", "bounced")


def test_it_is_found_by_the_tickets_own_address(ticket, answered, support):
    match = bounce(to=[tokens.plus_address(address=support.address, number=ticket.number)])

    assert (match.signal, match.ticket, row_to(CLARA).state) == ("plus_address", ticket, "bounced")


def test_it_is_found_by_the_signed_token_in_the_subject(ticket, answered):
    match = bounce(subject=f"Undeliverable: Re: Basket {tokens.subject_token(ticket.number)}")

    assert (match.signal, row_to(CLARA).state) == ("subject_token", "bounced")


def test_it_is_found_by_a_recipient_we_wrote_to_lately(ticket, answered):
    match = bounce()

    assert (match.signal, match.ticket, row_to(CLARA).state) == ("recipient", ticket, "bounced")


def test_a_recipient_we_wrote_to_long_ago_is_no_sign(answered):
    Delivery.objects.update(created_at=timezone.now() - timedelta(days=6))

    assert bounce() is None


@pytest.mark.parametrize("sign", ["recipient", "subject"])
def test_a_bounce_that_anybody_could_have_forged_flags_no_address(ticket, answered, sign):
    bounce(subject=f"{tokens.subject_token(ticket.number)}" if sign == "subject" else "")

    assert not is_flagged(CLARA)


def test_a_forged_message_id_with_our_looks_finds_nothing(ticket, answered):
    forged = f"hd.{ticket.number}.aaaaaaaaaaaa.bbbbbbbbbbbbbbbbbbbb@helpdesk.example"

    assert bounce(original=forged, recipient="nobody@elsewhere.example") is None
    assert row_to(CLARA).state == "sent"


def test_a_bounce_of_something_unknown_matches_nothing(ticket):
    assert bounce(original="other@elsewhere.example", recipient="nobody@elsewhere.example") is None


def test_a_bounce_that_names_nobody_accuses_the_only_recipient_softly(answered):
    match = bounce(original=answered.message_id, recipient="")

    assert [row.recipient for row in match.deliveries] == [CLARA]
    assert row_to(CLARA).state == "sent"
    assert row_to(CLARA).reason == "delivery-status"


def test_a_bounce_of_a_notice_tells_nobody_so_that_nothing_goes_round(ticket, anna, kept_connections):
    [notice] = notify(person=anna, subject=ticket, title="x", text="y", path="/desk/", conversation=ticket.number)
    Delivery.objects.update(state="sent", message_id="notice-1@helpdesk.example")

    match = bounce(original="notice-1@helpdesk.example", recipient=anna.email)

    assert (match.ticket, match.message) == (ticket, None)
    notice.refresh_from_db()
    assert notice.state == "bounced"
    assert not Entry.objects.filter(verb="delivery_bounced").exists()
    assert Delivery.objects.count() == 1


def test_a_delivery_that_was_released_meanwhile_is_not_taken_back(answered):
    Delivery.objects.update(state="queued")

    assert bounce(original=answered.message_id) is None
    assert row_to(CLARA).state == "queued"


def test_a_bounce_that_overtakes_our_own_record_stays(answered):
    Delivery.objects.update(
        state="sending", lease_until=timezone.now() + timedelta(minutes=1), data_at=timezone.now(), finished_at=None
    )

    bounce(original=answered.message_id)

    row = row_to(CLARA)
    assert (row.state, row.lease_until) == ("bounced", None)
    assert row.finished_at is not None
