"""The whole program as processes, for tests that end some of them. Its sweeps come every three seconds."""

import http.client
import os
import signal
import smtplib
import time
from collections.abc import Iterator
from contextlib import contextmanager
from email.message import EmailMessage
from uuid import uuid4

import pytest
import redis
from django.db import DatabaseError, connection

from helpdesk.operations.nemesis.agents import Browser, NoAnswer, hidden
from helpdesk.operations.nemesis.house import House
from helpdesk.operations.nemesis.killing import children
from helpdesk.operations.nemesis.peer import Peer
from helpdesk.operations.nemesis.play import employ, open_mailbox
from helpdesk.operations.nemesis.postmen import ADDRESS
from tests.peers.live import Page
from tests.peers.processes import eventually
from tickets.models import Message, Ticket

PASSWORD = "correct horse battery"
# Not pg_stat_activity, which stands still within a transaction.
BLOCKED = """
    SELECT pid FROM pg_locks WHERE NOT granted AND pid IN (
        SELECT pid FROM pg_locks JOIN pg_database ON pg_database.oid = database WHERE datname = current_database()
    )
"""


def blocked_backends() -> list[int]:
    """Who waits for a lock in the database of this test just now."""
    with connection.cursor() as cursor:
        cursor.execute(BLOCKED)
        return [pid for (pid,) in cursor.fetchall()]


@contextmanager
def frozen(pid: int) -> Iterator[None]:
    """The process stands still for the time of the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


class Residence:
    """A running house with Anna at its desk and a mail server that takes what it sends."""

    def __init__(self, house: House, peer: Peer) -> None:
        self.house = house
        self.peer = peer
        self.browser = Browser(house.port)

    def furnish(self) -> None:
        open_mailbox(self.peer)
        [email] = employ(1, PASSWORD)
        self.browser.sign_in(email, PASSWORD)

    def pid(self, name: str) -> int:
        """Of a process that `up` watches."""
        return eventually(lambda: self.house.state.processes.get(name))

    def kill(self, name: str, number: signal.Signals = signal.SIGKILL) -> None:
        os.kill(self.pid(name), number)

    def kill_web_workers(self) -> None:
        for pid in children(self.pid("web")):
            os.kill(pid, signal.SIGKILL)

    @contextmanager
    def without(self, name: str, number: signal.Signals = signal.SIGKILL) -> Iterator[None]:
        """The server is down for the time of the block: nobody starts it again."""
        with frozen(self.house.process.pid):
            self.kill(name, number)
            yield

    def valkey(self) -> "redis.Redis":
        return redis.Redis.from_url(self.house.state.environment["REDIS_URL"])

    def send_mail(self, word: str) -> None:
        """Hand over a mail that says `word`. Raises what smtplib raises."""
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = f"Clara <{word}@shop.example>", ADDRESS, f"About {word}"
        mail["Message-ID"] = f"<{word}@shop.example>"
        mail.set_content(f"The word is {word}.")
        with smtplib.SMTP("127.0.0.1", self.house.smtp_port, local_hostname="shop.example", timeout=30) as smtp:
            smtp.sendmail(f"{word}@shop.example", [ADDRESS], mail.as_bytes())

    def opened(self) -> Ticket:
        """A new ticket that came by mail."""
        word = f"w{uuid4().hex[:12]}"
        self.send_mail(word)
        return eventually(lambda: Ticket.objects.filter(subject__contains=word).first(), seconds=60)

    def reply_form(self, ticket: Ticket) -> tuple[str, dict[str, str], str]:
        """Where the reply form goes, its fields, and the word that its text says."""
        word = f"w{uuid4().hex[:12]}"
        page = self.browser.get(f"/desk/tickets/{ticket.number}/")
        return f"/desk/tickets/{ticket.number}/replies/", {**hidden(page), "body": f"The word is {word}."}, word

    def post_until_answered(self, path: str, fields: dict[str, str]) -> int:
        """The same form again and again, as people do."""

        def once() -> int:
            try:
                return self.browser.post(path, fields)
            except NoAnswer:
                return 0

        return eventually(once, seconds=60, every=0.5)

    def page(self, ticket: Ticket, *, heard: str = "") -> Page:
        """The ticket's page, open in Anna's browser."""
        path = f"/events/?ticket={ticket.number}"
        return Page(self.house.port, path, self.browser.cookies["sessionid"], heard=heard)

    def status_of(self, path: str) -> tuple[int, str | None]:
        """The page's status and its Retry-After."""
        request = http.client.HTTPConnection("127.0.0.1", self.house.port, timeout=30)
        cookies = "; ".join(f"{name}={value}" for name, value in self.browser.cookies.items())
        request.request("GET", path, headers={"Cookie": cookies})
        answer = request.getresponse()
        answer.read()
        request.close()
        return answer.status, answer.headers["Retry-After"]

    def is_whole(self) -> bool:
        """The database answers us, and the pages answer everybody."""
        try:
            connection.ensure_connection()
            Ticket.objects.order_by("pk").first()
            return self.status_of("/desk/tickets/")[0] in (200, 302)
        except DatabaseError:
            connection.close()
        except (OSError, http.client.HTTPException):
            pass
        return False


def said(word: str) -> int:
    """How many messages say it."""
    return Message.objects.filter(text__contains=word).count()


def seconds_of(work) -> float:
    began = time.monotonic()
    work()
    return time.monotonic() - began


@pytest.fixture(scope="session")
def standing_house(tmp_path_factory: pytest.TempPathFactory, django_db_blocker) -> Iterator[Residence]:
    """One for all tests of the group `house`."""
    with (
        Peer() as peer,
        House(tmp_path_factory.mktemp("house"), SWEEP_SECONDS="3", EMAIL_URL=f"smtp://127.0.0.1:{peer.port}") as house,
    ):
        residence = Residence(house, peer)
        with django_db_blocker.unblock(), house.lived_in():
            residence.furnish()
        yield residence


@pytest.fixture
def house(standing_house: Residence, django_db_blocker) -> Iterator[Residence]:
    """The running house, whole; the ORM works on its database. What tests leave there stays: use words of your own."""
    with django_db_blocker.unblock(), standing_house.house.lived_in():
        eventually(standing_house.is_whole, seconds=90, every=0.5)
        yield standing_house
