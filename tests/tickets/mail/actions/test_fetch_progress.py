"""How far a mailbox was read, also when its server counts anew or another folder is read."""

import hashlib

import pytest

from helpdesk.journal.models import Entry
from tests.factories import MailboxFactory
from tickets.mail.actions.fetch_progress import enter_folder, note_failure, note_success, take_batch
from tickets.mail.actions.storing import Arrival
from tickets.mail.enums import Source
from tickets.mail.models import Mailbox, RawMail

pytestmark = pytest.mark.django_db
INBOX, ARCHIVE = "anna@imap.example/INBOX", "anna@imap.example/Archive"


@pytest.fixture
def mailbox():
    return MailboxFactory(name="Support", protocol="imap", in_host="imap.example")


def arrival(uid, content=None, validity=7):
    content = content or f"Subject: mail {uid}\r\n\r\n".encode()
    return Arrival(content=content, source=Source.IMAP, uid=str(uid), uid_validity=validity)


def enter(mailbox, folder=INBOX, validity=7):
    return enter_folder(mailbox=mailbox, uid_space=folder, uid_validity=validity)


def take(mailbox, *arrivals, last=None):
    return [raw.uid for raw in take_batch(mailbox=mailbox, arrivals=arrivals, last_uid=last)]


def progress(mailbox):
    row = Mailbox.objects.get(pk=mailbox.pk)
    assert (mailbox.uid_space, mailbox.uid_validity, mailbox.last_uid) == (
        row.uid_space,
        row.uid_validity,
        row.last_uid,
    )
    return row.uid_space, row.uid_validity, row.last_uid


def uids():
    return list(RawMail.objects.order_by("pk").values_list("uid", flat=True))


def verbs(mailbox):
    return [entry.verb for entry in Entry.objects.about(mailbox)]


def test_folder_when_entered_first_then_is_noted_and_nothing_is_told(mailbox):
    assert enter(mailbox) is False
    assert progress(mailbox) == (INBOX, 7, 0)
    assert verbs(mailbox) == []


def test_folder_when_entered_again_then_goes_on_where_it_was(mailbox):
    enter(mailbox)
    take(mailbox, arrival(1), arrival(2), last=2)

    assert enter(mailbox) is False
    assert progress(mailbox) == (INBOX, 7, 2)


def test_batch_when_it_came_before_then_is_stored_once(mailbox):
    enter(mailbox)

    assert take(mailbox, arrival(1), arrival(2), last=2) == ["1", "2"]
    assert take(mailbox, arrival(2), arrival(3), last=3) == ["3"]
    assert (uids(), progress(mailbox)) == (["1", "2", "3"], (INBOX, 7, 3))


def test_progress_never_goes_back(mailbox):
    enter(mailbox)
    take(mailbox, last=9)

    take(mailbox, last=4)

    assert progress(mailbox) == (INBOX, 7, 9)


def test_progress_under_an_old_numbering_is_not_noted(mailbox):
    enter(mailbox)
    late = Mailbox.objects.get(pk=mailbox.pk)
    enter(mailbox, validity=8)

    take(late, last=500)

    assert progress(mailbox) == (INBOX, 8, 0)


def test_folder_when_its_server_counts_anew_then_is_read_again_and_known_mails_are_recognised(mailbox):
    enter(mailbox)
    take(mailbox, arrival(1), arrival(2), last=2)

    renumbered = enter(mailbox, validity=8)
    again = [arrival(11, arrival(2).content, 8), arrival(12, arrival(1).content, 8), arrival(13, validity=8)]

    assert renumbered is True
    assert take(mailbox, *again, last=13) == ["13"]
    assert (uids(), progress(mailbox)) == (["12", "11", "13"], (INBOX, 8, 13))
    assert set(RawMail.objects.values_list("uid_validity", flat=True)) == {8}
    assert verbs(mailbox) == ["mailbox_renumbered"]
    assert "renumbered this folder" in Mailbox.objects.get().fetch_error


def test_two_mails_of_the_same_bytes_stay_two(mailbox):
    enter(mailbox)
    same = b"Subject: same\r\n\r\n"
    assert take(mailbox, arrival(1, same), arrival(2, same), last=2) == ["1", "2"]

    enter(mailbox, validity=8)

    assert take(mailbox, *(arrival(uid, same, 8) for uid in (5, 6, 7)), last=7) == ["7"]
    assert uids() == ["5", "6", "7"]


def test_another_folder_with_the_same_numbers_is_another_and_the_way_back_is_recognised(mailbox):
    enter(mailbox)
    take(mailbox, arrival(1), last=1)

    moved = enter(mailbox, ARCHIVE)
    elsewhere = take(mailbox, arrival(1, b"Subject: archived\r\n\r\n"), last=1)
    old, new = uids()
    enter(mailbox, INBOX)
    back = take(mailbox, arrival(1), last=1)

    assert (moved, elsewhere, back) == (True, ["1"], [])
    assert (old.startswith("1 "), new) == (True, "1")
    assert (uids()[0], RawMail.objects.count()) == ("1", 2)
    assert verbs(mailbox) == ["mailbox_renumbered"] * 2
    assert Mailbox.objects.get().fetch_error == ""


def test_longest_uid_is_set_apart_too(mailbox):
    enter(mailbox)
    take(mailbox, arrival("u" * 255))

    assert enter(mailbox, ARCHIVE) is True
    assert uids()[0].startswith("u" * 200)


def test_mails_of_another_mailbox_are_not_touched_by_any_of_it(mailbox):
    other = MailboxFactory(protocol="imap", in_host="imap.example")
    enter(other)
    take(other, arrival(1), last=1)
    enter(mailbox)

    stored = take(mailbox, arrival(1), last=1)
    enter(mailbox, ARCHIVE)

    assert stored == ["1"]
    assert list(RawMail.objects.filter(mailbox=other).values_list("uid", flat=True)) == ["1"]
    assert progress(other) == (INBOX, 7, 1)


def test_mail_that_came_by_another_way_is_not_taken_for_a_fetched_one(mailbox):
    content = arrival(1).content
    digest = hashlib.sha256(content).hexdigest()
    RawMail.objects.create(source="smtp", mailbox=mailbox, content=content, sha256=digest, size=len(content))
    enter(mailbox)

    assert take(mailbox, arrival(1), last=1) == ["1"]


def test_complaint_is_told_once_and_cleared_by_the_next_notice(mailbox):
    for notice in ("3 mails cannot be read", "3 mails cannot be read", None, ""):
        note_success(mailbox=mailbox, server_count=9, notice=notice)

    row = Mailbox.objects.get()
    assert (row.fetch_error, row.server_count, row.fetched_at is not None) == ("", 9, True)
    assert verbs(mailbox) == ["mailbox_complaint"]


def test_failures_are_counted_and_told_once_until_it_works_again(mailbox):
    counted = [note_failure(mailbox=mailbox, reason=reason) for reason in ("no route", "x" * 600)]
    failing = Mailbox.objects.get()
    note_success(mailbox=mailbox, server_count=0)
    note_success(mailbox=mailbox, server_count=0)

    assert (counted, failing.fetch_error, failing.fetch_failures) == ([1, 2], "x" * 500, 2)
    assert (Mailbox.objects.get().fetch_error, Mailbox.objects.get().fetch_failures) == ("", 0)
    assert verbs(mailbox) == ["mailbox_failing", "mailbox_recovered"]
