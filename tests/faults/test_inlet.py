"""The SMTP inlet never says 250 to what it might lose: killed before the answer, and without its database."""

import smtplib
from contextlib import contextmanager

import pytest
from django.db import connection

from tests.factories import MailboxFactory
from tests.peers.letters import letter
from tests.peers.ports import free_port
from tests.peers.processes import running
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.models import Message

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def inlet(**environment: str):
    port = free_port()
    with running("smtp_inlet", "--port", str(port), "--refresh", "0", **environment) as command:
        command.says("SMTP inlet: ")
        yield command, port


def send(port: int, content: bytes) -> int:
    """The code that the mail was answered with."""
    with smtplib.SMTP("127.0.0.1", port, local_hostname="mx.shop.example", timeout=60) as client:
        client.ehlo()
        client.mail("clara@shop.example")
        client.rcpt("support@helpdesk.example")
        return client.data(content)[0]


@pytest.mark.parametrize(("step", "rows_left"), [("after_store", 0), ("before_250", 1)])
def test_r01_inlet_when_killed_before_it_answers_then_the_resent_mail_is_one_message(step, rows_left):
    MailboxFactory(address="support@helpdesk.example")
    content = letter()
    with inlet(CRASH_AT=step) as (command, port):
        with pytest.raises(smtplib.SMTPServerDisconnected):
            send(port, content)
        died = command.process.wait(60)
        left = RawMail.objects.count()

    with inlet() as (_, port):
        code = send(port, content)
    process_waiting()

    assert (died, left, code) == (-9, rows_left, 250)
    assert Message.objects.count() == 1
    states = sorted(RawMail.objects.values_list("state", flat=True))
    assert states == ["duplicate", "processed"][-rows_left - 1 :]


def test_r05_inlet_when_the_database_drops_its_sessions_then_mail_is_taken_all_the_same():
    MailboxFactory(address="support@helpdesk.example")
    with inlet() as (_, port):
        first = send(port, letter())
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT pg_terminate_backend(pid) FROM pg_stat_activity "
                "WHERE datname = current_database() AND pid <> pg_backend_pid()"
            )
        second = send(port, letter())

    assert (first, second, RawMail.objects.count()) == (250, 250, 2)


def test_r06_inlet_when_storing_fails_then_the_client_keeps_the_mail_and_may_come_again():
    MailboxFactory(address="support@helpdesk.example")
    with inlet() as (_, port):
        with connection.cursor() as cursor:
            cursor.execute("ALTER TABLE mail_rawmail ADD CONSTRAINT no_room CHECK (false) NOT VALID")
        try:
            refused = send(port, letter())
        finally:
            with connection.cursor() as cursor:
                cursor.execute("ALTER TABLE mail_rawmail DROP CONSTRAINT no_room")
        taken = send(port, letter())

    assert (refused, taken, RawMail.objects.count()) == (451, 250, 1)


def test_r08_inlet_when_the_broker_is_away_then_mail_is_taken_all_the_same():
    MailboxFactory(address="support@helpdesk.example")
    nowhere = f"redis://127.0.0.1:{free_port()}/0"

    with inlet(REDIS_URL=nowhere, CELERY_BROKER_URL=nowhere) as (_, port):
        code = send(port, letter())

    assert (code, RawMail.objects.get().state) == (250, "stored")
