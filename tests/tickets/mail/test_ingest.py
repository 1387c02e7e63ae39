"""`manage.py ingest`: mails from files, each to its final state, with counts that add up."""

import io
import json
from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from tests.factories import MailboxFactory
from tests.peers.letters import letter
from tickets.mail.models import RawMail

pytestmark = pytest.mark.django_db

STATES = ("processed", "duplicate", "ignored", "quarantined")


@pytest.fixture(autouse=True)
def mailbox():
    return MailboxFactory(name="Support", address="support@helpdesk.example", is_default=True)


def ingest(*paths: object, **options: object) -> dict:
    out = io.StringIO()
    call_command("ingest", *map(str, paths), "--json", stdout=out, stderr=io.StringIO(), **options)
    return json.loads(out.getvalue())


def mbox(*letters: bytes) -> bytes:
    lines = []
    for content in letters:
        lines.append(b"From clara@shop.example Sat Nov 21 10:00:00 2026\n")
        lines.append(content.replace(b"\r\n", b"\n") + b"\n")
    return b"".join(lines)


def test_ingest_when_a_file_is_given_then_its_item_tells_the_ticket_and_the_message(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(letter())

    result = ingest(path)

    raw = RawMail.objects.select_related("ticket").get()
    assert result == {
        "read": 1,
        "processed": 1,
        "duplicate": 0,
        "ignored": 0,
        "quarantined": 0,
        "items": [
            {
                "path": str(path),
                "raw_mail": raw.pk,
                "state": "processed",
                "reason": "",
                "kind": "message",
                "ticket": raw.ticket.number,
                "message": raw.message_id,
            }
        ],
    }
    assert bytes(raw.content) == path.read_bytes()


def test_ingest_when_a_path_is_given_twice_then_the_second_is_a_duplicate(tmp_path):
    path = tmp_path / "one.eml"
    path.write_bytes(letter())

    result = ingest(path, path)

    assert [item["state"] for item in result["items"]] == ["processed", "duplicate"]
    assert result["items"][0]["message"] == result["items"][1]["message"]
    assert result["read"] == sum(result[state] for state in STATES) == 2


def test_ingest_when_a_folder_is_given_then_mails_at_every_depth_are_read_in_order_and_nothing_else(tmp_path):
    (tmp_path / "deep" / "er").mkdir(parents=True)
    for name in ("b.eml", "a.msg", "deep/c.txt", "deep/er/without-suffix"):
        (tmp_path / name).write_bytes(letter())
    for name in (".hidden", "expected.json", "tree.xml", "README.md"):
        (tmp_path / name).write_text("no mail")

    result = ingest(tmp_path)

    names = [str(Path(item["path"]).relative_to(tmp_path)) for item in result["items"]]
    assert names == ["a.msg", "b.eml", "deep/c.txt", "deep/er/without-suffix"]
    assert result["processed"] == 4


def test_ingest_when_an_mbox_is_given_then_each_mail_is_read_and_quoting_undone(tmp_path):
    path = tmp_path / "inbox"
    tricky = letter(body="Hello\n\nFrom now on the basket is empty.\n>From me\n>>From us\n")
    path.write_bytes(mbox(letter(), tricky.replace(b"\n>", b"\n>>"), letter()))

    result = ingest(path)

    contents = [bytes(raw.content) for raw in RawMail.objects.order_by("pk")]
    assert (result["read"], result["processed"]) == (3, 3)
    assert contents[1] == tricky.replace(b"\r\n", b"\n")


def test_ingest_when_a_single_mail_begins_like_an_mbox_then_it_stays_one_mail(tmp_path):
    path = tmp_path / "kept.eml"
    path.write_bytes(mbox(letter(), letter()))

    result = ingest(path)

    assert result["read"] == 1


def test_ingest_when_a_maildir_is_given_then_cur_and_new_are_read(tmp_path):
    for name in ("cur", "new", "tmp"):
        (tmp_path / name).mkdir()
    (tmp_path / "cur" / "1.host:2,S").write_bytes(letter())
    (tmp_path / "new" / "2.host").write_bytes(letter())
    (tmp_path / "tmp" / "3.host").write_bytes(letter())
    (tmp_path / "dovecot-uidlist").write_text("3 V1 N3")

    result = ingest(tmp_path)

    assert (result["read"], result["processed"]) == (2, 2)


def test_ingest_when_a_path_is_unreadable_then_others_go_on_and_the_command_fails(tmp_path):
    (tmp_path / "one.eml").write_bytes(letter())
    (tmp_path / "outlook.msg").write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(100))
    complaints = io.StringIO()

    with pytest.raises(CommandError, match="2 of the paths could not be read"):
        call_command(
            "ingest",
            str(tmp_path / "missing.eml"),
            str(tmp_path / "outlook.msg"),
            str(tmp_path / "one.eml"),
            stdout=io.StringIO(),
            stderr=complaints,
        )

    assert complaints.getvalue().splitlines() == [
        f"{tmp_path}/missing.eml can't be read: No such file or directory.",
        f"{tmp_path}/outlook.msg is in Outlook's own format; save it as .eml in Outlook first.",
    ]
    assert RawMail.objects.get().state == "processed"


def test_ingest_when_a_mailbox_is_named_then_mails_are_its_own(tmp_path, mailbox):
    (tmp_path / "one.eml").write_bytes(letter())

    ingest(tmp_path, mailbox="Support")

    assert RawMail.objects.get().mailbox == mailbox


def test_ingest_when_the_mailbox_is_unknown_then_the_known_ones_are_named():
    with pytest.raises(CommandError, match="no mailbox 'Sales'; there are: Support"):
        ingest("x.eml", mailbox="Sales")


def test_ingest_when_a_mail_is_too_large_then_its_headers_are_quarantined(tmp_path, settings):
    settings.MAIL_MAX_BYTES = 1000
    path = tmp_path / "large.eml"
    path.write_bytes(letter(body="x" * 2000))
    (tmp_path / "inbox").write_bytes(mbox(letter(body="y" * 300_000), letter()))

    result = ingest(tmp_path)

    assert [(item["state"], item["reason"][:9]) for item in result["items"]] == [
        ("quarantined", "too large"), ("processed", ""), ("quarantined", "too large"),
    ]  # fmt: skip
    assert all(len(raw.content) < 1000 for raw in RawMail.objects.all())


def test_ingest_when_a_file_is_empty_then_it_is_in_a_final_state(tmp_path):
    (tmp_path / "empty.eml").write_bytes(b"")

    result = ingest(tmp_path)

    assert result["read"] == sum(result[state] for state in STATES) == 1
