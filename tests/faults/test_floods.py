"""R40: a backlog in one mailbox holds up neither mail to another, nor replies, nor the watch."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core import bells
from helpdesk.notifications.claiming import claim
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.operations.nemesis.flood import FLOODED, Seen, open_flooded, pour, try_once, waiting
from tests.factories import MailboxFactory
from tests.peers.house import Residence
from tests.peers.processes import eventually
from tests.tickets.mail.conftest import mail
from tickets.mail.actions import processing
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import RawMail
from tickets.mail.tasks import process_stored
from tickets.models import Message

QUICK = 5.0
LEAST_PER_MINUTE = 300
"""Mails of a backlog that are done while everything else goes on, on two slow cores; `bench flood` says how many they
really are."""


@pytest.mark.django_db(transaction=True)
def test_r40_mail_when_another_mailbox_is_flooded_then_it_is_among_the_first_to_be_worked_on(mailbox, monkeypatch):
    flood = [mail(sender=f"S <s{at}@flood.example>", body=f"Offer {at}") for at in range(100)]
    store(flood, MailboxFactory())
    store([mail(body="The basket is empty.")], mailbox)
    monkeypatch.setattr(processing, "LONGEST_SHIFT", 0.0)

    assert processing.work_shift() is False

    assert Message.objects.filter(text="The basket is empty.").exists()
    assert RawMail.objects.filter(state=RawMailState.STORED).count() == 81


@pytest.mark.django_db(transaction=True)
def test_r40_worker_when_its_shift_ends_before_the_work_then_it_rings_for_the_next(mailbox, monkeypatch):
    rung = []
    store([mail(body=f"Mail {at}") for at in range(45)], mailbox)
    monkeypatch.setattr(processing, "LONGEST_SHIFT", 0.0)
    monkeypatch.setattr(process_stored, "delay", lambda: rung.append(1))
    monkeypatch.setattr(bells, "_quiet_until", 0.0)

    for _ in range(4):
        process_stored()

    assert (len(rung), RawMail.objects.filter(state=RawMailState.PROCESSED).count()) == (2, 45)


@pytest.mark.django_db(transaction=True)
def test_r40_reply_when_thousands_of_answers_by_machine_are_due_then_it_is_claimed_at_once(queue):
    queue(*[f"s{at}@flood.example" for at in range(500)], purpose=Purpose.ACKNOWLEDGEMENT)
    Delivery.objects.update(due_at=timezone.now() - timedelta(minutes=10))
    [reply] = queue("clara@shop.example", purpose=Purpose.REPLY)

    assert claim().rows == [reply]


@pytest.mark.slow
@pytest.mark.xdist_group("house")
def test_r40_house_when_a_mailbox_is_flooded_then_mail_to_another_and_replies_pass_it(house: Residence):
    seen = Seen()
    try_once(house.house, house.peer, house.browser, Seen())
    pour(open_flooded(house.peer), 400)

    try_once(house.house, house.peer, house.browser, seen)
    left = waiting()

    assert seen.lost == 0
    assert left > 100
    assert max(seen.replies) < QUICK
    eventually(lambda: waiting() == 0, seconds=60 * left / LEAST_PER_MINUTE)
    flood = RawMail.objects.filter(mailbox__address=FLOODED)
    assert set(flood.values_list("state", flat=True)) == {RawMailState.PROCESSED}


def store(mails, mailbox):
    arrivals = [Arrival(content=each, source=Source.SMTP) for each in mails]
    store_many(arrivals=arrivals, mailbox=mailbox, ring=False)
