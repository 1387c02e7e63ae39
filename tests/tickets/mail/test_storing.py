"""Keeping bytes: once for a UID, whatever is in them."""

import pytest

from tests.factories import MailboxFactory
from tests.peers.letters import letter
from tickets.mail.actions.storing import Arrival, head_of, store, store_many
from tickets.mail.enums import Source
from tickets.mail.models import RawMail

pytestmark = pytest.mark.django_db


def test_store_when_bytes_are_hostile_then_they_are_kept_as_they_are():
    content = bytes(range(256)) * 4 + "\udcff".encode("utf-8", "surrogateescape")

    raw = store(content=content, source=Source.SMTP, envelope_from="a\0b\udcff@x", envelope_to=["c\0@x"], peer="::1")

    kept = RawMail.objects.get()
    assert kept.pk == raw.pk
    assert bytes(kept.content) == content
    assert (kept.envelope_from, kept.envelope_to, kept.peer) == ("ab?@x", ["c@x"], "::1")
    assert (kept.state, kept.size, len(kept.sha256), kept.findings) == ("stored", len(content), 64, {})


def test_store_when_the_uid_is_known_then_nothing_is_stored():
    mailbox = MailboxFactory()
    key = {"source": Source.IMAP, "mailbox": mailbox, "uid": "7", "uid_validity": 1}

    first, second = store(content=letter(), **key), store(content=letter(), **key)
    elsewhere = store(content=letter(), **key | {"mailbox": MailboxFactory()})

    assert (first is None, second, elsewhere is None) == (False, None, False)


def test_store_when_a_pop3_uid_is_known_then_nothing_is_stored():
    key = {"source": Source.POP3, "mailbox": MailboxFactory(), "uid": "0001abc"}

    assert [store(content=letter(), **key) is None for _ in range(2)] == [False, True]


def test_store_many_when_some_are_known_then_the_others_come_back_in_order():
    mailbox = MailboxFactory()
    arrivals = [Arrival(content=letter(), source=Source.IMAP, uid=str(n), uid_validity=1) for n in range(5)]
    store_many(arrivals=[arrivals[1], arrivals[3]], mailbox=mailbox)

    stored = store_many(arrivals=arrivals, mailbox=mailbox)

    assert [raw.uid for raw in stored] == ["0", "2", "4"]
    assert RawMail.objects.count() == 5


def test_store_many_when_several_are_stored_then_the_bell_rings_once(django_capture_on_commit_callbacks):
    arrivals = [Arrival(content=letter(), source=Source.FILE) for _ in range(3)]

    with django_capture_on_commit_callbacks() as bells:
        store_many(arrivals=arrivals)

    assert len(bells) == 1


def test_store_when_it_is_too_large_then_headers_are_quarantined_and_nothing_is_rung_for(
    settings, django_capture_on_commit_callbacks
):
    settings.MAIL_MAX_BYTES = 1000
    content = letter(subject="Large", body="x" * 2000)

    with django_capture_on_commit_callbacks() as bells:
        raw = store(content=content, source=Source.FILE)

    raw.refresh_from_db()
    assert (raw.state, raw.size, raw.finished_at is None, bells) == ("quarantined", len(content), False, [])
    assert bytes(raw.content) == content[: -len("x" * 2000 + "\r\n")]


@pytest.mark.parametrize(
    ("content", "head"),
    [
        (b"A: 1\r\nB: 2\r\n\r\nbody", b"A: 1\r\nB: 2\r\n\r\n"),
        (b"A: 1\n\nbody\r\n\r\n", b"A: 1\r\n\r\n"),
        (b"A: 1", b"A: 1\r\n\r\n"),
        (b"", b"\r\n\r\n"),
        (b"A" * 300_000, b"A" * 262_144 + b"\r\n\r\n"),
    ],
    ids=["crlf", "lf", "headers only", "empty", "no end"],
)
def test_head_when_the_mail_is_odd_then_it_ends_in_an_empty_line(content, head):
    assert head_of(content) == head
