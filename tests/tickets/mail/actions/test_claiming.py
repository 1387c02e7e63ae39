"""Mails in hand: who has them, for how long, and what becomes of those that nobody finishes."""

import hashlib
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.core.deferring import writing_together
from tests.factories import MailboxFactory, MessageFactory
from tests.statements import count_of
from tickets.mail.actions.claiming import MOST_ATTEMPTS, claim, finish, put_aside, put_back, quarantine, replay
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail

WAITING, IN_HAND = (RawMailState.STORED, 0), (RawMailState.PROCESSING, 1)
FINAL = [state for state in RawMailState if state not in (RawMailState.STORED, RawMailState.PROCESSING)]


pytestmark = pytest.mark.django_db


def take(**options):
    return claim(**({"limit": 20} | options))


def raw(turn=0, **fields):
    content = b"Subject: %d\r\n\r\n" % turn
    digest = hashlib.sha256(content).hexdigest()
    return RawMail.objects.create(source="smtp", content=content, size=len(content), sha256=digest, **fields)


def in_hand(*, attempts=1, seconds=60, **fields):
    lease = timezone.now() + timedelta(seconds=seconds)
    return raw(state=RawMailState.PROCESSING, attempts=attempts, lease_until=lease, **fields)


def finished(state=RawMailState.QUARANTINED, **fields):
    return raw(state=state, reason="because", finished_at=timezone.now(), **fields)


def again(mail):
    mail.refresh_from_db()
    return mail


def test_waiting_mails_are_taken_oldest_first_and_leased(settings):
    settings.MAIL_LEASE_SECONDS = 120
    mails = [raw(turn) for turn in range(4)]

    taken = take(limit=3)

    assert taken == mails[:3]
    assert [(mail.state, mail.attempts) for mail in taken] == [IN_HAND] * 3
    rows = [again(mail) for mail in mails]
    assert [(row.state, row.attempts) for row in rows] == [IN_HAND] * 3 + [WAITING]
    lease = rows[0].lease_until - timezone.now()
    assert timedelta(seconds=110) < lease <= timedelta(seconds=120)


def test_mail_in_hand_or_done_or_not_yet_due_is_not_taken():
    in_hand()
    raw(due_at=timezone.now() + timedelta(minutes=1))
    for state in FINAL:
        finished(state)

    assert take() == []


def test_only_those_that_were_asked_for_are_taken():
    first, _second, third = (raw(turn) for turn in range(3))

    assert take(ids=[first.pk, third.pk]) == [first, third]
    assert take(ids=[]) == []


def test_mail_whose_worker_died_is_taken_alone():
    first, left, last = raw(1), in_hand(seconds=-1), raw(2)

    assert [take(), take(), take()] == [[left], [first, last], []]


def test_mail_that_killed_three_workers_is_put_aside_and_the_others_are_taken():
    killer, good = in_hand(attempts=MOST_ATTEMPTS, seconds=-1), raw(1)

    taken = take()

    assert taken == [good]
    row = again(killer)
    assert (row.state, row.reason, row.lease_until) == (
        RawMailState.QUARANTINED,
        "the worker died of it three times",
        None,
    )


def test_mail_that_killed_two_workers_gets_its_third_try():
    mail = in_hand(attempts=MOST_ATTEMPTS - 1, seconds=-1)

    assert take() == [mail]
    assert again(mail).attempts == MOST_ATTEMPTS


@pytest.mark.parametrize(
    ("attempts", "blame", "state", "left", "pause"),
    [
        (1, True, RawMailState.STORED, 1, 5),
        (2, True, RawMailState.STORED, 2, 15),
        (3, True, RawMailState.QUARANTINED, 3, None),
        (9, True, RawMailState.QUARANTINED, 9, None),
        (1, False, RawMailState.STORED, 0, 0),
        (3, False, RawMailState.STORED, 2, 0),
    ],
)
def test_mail_that_could_not_be_finished_is_put_back(attempts, blame, state, left, pause):
    mail = in_hand(attempts=attempts)

    put_back(mail, reason="x" * 600, blame=blame)

    row = again(mail)
    assert (row.state, row.attempts, row.reason, row.lease_until) == (state, left, "x" * 500, None)
    if pause is not None:
        wait = (row.due_at - timezone.now()).total_seconds()
        assert pause - 5 < wait <= pause


