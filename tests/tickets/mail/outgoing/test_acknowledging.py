"""Who is told that their request arrived, and who is not."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.sending import send_all_due
from tests.factories import MailboxFactory, MessageFactory, TicketFactory, UserFactory
from tickets.mail import tokens
from tickets.mail.actions.acknowledging import acknowledge

pytestmark = pytest.mark.django_db


def acknowledged(message, mailbox, *, may=True, received_at=None):
    acknowledge(message=message, mailbox=mailbox, may_acknowledge=may, received_at=received_at or timezone.now())
    return Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT).count()


def test_a_new_request_is_acknowledged(opener, ticket, support, peer, text_of):
    acknowledged(opener, support)
    send_all_due()

    [received] = peer.mails
    letter = received.mail
    assert received.recipients == ["clara@shop.example"]
    assert letter["Subject"] == f"We have received your request {tokens.subject_token(ticket.number)}"
    assert letter["Auto-Submitted"] == "auto-replied"
    assert letter["X-Auto-Response-Suppress"] == "All"
    assert letter["In-Reply-To"] == letter["References"] == "<first@shop.example>"
    assert letter["From"] == "Helpdesk <support@helpdesk.example>"
    assert tokens.number_of_message_id(letter["Message-ID"].strip("<>")) == ticket.number
    assert str(ticket.number) in text_of(letter)


def test_nothing_the_sender_chose_is_repeated(ticket, support, peer):
    eve = UserFactory(name="Win 1000 at evil.example", email="victim@shop.example")
    chosen = TicketFactory(requester=eve, subject="Your bill: http://evil.example")
    message = MessageFactory(ticket=chosen, subject=chosen.subject, text="Visit http://evil.example now")

    acknowledged(message, support)
    send_all_due()

    decoded = "".join(part.get_content() for part in peer.mails[0].mail.walk() if part.get_content_maintype() == "text")
    assert "evil" not in decoded
    assert "evil" not in str(peer.mails[0].mail["Subject"])
    assert "evil" not in str(peer.mails[0].mail["To"])


def test_once_a_ticket(opener, support):
    assert acknowledged(opener, support) == 1
    assert acknowledged(opener, support) == 1


def test_not_where_the_mailbox_does_not(opener, support):
    support.acknowledge = False

    assert acknowledged(opener, support) == 0


def test_never_to_what_may_not_be_acknowledged(opener, support):
    assert acknowledged(opener, support, may=False) == 0


def test_never_for_what_came_more_than_an_hour_ago(opener, support):
    assert acknowledged(opener, support, received_at=timezone.now() - timedelta(minutes=61)) == 0


def test_never_for_what_was_written_more_than_an_hour_ago(opener, support):
    opener.written_at = timezone.now() - timedelta(minutes=61)

    assert acknowledged(opener, support) == 0


def test_never_for_what_waits_for_approval(opener, support):
    opener.approval = "pending"

    assert acknowledged(opener, support) == 0


@pytest.mark.parametrize(
    "address",
    [
        "no-reply@shop.example",
        "noreply+123@shop.example",
        "MAILER-DAEMON@shop.example",
        "postmaster@shop.example",
        "bounce-77@shop.example",
        "donotreply@shop.example",
        "root@localhost",
        "unknown@invalid",
        "support@helpdesk.example",
        "help@helpdesk.example",
        "support+1.abc@helpdesk.example",
        "",
    ],
)
def test_never_to_machines_nobody_or_ourselves(opener, support, address):
    opener.from_address = address

    assert acknowledged(opener, support) == 0


def test_never_to_staff(opener, support, clara):
    clara.role = Role.AGENT
    clara.save()
    opener.author.refresh_from_db()

    assert acknowledged(opener, support) == 0


def test_never_when_the_mail_has_gone_round_already(opener, support):
    opener.flags = {"loop": 3}

    assert acknowledged(opener, support) == 0


def test_the_loop_counter_goes_on(opener, support, letter_of):
    opener.flags = {"loop": 1}
    opener.save()
    acknowledged(opener, support)

    assert letter_of(opener)["X-Helpdesk-Loop"] == "2"


def test_over_budget_it_is_held(support, clara, settings):
    settings.OUTGOING_PER_ADDRESS_PER_HOUR = 2

    for _ in range(4):
        acknowledged(MessageFactory(ticket=TicketFactory(requester=clara)), support)

    states = Delivery.objects.order_by("pk").values_list("state", flat=True)
    assert list(states) == ["queued", "queued", "held", "held"]


def test_it_speaks_the_mailboxs_language(clara, kept_connections, letter_of, text_of):
    mailbox = MailboxFactory(address="hilfe@helpdesk.example", acknowledge=True, language="ru")
    message = MessageFactory(ticket=TicketFactory(requester=clara))
    acknowledged(message, mailbox)

    assert '<html lang="ru">' in text_of(letter_of(message), "html")
