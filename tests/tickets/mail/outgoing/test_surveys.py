"""Who is asked how it was, when, and by which letter."""

import re
from datetime import timedelta
from email import message_from_bytes
from email.policy import default

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import Withdrawn, composers
from helpdesk.notifications.sending import send_all_due
from tests.factories import OrganisationFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions import conversation, rating, status
from tickets.actions.pages import Page
from tickets.enums import Score, Status
from tickets.mail import tokens
from tickets.mail.actions.surveying import ask, ask_all_due
from tickets.mail.models import MailThread
from tickets.mail.tasks import ask_for_ratings
from tickets.models import Message, Survey


def solved(requester, *, hours=5.0, **fields):
    then = timezone.now() - timedelta(hours=hours)
    return TicketFactory(
        **({"requester": requester, "status": Status.RESOLVED, "resolved_at": then, "first_response_at": then} | fields)
    )


def asked():
    return list(Delivery.objects.filter(purpose=Purpose.SURVEY).values_list("recipient", flat=True))


def test_requester_is_asked_once_by_three_links_that_rate_nothing_themselves(support, clara, client, peer, text_of):
    ticket = solved(clara, subject="Basket is empty")
    MailThread.objects.create(ticket=ticket, mailbox=support)

    ask_for_ratings()
    ask_for_ratings()
    send_all_due()

    [received] = peer.mails
    letter, survey = received.mail, Survey.objects.get()
    links = re.findall(r"http://\S+", text_of(letter))
    assert received.recipients == ["clara@shop.example"]
    assert letter["Subject"] == f"How was it? {tokens.subject_token(ticket.number)}"
    assert letter["Auto-Submitted"] == "auto-generated"
    assert letter["From"] == "Helpdesk <support@helpdesk.example>"
    assert tokens.number_of_message_id(letter["Message-ID"].strip("<>")) == ticket.number
    assert [link.rpartition("=")[2] for link in links] == ["3", "2", "1"]
    assert survey.asked_at is not None
    assert [entry.verb for entry in Entry.objects.about(ticket)] == ["rating_asked"]
    for link in links:
        assert client.get(link.partition("8000")[2]).status_code == 200
    survey.refresh_from_db()
    assert survey.score is None


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"hours": 3.9}, "too early"),
        ({"hours": 4 + 3 * 24 + 0.1}, "too late"),
        ({"first_response_at": None}, "nobody has answered"),
        ({"merged": True}, "worked on another ticket"),
        ({"status": Status.OPEN, "resolved_at": None}, "not resolved"),
        ({"status": Status.CLOSED, "closed_at": timezone.now(), "archived_at": timezone.now()}, "in the archive"),
    ],
)
def test_nobody_is_asked_at_the_wrong_time(support, clara, fields, why):
    other = TicketFactory() if fields.pop("merged", False) else None
    solved(clara, merged_into=other, **fields)

    assert (ask_all_due(), asked()) == (0, []), why


@pytest.mark.parametrize(
    "person",
    [
        {"email": "no-reply@shop.example"},
        {"email": "support@helpdesk.example"},
        {"email": None},
        {"is_active": False},
        {"mail_topics": ["own"]},
        {"role": Role.AGENT},
    ],
)
def test_machines_staff_and_the_absent_are_never_asked(support, person):
    solved(UserFactory(**person))

    assert (ask_all_due(), asked()) == (0, [])


def test_what_a_machine_opened_is_not_asked_about(support, clara, opener):
    opener.flags = {"automatic": True}
    opener.save()
    opener.ticket.status = Status.RESOLVED
    opener.ticket.resolved_at = opener.ticket.first_response_at = timezone.now() - timedelta(hours=5)
    opener.ticket.save()

    assert (ask_all_due(), asked()) == (0, [])


def test_organisations_and_mailboxes_may_be_left_out(support, clara):
    solved(UserFactory(organisation=OrganisationFactory(is_asked_rating=False)))
    support.asks_rating = False
    support.save()
    solved(clara)

    assert (ask_all_due(), ask_all_due(), asked()) == (0, 0, [])


def test_whoever_rated_in_the_cabinet_is_not_asked_any_more(support, clara):
    rating.rate(ticket=solved(clara), by=clara, score=Score.GOOD)

    assert (ask_all_due(), asked()) == (0, [])


def test_what_was_reopened_meanwhile_is_not_asked_about(support, clara):
    ticket = solved(clara)
    status.reopen(ticket=ticket.__class__.objects.get(pk=ticket.pk), by=clara)

    assert ask(ticket=ticket) is False
    assert asked() == []


@pytest.mark.parametrize("event", ["rated", "reopened"])
def test_letter_that_came_too_late_is_not_sent(support, clara, event):
    ticket = solved(clara)
    ask_all_due()
    if event == "rated":
        rating.rate(ticket=ticket, by=clara, score=Score.GOOD)
    else:
        status.reopen(ticket=ticket, by=clara)
    rows = list(Delivery.objects.filter(purpose=Purpose.SURVEY))

    with pytest.raises(Withdrawn):
        composers[Purpose.SURVEY](rows)


def test_letter_speaks_the_requesters_language(support, clara, kept_connections, text_of):
    clara.language = "ru"
    clara.save()
    solved(clara)
    ask_all_due()
    rows = list(Delivery.objects.filter(purpose=Purpose.SURVEY))

    mail = composers[Purpose.SURVEY](rows)

    letter = message_from_bytes(mail.content, policy=default)
    assert '<html lang="ru">' in text_of(letter, "html")


def test_nobody_is_asked_nor_rates_while_the_answer_may_be_taken_back(support, clara, settings):
    settings.RATING_DELAY_HOURS, settings.SEND_UNDO_SECONDS = 0, 10
    ticket = TicketFactory(requester=clara)
    page = Page(undo=timedelta(seconds=settings.SEND_UNDO_SECONDS))
    message = conversation.reply(ticket=ticket, by=StaffFactory(), text="Done.", then=Status.RESOLVED, page=page)
    ticket.refresh_from_db()

    early, is_open_early = ask_all_due(), rating.is_open_to_rating(ticket)
    Message.objects.filter(pk=message.pk).update(held_until=ticket.resolved_at - timedelta(hours=1))

    assert (early, is_open_early) == (0, False)
    assert (ask_all_due(), rating.is_open_to_rating(ticket)) == (1, True)


def test_rating_while_the_ticket_is_put_aside_is_kept(clara):
    ticket = solved(clara, snoozed_until=timezone.now() + timedelta(days=1))

    rating.rate(ticket=ticket, by=clara, score=Score.GOOD)

    ticket.refresh_from_db()
    assert (ticket.rating, ticket.snoozed_until is not None) == (Score.GOOD, True)
