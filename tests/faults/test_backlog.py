"""R19 and the mail side of R40: one bad mail stops no other, an old backlog sets off no storm of answers."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from tests.faults.test_processing import let_leases_run_out, work
from tests.tickets.mail.conftest import mail
from tickets.mail.actions.processing import process_waiting
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import RawMail
from tickets.models import Message, Ticket

pytestmark = pytest.mark.django_db(transaction=True)

# Each has brought a reader of mail down: nested parts, encoded words without end, parameters without end.
DEEP = b"".join(b"--%d\r\nContent-Type: multipart/mixed; boundary=%d\r\n\r\n" % (at, at + 1) for at in range(1500))
WORDS = b"=?utf-8?q?" + b"a?= =?utf-8?q?" * 40_000 + b"a?="
PARAMETERS = b"; ".join(b"name*%d*=utf-8''x" % at for at in range(20_000))


def poison(*, number: int) -> bytes:
    """A mail that is legal to send and bad to read."""
    start = b"From: Sergei <sergei@stranger.example>\r\nTo: support@helpdesk.example\r\nMIME-Version: 1.0\r\n"
    start += b"Message-ID: <poison%d@stranger.example>\r\n" % number
    return [
        start + b"Content-Type: multipart/mixed; boundary=0\r\n\r\n" + DEEP,
        start + b"Subject: " + WORDS + b"\r\n\r\nbody",
        start + b"Content-Type: application/x; " + PARAMETERS + b"\r\n\r\nbody",
        start + b"Subject: POISON\r\n\r\nPOISON",
    ][number]


def store(*mails: bytes, mailbox) -> list[RawMail]:
    return store_many(
        arrivals=[Arrival(content=each, source=Source.SMTP) for each in mails], mailbox=mailbox, ring=False
    )


def good(count: int, *, of: str = "Good") -> list[bytes]:
    return [mail(sender=f"Clara <clara{at}@shop.example>", body=f"{of} {at}.") for at in range(count)]


@pytest.mark.parametrize(
    ("number", "state"),
    [
        (0, RawMailState.PROCESSED),
        (1, RawMailState.PROCESSED),
        (2, RawMailState.PROCESSED),
        (3, RawMailState.QUARANTINED),
    ],
)
def test_r19_mails_when_one_among_a_hundred_is_poison_then_a_hundred_are_tickets_at_once(mailbox, number, state):
    rows = store(*good(50), poison(number=number), *good(50, of="Further"), mailbox=mailbox)
    bad = rows[50]

    assert work(HELPDESK_PARSER_CRASH="POISON") == 0
    after_one_round = set(RawMail.objects.exclude(pk=bad.pk).values_list("state", flat=True))
    for _ in range(2):
        RawMail.objects.filter(state=RawMailState.STORED).update(due_at=timezone.now())
        assert work(HELPDESK_PARSER_CRASH="POISON") == 0

    bad.refresh_from_db()
    assert after_one_round == {RawMailState.PROCESSED}
    assert Ticket.objects.exclude(requester__email="sergei@stranger.example").count() == 100
    assert (bad.state, bad.reason != "") == (state, state == RawMailState.QUARANTINED)


def test_r19_worker_when_one_mail_kills_it_each_time_then_its_batch_is_not_condemned_with_it(mailbox):
    store(*good(20), mailbox=mailbox)
    for _ in range(2):
        assert work(CRASH_AT="after_parse") == -9
        let_leases_run_out()

    assert work() == 0

    assert set(RawMail.objects.values_list("state", flat=True)) == {RawMailState.PROCESSED}
    assert list(RawMail.objects.order_by("pk").values_list("attempts", flat=True)) == [3, *[2] * 19]


def test_r19_claim_when_a_worker_died_then_its_mails_are_given_out_one_by_one(mailbox):
    rows = store(*good(3), mailbox=mailbox)
    assert work(CRASH_AT="after_claim") == -9
    let_leases_run_out()

    assert work(CRASH_AT="after_claim") == -9

    under_way = RawMail.objects.filter(lease_until__gt=timezone.now())
    assert list(under_way.values_list("pk", flat=True)) == [rows[0].pk]


def test_r40_backlog_when_it_is_older_than_an_hour_then_nobody_is_answered_automatically(mailbox):
    mailbox.acknowledge = True
    mailbox.save(update_fields=["acknowledge"])
    now = timezone.now()
    dates = {name: f"{now - age:%a, %d %b %Y %H:%M:%S +0000}" for name, age in AGES.items()}
    mails = [mail(sender=f"Clara <{name}@shop.example>", body=name, date=date) for name, date in dates.items()]
    waiting = mail(sender="Clara <waited@shop.example>", body="waited", date=dates["fresh"])
    rows = store(*mails, waiting, mailbox=mailbox)
    RawMail.objects.filter(pk=rows[-1].pk).update(received_at=now - timedelta(hours=3))

    process_waiting()

    assert Message.objects.count() == 3
    acknowledged = Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT).values_list("recipient", flat=True)
    assert list(acknowledged) == ["fresh@shop.example"]


AGES = {"fresh": timedelta(minutes=1), "old": timedelta(hours=2)}
