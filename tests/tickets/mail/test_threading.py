"""Which ticket a mail belongs to, signal by signal, and who is let in."""

from datetime import timedelta

import pytest
from cryptography.fernet import Fernet
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.journal.models import Entry
from tests.factories import (
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    StaffFactory,
    TicketFactory,
    UserFactory,
)
from tests.tickets.mail.conftest import mail
from tickets.actions.moving import move
from tickets.enums import Approval, Status
from tickets.mail.enums import RawMailState
from tickets.mail.models import KnownId
from tickets.mail.tokens import new_message_id, plus_address, subject_token
from tickets.models import Message, Participant, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def clara():
    return UserFactory(name="Clara Weiss", email="clara@shop.example")


@pytest.fixture
def ticket(clara):
    return TicketFactory(requester=clara, subject="Basket is empty", status=Status.WAITING)


def written(raw_mail):
    assert raw_mail.state == RawMailState.PROCESSED, raw_mail.reason
    return raw_mail.message


def test_first_mail_opens_ticket_with_requester_and_team(deliver, mailbox):
    raw = deliver(mail())

    message = written(raw)
    assert message.ticket.subject == "Basket is empty"
    assert message.ticket.requester.email == "clara@shop.example"
    assert message.ticket.requester.name == "Clara Weiss"
    assert message.ticket.status == Status.NEW
    assert message.ticket.mail_thread.mailbox == mailbox
    assert (message.thread_signal, message.thread_confidence) == ("new", 100)


def test_signed_reference_when_from_requester_then_joins_and_reopens(deliver, ticket):
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")

    message = written(deliver(mail(subject="Re: something else", In_Reply_To=f"<{reference}>")))

    assert message.ticket == ticket
    assert message.thread_signal == "signed_reference"
    assert message.approval == Approval.NONE
    assert message.ticket.status == Status.OPEN


def test_signed_reference_when_two_tickets_then_nearest_parent_wins(deliver, ticket, clara):
    other = TicketFactory(requester=clara)
    far = new_message_id(number=other.number, domain="helpdesk.example")
    near = new_message_id(number=ticket.number, domain="helpdesk.example")

    message = written(deliver(mail(References=f"<{far}> <{near}>")))

    assert message.ticket == ticket


def test_plus_address_when_from_requester_then_joins(deliver, ticket):
    address = plus_address(address="support@helpdesk.example", number=ticket.number)

    message = written(deliver(mail(to=address, subject="hello")))

    assert message.ticket == ticket
    assert message.thread_signal == "signed_address"


def test_known_message_id_when_customers_own_earlier_mail_then_joins(deliver):
    first = written(deliver(mail(message_id="first@shop.example")))

    second = written(deliver(mail(body="And one more thing.", In_Reply_To="<first@shop.example>")))

    assert second.ticket == first.ticket
    assert second.thread_signal == "known_reference"


def test_unknown_reference_when_sibling_came_first_then_joins(deliver):
    sibling = written(deliver(mail(body="Sibling.", References="<never-seen@shop.example>")))

    late = written(deliver(mail(body="Late one.", message_id="never-seen@shop.example")))

    assert late.ticket == sibling.ticket


def test_subject_token_when_from_requester_then_joins(deliver, ticket):
    message = written(deliver(mail(subject=f"Re: Basket {subject_token(ticket.number)}")))

    assert message.ticket == ticket
    assert message.thread_signal == "signed_subject"


def test_plain_number_when_from_requester_then_joins(deliver, ticket):
    message = written(deliver(mail(subject=f"Re: [#{ticket.number}] Basket")))

    assert message.ticket == ticket
    assert (message.thread_signal, message.thread_confidence) == ("number", 60)


def test_plain_number_when_from_participant_then_joins(deliver, ticket):
    colleague = UserFactory(email="piotr@shop.example")
    Participant.objects.create(ticket=ticket, user=colleague)

    message = written(deliver(mail(sender="piotr@shop.example", subject=f"[#{ticket.number}]")))

    assert message.ticket == ticket
    assert message.is_public


def test_plain_number_when_from_stranger_then_new_ticket_that_mentions_it(deliver, ticket):
    message = written(deliver(mail(sender="Sergei <sergei@stranger.example>", subject=f"Re: [#{ticket.number}]")))

    assert message.ticket != ticket
    assert message.flags["mentions"] == ticket.number
    assert not Participant.objects.filter(ticket=ticket).exists()


def test_plain_number_when_from_customer_of_another_organisation_then_new_ticket(deliver, clara):
    clara.organisation = OrganisationFactory()
    clara.save()
    ticket = TicketFactory(requester=clara)
    sergei = UserFactory(email="sergei@stranger.example", organisation=OrganisationFactory())
    TicketFactory(requester=sergei)

    message = written(deliver(mail(sender="sergei@stranger.example", subject=f"Re: [#{ticket.number}]")))

    assert message.ticket != ticket


