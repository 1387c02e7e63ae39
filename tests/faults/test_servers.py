"""R05 to R09: PostgreSQL and Valkey are killed, away, or take sides in a quarrel; nothing is lost, soon all is done."""

import random
import signal
import smtplib
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from functools import partial
from uuid import uuid4

import pytest
from django.db import OperationalError, connection, connections, transaction

from helpdesk.accounts.models import User
from helpdesk.operations.nemesis.agents import Agent
from helpdesk.operations.nemesis.checking import check
from helpdesk.operations.nemesis.conversations import Conversations
from helpdesk.operations.nemesis.history import History
from helpdesk.operations.nemesis.play import settle, together
from helpdesk.operations.nemesis.postmen import Postman
from helpdesk.operations.nemesis.stage import Stage
from tests.factories import StaffFactory, TicketFactory
from tests.peers.house import Residence, blocked_backends, frozen, said, seconds_of
from tests.peers.live import Page
from tests.peers.nursery import Started
from tests.peers.processes import eventually, python
from tests.tickets.mail.conftest import mail
from tests.tickets.views.desk.conftest import browser_of
from tickets.enums import MessageKind
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import RawMail
from tickets.models import Message, Ticket, Watcher

WORK = "import django; django.setup(); from tickets.mail.actions.processing import process_waiting; process_waiting()"


# --- R05, R06: PostgreSQL -----------------------------------------------------------------------------------------
@pytest.mark.slow
@pytest.mark.xdist_group("house")
def test_r05_work_when_postgresql_stops_fast_and_at_once_under_load_then_all_is_done_within_a_minute(house: Residence):
    history, conversations, stage = History(), Conversations(), Stage(12)
    postmen = [Postman(house.house.smtp_port, history, conversations, stage, random.Random(at), 0.2) for at in range(2)]
    agent = Agent(house.browser, "", "", history, conversations, stage, random.Random(9), 0.3)

    def strike() -> None:
        time.sleep(3)
        first = house.pid("postgres")
        house.kill("postgres", signal.SIGINT)
        eventually(lambda: house.pid("postgres") != first, seconds=60)
        time.sleep(3)
        house.kill("postgres", signal.SIGQUIT)

    together([*(postman.work for postman in postmen), agent.work, strike, partial(conversations.watch, stage)])
    settling, is_settled = settle()
    verdict = check(history=history, peer=house.peer)

    assert (verdict.problems, is_settled) == ([], True)
    assert history.longest_wait < 60
    assert settling < 60
    assert "500" not in agent.troubles
    assert {house.status_of("/desk/tickets/")[0] for _ in range(20)} == {200}


@pytest.mark.slow
@pytest.mark.xdist_group("house")
def test_r06_doors_when_postgresql_is_down_then_mail_stays_where_it_is_and_pages_say_when_to_come_again(house):
    ticket = house.opened()

    with house.without("postgres", signal.SIGQUIT):
        with pytest.raises((smtplib.SMTPDataError, smtplib.SMTPRecipientsRefused)) as refusal:
            house.send_mail("w06stays")
        page = house.status_of(f"/desk/tickets/{ticket.number}/")
    eventually(house.is_whole, seconds=120, every=0.5)
    house.send_mail("w06stays")
    eventually(lambda: said("w06stays"), seconds=120)

    assert "451" in str(refusal.value)
    assert page == (503, "5")
    assert RawMail.objects.filter(envelope_from="w06stays@shop.example").count() == 1
    assert house.status_of(f"/desk/tickets/{ticket.number}/") == (200, None)


# --- R07: transactions that break off -----------------------------------------------------------------------------
def worker(**more: str) -> Started:
    """A process that works through the waiting mails; its log is its output. `more` is environment."""
    return python("-c", WORK, **more)


def answer_to(ticket: Ticket, *, word: str) -> bytes:
    """A mail of the ticket's requester that belongs to it."""
    opener = ticket.messages.get()
    requester = ticket.requester
    sender, answered = f"{requester.name} <{requester.email}>", f"<{opener.message_id}>"
    return mail(sender=sender, subject="Re: it", body=word, In_Reply_To=answered)


def store(*mails: bytes, mailbox) -> None:
    store_many(arrivals=[Arrival(content=each, source=Source.SMTP) for each in mails], mailbox=mailbox, ring=False)


@pytest.fixture
def tickets(transactional_db, deliver) -> list[Ticket]:
    """Two, each opened by a mail."""
    for word in ("first", "second"):
        deliver(mail(sender=f"Clara <{word}@shop.example>", subject=word, body=word))
    return list(Ticket.objects.order_by("pk"))


def test_r07_mail_when_its_connection_is_cut_in_the_transaction_then_done_again_and_nothing_by_half(tickets, mailbox):
    ticket = tickets[0]
    store(answer_to(ticket, word="and now"), mail(subject="new", body="another"), mailbox=mailbox)

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=ticket.pk)
        process = worker()
        [backend, *_] = eventually(blocked_backends, seconds=120)
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_terminate_backend(%s)", [backend])
        before = Message.objects.count()
    output = process.communicate(timeout=120)[0]

    assert process.returncode == 0
    assert before == 2
    assert "batch_failed" in output
    assert (said("and now"), said("another"), Ticket.objects.count()) == (1, 1, 3)
    assert set(RawMail.objects.values_list("state", flat=True)) == {RawMailState.PROCESSED}


def test_r07_mails_when_their_worker_loses_a_deadlock_then_done_again_and_nothing_by_half(tickets, mailbox):
    first, second = tickets
    store(answer_to(second, word="to the second"), answer_to(first, word="to the first"), mailbox=mailbox)

    with transaction.atomic():
        Ticket.objects.select_for_update().get(pk=first.pk)
        process = worker()
        eventually(blocked_backends, seconds=120, every=0.01)  # it has the second and waits for the first
        Ticket.objects.select_for_update().get(pk=second.pk)
    output = process.communicate(timeout=120)[0]

    assert process.returncode == 0
    assert "deadlock detected" in output
    assert (said("to the second"), said("to the first"), Message.objects.count()) == (1, 1, 4)


