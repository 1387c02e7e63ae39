"""Reading IMAP folders of a real Dovecot."""

import pytest

from helpdesk.journal.models import Entry
from tests.factories import MailboxFactory
from tests.peers.fixtures import imap_fields
from tests.peers.letters import letter
from tickets.mail.fetching.loop import fetch_once
from tickets.mail.models import Mailbox, RawMail

pytestmark = [pytest.mark.dovecot, pytest.mark.django_db]


def subjects() -> list[str]:
    return sorted(
        line.removeprefix("Subject: ")
        for raw in RawMail.objects.all()
        for line in bytes(raw.content).decode().splitlines()
        if line.startswith("Subject: ")
    )


def test_fetch_when_mails_wait_then_all_are_stored_byte_for_byte_and_left_unseen(account, imap_mailbox):
    account.deliver(letter(subject="One"), letter(subject="Two"))
    mailbox = imap_mailbox()

    done = fetch_once(mailbox)

    assert (done.stored, done.server_count, done.trouble) == (2, 2, "")
    assert subjects() == ["One", "Two"]
    with account.imap() as client:
        on_server = client.uid("FETCH", "1", "(BODY.PEEK[])")[1][0][1]
    raw = RawMail.objects.get(uid="1")
    assert bytes(raw.content) == on_server
    assert (raw.mailbox, raw.source, raw.uid_validity, raw.size) == (
        mailbox, "imap", Mailbox.objects.get().uid_validity, len(on_server)
    )  # fmt: skip
    assert not any(b"\\Seen" in line for line in account.flags())


def test_fetch_when_nothing_is_new_then_nothing_is_stored(account, imap_mailbox):
    account.deliver(letter())
    mailbox = imap_mailbox()
    fetch_once(mailbox)

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, RawMail.objects.count()) == (0, 1)


def test_fetch_when_mail_was_read_by_a_person_then_it_is_stored_all_the_same(account, imap_mailbox):
    account.deliver(letter())
    with account.imap() as client:
        client.uid("STORE", "1", "+FLAGS", r"(\Seen)")

    done = fetch_once(imap_mailbox())

    assert done.stored == 1


def test_fetch_when_seen_is_wanted_then_mails_are_marked_after_they_are_stored(account, imap_mailbox):
    account.deliver(letter())

    fetch_once(imap_mailbox(after_fetch="seen"))

    assert [b"\\Seen" in line for line in account.flags()] == [True]


@pytest.mark.parametrize("folder", ["Archive", "Обработано", 'A "quoted" one'])
def test_fetch_when_moving_is_wanted_then_mails_lie_in_the_new_folder(account, imap_mailbox, folder):
    account.deliver(letter(subject="One"), letter(subject="Two"))

    done = fetch_once(imap_mailbox(after_fetch="move", move_to=folder))

    assert (done.stored, done.server_count, done.trouble) == (2, 0, "")
    assert account.uids() == []
    assert account.count_in(folder) == 2


def test_fetch_when_deleting_is_wanted_then_only_what_is_stored_is_gone(account, imap_mailbox):
    account.deliver(letter(subject="One"), letter(subject="Marked by somebody"))
    with account.imap() as client:
        client.uid("STORE", "2", "+FLAGS", r"(\Flagged)")

    done = fetch_once(imap_mailbox(after_fetch="delete"))

    assert (done.stored, account.uids()) == (2, [])
    assert subjects() == ["Marked by somebody", "One"]


def test_fetch_when_server_has_neither_move_nor_uidplus_then_mails_are_copied_and_deleted(plain_account):
    plain_account.deliver(letter())
    mailbox = MailboxFactory(**imap_fields(plain_account), after_fetch="move", move_to="Archive")

    done = fetch_once(mailbox)

    assert (done.stored, done.trouble, plain_account.uids()) == (1, "", [])
    assert plain_account.count_in("Archive") == 1


def test_fetch_when_folder_is_renumbered_then_known_mails_are_recognised_and_new_ones_stored(account, imap_mailbox):
    account.deliver(letter(subject="One"), letter(subject="Two"))
    mailbox = imap_mailbox()
    fetch_once(mailbox)
    before = Mailbox.objects.get().uid_validity
    account.renumber()
    account.deliver(letter(subject="Three"))

    done = fetch_once(Mailbox.objects.get())

    mailbox = Mailbox.objects.get()
    assert done.stored == 1
    assert subjects() == ["One", "Three", "Two"]
    assert mailbox.uid_validity != before
    assert "renumbered" in mailbox.fetch_error
    assert set(RawMail.objects.values_list("uid_validity", flat=True)) == {mailbox.uid_validity}
    assert Entry.objects.filter(verb="mailbox_renumbered").count() == 1


def test_fetch_when_two_equal_copies_are_renumbered_then_both_keep_a_row_of_their_own(account, imap_mailbox):
    account.deliver(letter())
    with account.imap() as client:
        client.uid("COPY", "1", "INBOX")
    fetch_once(imap_mailbox())
    account.renumber()

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, RawMail.objects.count()) == (0, 2)


def test_fetch_when_another_folder_has_the_same_numbers_then_its_mails_are_stored(account, imap_mailbox):
    account.deliver(letter(subject="In the inbox"))
    fetch_once(imap_mailbox())
    with account.imap() as client:
        client.create("Other")
        client.append("Other", None, None, letter(subject="In the other folder"))
    RawMail.objects.update(uid_validity=account.uid_validity("Other"))
    Mailbox.objects.update(folder="Other", uid_validity=account.uid_validity("Other"))

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, done.trouble) == (1, "")
    assert subjects() == ["In the inbox", "In the other folder"]


def test_fetch_when_mail_is_too_large_then_its_headers_are_quarantined_and_it_stays(account, imap_mailbox, settings):
    settings.MAIL_MAX_BYTES = 2000
    account.deliver(letter(subject="Small"), letter(subject="Large", body="x" * 3000))

    done = fetch_once(imap_mailbox(after_fetch="delete"))

    large = RawMail.objects.get(uid="2")
    assert done.stored == 2
    assert (large.state, account.uids()) == ("quarantined", [2])
    assert large.size > 3000 > len(large.content)
    assert large.reason.startswith("too large: 3,")
    assert bytes(large.content).endswith(b"\r\n\r\n")


def test_fetch_when_a_crash_left_stored_mails_unmarked_then_they_are_settled_and_not_stored_again(
    account, imap_mailbox
):
    account.deliver(letter())
    fetch_once(imap_mailbox())
    Mailbox.objects.update(after_fetch="delete")

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, RawMail.objects.count(), account.uids()) == (0, 1, [])


def test_fetch_when_an_earlier_uid_is_missing_here_then_it_is_made_good(account, imap_mailbox):
    account.deliver(letter(subject="One"), letter(subject="Two"))
    fetch_once(imap_mailbox())
    RawMail.objects.filter(uid="1").delete()

    done = fetch_once(Mailbox.objects.get())

    assert (done.stored, subjects()) == (1, ["One", "Two"])


def test_fetch_when_many_mails_wait_then_batches_bring_each_once(account, imap_mailbox):
    account.deliver(*(letter(subject=f"Mail {n}") for n in range(120)))

    done = fetch_once(imap_mailbox())

    assert (done.stored, RawMail.objects.values("sha256").distinct().count()) == (120, 120)
    assert Mailbox.objects.get().last_uid == 120


def test_fetch_when_folder_is_missing_then_the_failure_says_so(imap_mailbox):
    done = fetch_once(imap_mailbox(folder="Nowhere"))

    assert "Nowhere" in done.trouble
    assert Mailbox.objects.get().fetch_failures == 1