def test_plain_number_when_from_another_known_customer_then_held(deliver, ticket):
    other = UserFactory(email="maria@client.example")
    TicketFactory(requester=other)

    message = written(deliver(mail(sender="maria@client.example", subject=f"Re: [#{ticket.number}]")))

    assert message.ticket == ticket
    assert message.approval == Approval.PENDING


@pytest.mark.parametrize("evidence", ["signed_reference", "known_reference", "signed_subject", "signed_address"])
def test_strong_evidence_when_from_stranger_then_held_until_approved(deliver, ticket, evidence):
    MessageFactory(ticket=ticket)
    KnownId.objects.create(value="known@shop.example", ticket=ticket)
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")
    address = plus_address(address="support@helpdesk.example", number=ticket.number)
    mails = {
        "signed_reference": {"In_Reply_To": f"<{reference}>"},
        "known_reference": {"In_Reply_To": "<known@shop.example>"},
        "signed_subject": {"subject": f"Re: {subject_token(ticket.number)}"},
        "signed_address": {"to": address},
    }

    message = written(deliver(mail(sender="sergei@stranger.example", **mails[evidence])))

    ticket.refresh_from_db()
    assert message.ticket == ticket
    assert message.thread_signal == evidence
    assert message.approval == Approval.PENDING
    assert ticket.awaits_approval == 1
    assert ticket.status == Status.WAITING
    assert not Ticket.objects.visible_to(message.author).exists()
    assert not Message.objects.public().filter(pk=message.pk).exists()


def test_strong_evidence_when_from_colleague_of_organisation_then_counts(deliver, clara):
    clara.organisation = OrganisationFactory(domains=["shop.example"])
    clara.save()
    ticket = TicketFactory(requester=clara, organisation=clara.organisation)
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")

    message = written(deliver(mail(sender="piotr@shop.example", In_Reply_To=f"<{reference}>")))

    assert message.ticket == ticket
    assert message.is_public
    assert message.author.organisation == clara.organisation


def test_from_of_staff_when_forged_then_held_and_flagged(deliver, ticket):
    StaffFactory(name="Agent Anna", email="anna@helpdesk.example")
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")

    message = written(deliver(mail(sender="Anna <anna@helpdesk.example>", In_Reply_To=f"<{reference}>")))

    assert message.kind == "inbound"
    assert message.approval == Approval.PENDING
    assert message.flags["staff_address_unverified"] is True


def test_dmarc_failure_when_our_server_says_so_then_held(deliver, ticket, settings):
    settings.TRUSTED_AUTHSERV_IDS = ["mx.helpdesk.example"]
    reference = new_message_id(number=ticket.number, domain="helpdesk.example")
    headers = {"Authentication_Results": "mx.helpdesk.example; spf=fail; dmarc=fail header.from=shop.example"}

    message = written(deliver(mail(In_Reply_To=f"<{reference}>", **headers)))

    assert message.approval == Approval.PENDING
    assert message.flags["auth"] == {"spf": "fail", "dmarc": "fail"}


def test_authentication_results_when_of_unknown_server_then_ignored(deliver):
    message = written(deliver(mail(Authentication_Results="evil.example; dmarc=pass; spf=pass")))

    assert "auth" not in message.flags


def test_same_mail_when_it_comes_twice_then_duplicate(deliver):
    first = deliver(mail())

    second = deliver(mail(Received="from list.example by mx.helpdesk.example; Sat, 21 Nov 2026 10:00:02 +0000"))

    assert (second.state, second.message) == (RawMailState.DUPLICATE, first.message)
    assert Message.objects.count() == 1


def test_same_message_id_when_body_differs_then_new_flagged_message(deliver):
    first = written(deliver(mail(message_id="one@shop.example", body="First.")))

    second = written(deliver(mail(message_id="one@shop.example", body="Something else.")))

    assert second.pk != first.pk
    assert second.flags["same_id_other_body"] is True


def test_mail_without_message_id_when_it_comes_twice_then_duplicate(deliver):
    raw = mail(message_id="")
    first = deliver(raw)

    second = deliver(raw)

    assert (second.state, second.message) == (RawMailState.DUPLICATE, first.message)


def test_reply_when_resolved_then_reopens(deliver, ticket):
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.RESOLVED, resolved_at=timezone.now())

    message = written(deliver(mail(subject=subject_token(ticket.number))))

    assert (message.ticket, message.ticket.status) == (ticket, Status.OPEN)


def test_reply_when_closed_recently_then_reopens(deliver, ticket, mailbox):
    recently = timezone.now() - timedelta(days=mailbox.reopen_days - 1)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=recently, resolved_at=recently)

    message = written(deliver(mail(subject=subject_token(ticket.number))))

    assert (message.ticket, message.ticket.status) == (ticket, Status.OPEN)


def test_reply_when_closed_long_ago_then_linked_follow_up(deliver, ticket, mailbox):
    long_ago = timezone.now() - timedelta(days=mailbox.reopen_days + 1)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=long_ago, resolved_at=long_ago)

    message = written(deliver(mail(subject=subject_token(ticket.number))))

    assert message.ticket != ticket
    assert message.ticket.follow_up_of == ticket
    assert message.thread_signal == "follow_up"
    ticket.refresh_from_db()
    assert ticket.status == Status.CLOSED


