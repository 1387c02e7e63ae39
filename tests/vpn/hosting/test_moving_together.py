"""What a message that looks as if it held a password costs, and two people who take it out at once."""

from itertools import product
from threading import Barrier, Thread

import pytest
from django.db import connection

from helpdesk.core.errors import Refused
from helpdesk.core.masking import MASK
from tests.browsers import browser_of
from tests.factories import MailboxFactory, MessageFactory, TicketFactory
from tests.statements import Statements
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.models import Message
from vpn.hosting.actions.moving import Written, move_to_vault
from vpn.hosting.actions.places import NewPlace
from vpn.hosting.models import Entry, Secret

WORD = "Zx9kk2pQw"
HEAD = "From: clara@shop.example\r\nTo: support@helpdesk.example\r\nMessage-ID: <{key}@shop.example>\r\nSubject: Hi\r\n"


@pytest.fixture
def mailbox(db):
    return MailboxFactory(name="Support", address="support@helpdesk.example", is_default=True)


@pytest.fixture
def take(mailbox):
    """A mail of these words comes in; the message, and how many statements that took."""

    def take(words, *, key, kind="text/plain"):
        more = f"MIME-Version: 1.0\r\nContent-Type: {kind}; charset=utf-8\r\n\r\n{words}\r\n"
        raw = (HEAD.format(key=key) + more).encode()
        stored = RawMail.objects.create(
            source="smtp", mailbox=mailbox, content=raw, sha256=f"{key:0>64}", size=len(raw)
        )
        with Statements(connection) as ran:
            process_waiting(ids=[stored.pk])
        stored.refresh_from_db()
        return stored.message, ran.count

    return take


def move(message, by):
    place = NewPlace("server", "Shop server")
    return move_to_vault(message=message, by=by, secrets=[Written(WORD, "password", "root")], place=place)


@pytest.mark.parametrize(
    "html",
    [
        f"<p>Login: root</p><p>Password: {WORD}</p>",
        f"<table><tr><td>Password:</td><td>{WORD}</td></tr></table>",
        f"<div>Password: {WORD[:3]}<b>{WORD[3:]}</b></div>",
        f"<p>Пароль:&nbsp;{WORD}</p>",
    ],
    ids=["lines", "table", "split", "entity"],
)
def test_secret_that_stands_in_html_alone_is_seen(take, html):
    message, _statements = take(f"<html><body>{html}</body></html>", key="html", kind="text/html")

    assert message.flags.get("secret") is True


def test_mail_with_a_password_costs_no_statement_more(take):
    take("Hello", key="warm")
    quiet, idle = take("The shop is down, please look.", key="quiet")
    loud, ran = take(f"Password: {WORD}", key="loud")

    assert ("secret" in quiet.flags, loud.flags.get("secret")) == (False, True)
    assert ran == idle


def test_page_of_a_ticket_costs_the_same_with_offers(anna, clara, shop):
    browser, counts = browser_of(anna), {}
    for looks, rows in product([{}, {"secret": True}], [1, 3]):
        ticket = TicketFactory(requester=clara, organisation=shop)
        for _row in range(rows):
            MessageFactory(ticket=ticket, author=clara, text=f"Password: {WORD}", flags=looks)
        page = f"/desk/tickets/{ticket.number}/"
        browser.get(page)

        with Statements(connection) as ran:
            shown = browser.get(page).content.decode()

        assert shown.count("Move it into the vault") == (rows if looks else 0)
        counts[bool(looks), rows] = ran.count

    assert len(set(counts.values())) == 1, counts
    assert max(counts.values()) <= 15


@pytest.mark.django_db(transaction=True)
def test_two_who_move_the_same_words_at_once_move_them_once(anna, lena, clara, shop):
    message = MessageFactory(
        ticket=TicketFactory(requester=clara, organisation=shop), author=clara, text=f"Password: {WORD}"
    )
    begin, refused = Barrier(2), []

    def hurry(person):
        begin.wait()
        try:
            move(Message.objects.get(pk=message.pk), person)
        except Refused as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    runs = [Thread(target=hurry, args=[person]) for person in (anna, lena)]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    message.refresh_from_db()
    assert (len(refused), Secret.objects.count(), Entry.objects.count()) == (1, 1, 1)
    assert message.text == f"Password: {MASK}"
    assert Secret.objects.get().value == WORD


@pytest.mark.django_db(transaction=True)
def test_two_who_take_different_words_out_of_one_message_both_do(anna, lena, clara, shop):
    other = "Qq7-other-Pw"
    text = f"Password: {WORD}\nToken: {other}"
    message = MessageFactory(ticket=TicketFactory(requester=clara, organisation=shop), author=clara, text=text)
    begin = Barrier(2)

    def hurry(person, word):
        begin.wait()
        try:
            secrets = [Written(word, "password", "root")]
            move_to_vault(
                message=Message.objects.get(pk=message.pk),
                by=person,
                secrets=secrets,
                place=NewPlace("server", word[:2]),
            )
        finally:
            connection.close()

    runs = [Thread(target=hurry, args=each) for each in ((anna, WORD), (lena, other))]
    for run in runs:
        run.start()
    for run in runs:
        run.join()

    message.refresh_from_db()
    assert sorted(Secret.objects.order_by("pk").values_list("entry__name", flat=True)) == ["Qq", "Zx"]
    assert message.text == f"Password: {MASK}\nToken: {MASK}"
