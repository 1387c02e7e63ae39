"""The mail room's words on the ticket page."""

import pytest

from tests.tickets.mail.conftest import mail
from tickets.mail import sentences
from tickets.mail.enums import Signal
from tickets.mail.tokens import subject_token
from tickets.registries import event_sentences, thread_signals

pytestmark = pytest.mark.django_db


def test_every_signal_has_words():
    assert {str(thread_signals[signal.value]) for signal in Signal} == {str(signal.label) for signal in Signal}


def test_every_verb_of_the_room_has_a_sentence():
    assert {"mail_ignored", "delivery_bounced", "delivery_failed", "delivery_unknown"} <= {
        verb for verb, _ in event_sentences.items()
    }


def test_sentences_when_addresses_are_known_then_name_them_with_reason():
    facts = {
        "recipients": [{"address": "clara@shop.example", "reason": "550 no such user"}, {"address": "b@c.example"}]
    }

    assert sentences.bounced(facts) == "a mail to clara@shop.example (550 no such user), b@c.example came back"
    assert sentences.failed({}) == "a mail to  could not be delivered"
    assert "outbox" in sentences.unknown(facts)


def test_ticket_page_when_mail_came_in_then_says_why_here_and_what_was_set_aside(deliver, client, django_user_model):
    anna = django_user_model.objects.create_user("anna@helpdesk.example", name="Agent Anna", role="agent")
    client.force_login(anna, backend="helpdesk.accounts.backends.Backend")
    ticket = deliver(mail()).ticket
    deliver(mail(subject=f"Automatic reply: {subject_token(ticket.number)}", Auto_Submitted="auto-replied"))

    page = client.get(f"/desk/tickets/{ticket.number}/").content.decode()

    assert "it opened the ticket" in page
    assert "an automatic mail from clara@shop.example was set aside" in page