def test_reply_when_archived_then_linked_follow_up_however_long_the_mailbox_reopens(deliver, ticket, mailbox):
    type(mailbox).objects.filter(pk=mailbox.pk).update(reopen_days=9999)
    long_ago = timezone.now() - timedelta(days=400)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.CLOSED, closed_at=long_ago, archived_at=timezone.now())

    message = written(deliver(mail(subject=subject_token(ticket.number))))

    assert message.ticket.follow_up_of == ticket
    ticket.refresh_from_db()
    assert (ticket.status, ticket.archived_at is None) == (Status.CLOSED, False)


def test_reply_when_locked_and_put_aside_then_taken_in_and_brought_back(deliver, ticket):
    in_a_week, anna = timezone.now() + timedelta(days=7), StaffFactory()
    Ticket.objects.filter(pk=ticket.pk).update(snoozed_until=in_a_week, locked_by=anna, locked_at=timezone.now())

    message = written(deliver(mail(subject=subject_token(ticket.number))))

    assert (message.ticket, message.ticket.snoozed_until, message.ticket.locked_by) == (ticket, None, anna)


def test_own_mail_when_it_comes_back_then_ignored(deliver, ticket):
    own = new_message_id(number=ticket.number, domain="helpdesk.example")

    raw = deliver(mail(message_id=own))

    assert (raw.state, raw.reason) == (RawMailState.IGNORED, "loop: our own mail came back")
    assert not Message.objects.exists()


def test_auto_reply_when_on_known_ticket_then_ignored_with_quiet_line(deliver, ticket):
    raw = deliver(mail(subject=f"Automatic reply: {subject_token(ticket.number)}", Auto_Submitted="auto-replied"))

    assert raw.state == RawMailState.IGNORED
    assert raw.ticket == ticket
    assert [entry.verb for entry in Entry.objects.about(ticket)] == ["mail_ignored"]
    ticket.refresh_from_db()
    assert ticket.status == Status.WAITING


def test_machine_that_speaks_first_then_opens_ticket(deliver):
    raw = deliver(mail(sender="monitor@shop.example", subject="Disk is 91 % full", Auto_Submitted="auto-generated"))

    assert written(raw).ticket.subject == "Disk is 91 % full"


def test_copied_people_when_ticket_opens_then_take_part(deliver):
    headers = {"Cc": "Piotr <piotr@shop.example>, support@helpdesk.example"}

    message = written(deliver(mail(**headers)))

    assert [row.user.email for row in message.ticket.participants.filter(is_active=True)] == ["piotr@shop.example"]


def test_copied_people_when_added_on_the_way_then_wait(deliver, ticket):
    message = written(deliver(mail(subject=subject_token(ticket.number), Cc="eve@evil.example")))

    assert message.ticket == ticket
    assert [(row.user.email, row.is_active) for row in ticket.participants.all()] == [("eve@evil.example", False)]


def test_control_headers_when_from_outside_then_mean_nothing(deliver, ticket):
    headers = {"X_Helpdesk_Ticket": str(ticket.number), "X_Helpdesk_User": "1", "X_Helpdesk_Status": "closed"}

    message = written(deliver(mail(**headers)))

    assert message.ticket != ticket
    assert message.ticket.status == Status.NEW


def test_flood_when_limit_passed_then_one_ticket_takes_the_rest(deliver, settings):
    settings.MAIL_FLOOD_PER_HOUR = 3

    messages = [written(deliver(mail(body=f"Flood {turn}.", subject=f"Flood {turn}"))) for turn in range(8)]

    assert Ticket.objects.count() == 4
    assert len({message.pk for message in messages}) == 8


def test_answer_when_the_message_was_moved_then_follows_it(deliver):
    anna = StaffFactory(email="anna@helpdesk.example")
    moved = written(deliver(mail(message_id="wandering@shop.example")))
    home = TicketFactory(requester=moved.author)
    move(message=moved, to=home, by=anna)

    answer = written(deliver(mail(body="One more thing.", In_Reply_To="<wandering@shop.example>")))

    assert answer.ticket == home


def test_mail_when_one_mailbox_password_cannot_be_opened_then_taken_in_all_the_same(deliver, settings):
    MailboxFactory(in_password="secret")
    settings.FIELD_ENCRYPTION_KEYS = [Fernet.generate_key().decode()]

    assert written(deliver(mail())).ticket.subject == "Basket is empty"


def test_people_who_were_copied_and_people_who_are_new_are_lines_of_the_journal(deliver):
    message = written(deliver(mail(Cc="Piotr <piotr@shop.example>, support@helpdesk.example")))

    piotr = User.objects.get(email="piotr@shop.example")
    told = Entry.objects.about(message.ticket).get(verb="participants_copied")
    assert (told.actor, told.door) == (message.author, "mail")
    assert (told.facts["people"], told.facts["is_active"]) == ([piotr.pk], True)
    assert {entry.subject_id for entry in Entry.objects.filter(verb="user_added")} == {message.author_id, piotr.pk}