def _wait_for_each_other(reply: Callable[[], int], ticket: Ticket, key: str, author: User) -> tuple[int, bool]:
    """The reply's status, and whether it was the one to lose: PostgreSQL refuses whoever has waited for a second when
    it looks, and on a slow machine that may be this thread."""
    other, is_lost = TicketFactory(), True
    with ThreadPoolExecutor(1) as threads:
        try:
            with transaction.atomic():
                same_key = {"author": author, "idempotency_key": key}
                Message.objects.create(ticket=other, kind=MessageKind.NOTE, channel="desk", text="x", **same_key)
                status = threads.submit(reply)
                eventually(blocked_backends, every=0.01)  # it has the ticket and waits for the key
                Ticket.objects.select_for_update().get(pk=ticket.pk)
                transaction.set_rollback(True)
        except OperationalError:
            is_lost = False
        return status.result(60), is_lost


@pytest.mark.django_db(transaction=True)
def test_r07_reply_when_it_loses_a_deadlock_then_done_again_and_written_once():
    anna = StaffFactory(name="Anna")
    desk = browser_of(anna)

    for _attempt in range(5):
        ticket, key = TicketFactory(), str(uuid4())

        def reply(ticket: Ticket = ticket, key: str = key) -> int:
            try:
                path = f"/desk/tickets/{ticket.number}/replies/"
                return desk.post(path, {"body": "We look into it.", "key": key}).status_code
            finally:
                connections.close_all()

        status, is_lost = _wait_for_each_other(reply, ticket, key, anna)
        said = list(Message.objects.filter(author=anna, ticket=ticket).values_list("text", flat=True))
        assert (status, said) == (303, ["We look into it."])
        if is_lost:
            break

    assert is_lost


# --- R08: Valkey --------------------------------------------------------------------------------------------------
def flush(house: Residence, stack: ExitStack) -> None:
    house.valkey().flushall()


def kill(house: Residence, stack: ExitStack) -> None:
    house.kill("valkey")


def take_down(house: Residence, stack: ExitStack) -> None:
    stack.enter_context(house.without("valkey"))


def hang(house: Residence, stack: ExitStack) -> None:
    stack.enter_context(frozen(house.pid("valkey")))


def fill(house: Residence, stack: ExitStack) -> None:
    valkey = house.valkey()
    stack.callback(valkey.config_set, "maxmemory", valkey.config_get("maxmemory")["maxmemory"])
    valkey.config_set("maxmemory", 1)


@pytest.mark.slow
@pytest.mark.xdist_group("house")
@pytest.mark.parametrize("fault", [flush, kill, take_down, fill])
def test_r08_valkey_when_it_fails_then_nobody_waits_for_it_and_the_sweep_does_the_work(house: Residence, fault):
    work_through(house, fault)


@pytest.mark.slow
@pytest.mark.xdist_group("house")
def test_r09_valkey_when_it_takes_connections_and_says_nothing_then_nobody_waits_for_it_either(house: Residence):
    work_through(house, hang)


def work_through(house: Residence, fault: Callable[[Residence, ExitStack], None]) -> None:
    """A reply, the notice of it to who watches, a mail and a page, while Valkey fails."""
    ticket = house.opened()
    page = house.page(ticket)
    page.hears("presence")
    usual = house.reply_form(ticket)
    path, fields, word = house.reply_form(ticket)
    mailed = f"w08{fault.__name__.replace('_', '')}"
    watcher = StaffFactory(email=f"{mailed}@desk.example")
    statuses = []
    usually = seconds_of(lambda: house.browser.post(*usual[:2]))
    Watcher.objects.create(ticket=ticket, user=watcher)

    with ExitStack() as stack:
        fault(house, stack)
        took = seconds_of(lambda: statuses.append(house.browser.post(path, fields)))
        mail_took = seconds_of(lambda: house.send_mail(mailed))
        page_took = seconds_of(lambda: statuses.append(house.status_of("/desk/notices/")[0]))

    assert statuses == [303, 200]
    assert page.hears("page", "reload")[0]
    page.close()
    assert max(took, mail_took, page_took) < usually + 2
    eventually(lambda: said(mailed), seconds=120)
    eventually(lambda: letters(house, word, "shop.example"), seconds=120)
    eventually(lambda: letters(house, word, watcher.email), seconds=120)
    assert (said(word), letters(house, word, watcher.email)) == (1, 1)


def letters(house: Residence, word: str, to: str) -> int:
    """How many that say it went to an address that ends so."""
    return sum(word in each.text and each.recipients[0].endswith(to) for each in list(house.peer.received))


@pytest.mark.slow
@pytest.mark.xdist_group("house")
def test_r08_page_when_the_events_process_is_killed_then_it_comes_again_and_is_told_what_it_missed(house: Residence):
    ticket = house.opened()
    path, fields, _word = house.reply_form(ticket)
    page = house.page(ticket)
    page.hears("presence")

    house.kill("events")
    ended = page.hears("page")
    status = house.browser.post(path, fields)
    again = eventually(lambda: _page_again(house, ticket, page.heard), seconds=30, every=0.2)

    assert (ended, status) == (("", ""), 303)
    assert again.hears("page", "reload")[0]
    again.close()


def _page_again(house: Residence, ticket: Ticket, heard: str) -> Page | None:
    page = house.page(ticket, heard=heard)
    if page.answer.status == 200:
        return page
    page.close()
    return None