@pytest.mark.parametrize(
    "give_up",
    [
        lambda mail: put_back(mail, reason="late", blame=True),
        lambda mail: put_aside(mail, reason="late"),
    ],
)
@pytest.mark.parametrize("attempts", [1, MOST_ATTEMPTS])
def test_mail_that_somebody_finished_meanwhile_stays_finished(give_up, attempts):
    mail = in_hand(attempts=attempts)
    RawMail.objects.filter(pk=mail.pk).update(
        state=RawMailState.PROCESSED, lease_until=None, finished_at=timezone.now()
    )

    give_up(mail)

    row = again(mail)
    assert (row.state, row.reason) == (RawMailState.PROCESSED, "")


def test_mail_in_hand_that_cannot_be_read_is_put_aside_with_the_reason():
    mail = in_hand()

    put_aside(mail, reason="too large")

    row = again(mail)
    assert (row.state, row.reason, row.lease_until) == (RawMailState.QUARANTINED, "too large", None)


def test_final_state_is_written_with_all_it_links_to():
    message = MessageFactory()
    mail = in_hand(mailbox=MailboxFactory())

    finish(
        mail,
        state=RawMailState.PROCESSED,
        kind="message",
        reason="y" * 600,
        findings={"subject": "Корзина"},
        ticket_id=message.ticket_id,
        message_id=message.pk,
    )

    row = again(mail)
    assert (row.state, row.kind, row.reason, row.findings) == (
        RawMailState.PROCESSED,
        "message",
        "y" * 500,
        {"subject": "Корзина"},
    )
    assert (row.ticket, row.message, row.lease_until) == (message.ticket, message, None)
    assert timezone.now() - row.finished_at < timedelta(minutes=1)


def test_findings_of_before_stay_when_there_are_no_new_ones():
    mail = in_hand(findings={"origin": "spf=pass"})

    finish(mail, state=RawMailState.IGNORED, reason="loop")

    assert again(mail).findings == {"origin": "spf=pass"}


def test_final_states_of_a_batch_are_written_in_one_go():
    mails = [in_hand() for _ in range(3)]

    def several():
        with writing_together():
            for mail in mails:
                finish(mail, state=RawMailState.IGNORED, reason=f"reason {mail.pk}")

    statements, ran = count_of(several)

    assert statements == 1, ran
    assert [again(mail).reason for mail in mails] == [f"reason {mail.pk}" for mail in mails]


@pytest.mark.parametrize("state", RawMailState)
def test_only_what_waits_is_put_aside_by_a_person(state):
    waits = state in (RawMailState.STORED, RawMailState.PROCESSING)
    mail = (in_hand() if state == RawMailState.PROCESSING else raw()) if waits else finished(state)

    assert quarantine(raw=mail, reason="spam") is waits
    assert again(mail).state == (RawMailState.QUARANTINED if waits else state)


@pytest.mark.parametrize("state", RawMailState)
def test_only_what_was_put_aside_or_ignored_is_worked_on_again(state):
    waits = state in (RawMailState.STORED, RawMailState.PROCESSING)
    mail = (in_hand() if state == RawMailState.PROCESSING else raw()) if waits else finished(state, attempts=3)
    expected = state in (RawMailState.QUARANTINED, RawMailState.IGNORED)

    assert replay(raw=mail) is expected
    row = again(mail)
    assert row.state == (RawMailState.STORED if expected else state)
    if expected:
        assert (row.attempts, row.finished_at, row.due_at <= timezone.now()) == (0, None, True)


def test_claim_when_one_mailbox_is_flooded_then_mailboxes_take_turns_each_with_its_oldest_first():
    flooded, quiet = MailboxFactory(), MailboxFactory()
    flood = [raw(mailbox=flooded) for _ in range(30)]
    late = [raw(mailbox=quiet) for _ in range(3)]
    nobodys = raw()

    claimed = take(limit=10)

    assert [row.pk for row in claimed] == [row.pk for row in (*flood[:6], *late, nobodys)]


def test_claim_when_a_mailbox_was_put_off_then_the_others_fill_the_batch():
    flooded, quiet = MailboxFactory(), MailboxFactory()
    flood = [raw(mailbox=flooded) for _ in range(5)]
    raw(mailbox=quiet, due_at=timezone.now() + timedelta(minutes=1))

    assert [row.pk for row in take(limit=10)] == [row.pk for row in flood]
