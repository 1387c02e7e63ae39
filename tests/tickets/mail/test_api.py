"""Raw mail by API."""

import hashlib

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import MailboxFactory, MessageFactory, StaffFactory, UserFactory
from tests.programs import Program, problem_of
from tests.statements import count_of
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import RawMail

BYTES = b"From: clara@nordlicht.example\r\nSubject: =?utf-8?q?Hi?=\r\n\r\n\xff\x00<script>\r\n"


def raw_mail(**fields):
    fields = {"source": Source.FILE, "content": BYTES, "size": len(BYTES)} | fields
    return RawMail.objects.create(sha256=hashlib.sha256(BYTES).hexdigest(), **fields)


@pytest.fixture
def ada(db):
    return StaffFactory(name="Ada", role=Role.ADMINISTRATOR)


def test_raw_mail_has_exactly_the_described_fields(ada):
    message = MessageFactory()
    mailbox = MailboxFactory(name="Support")
    raw = raw_mail(mailbox=mailbox, ticket=message.ticket, message=message, kind="message", findings={"warnings": []})
    RawMail.objects.filter(pk=raw.pk).update(state=RawMailState.PROCESSED, finished_at="2026-01-01T00:00:00Z")

    (found,) = Program(ada).get("/api/v1/raw-mails/").json()["items"]

    assert found == {
        "id": raw.pk,
        "mailbox": "Support",
        "source": "file",
        "state": "processed",
        "reason": None,
        "kind": "message",
        "sha256": hashlib.sha256(BYTES).hexdigest(),
        "size": len(BYTES),
        "received_at": found["received_at"],
        "ticket": message.ticket.number,
        "message": message.pk,
        "findings": {"warnings": []},
    }
    assert found == Program(ada).get(f"/api/v1/raw-mails/{raw.pk}/").json()


def test_raw_mails_are_narrowed_by_state_and_kind_newest_first(ada):
    first, second = raw_mail(kind="bounce"), raw_mail(kind="message")
    RawMail.objects.filter(pk=second.pk).update(
        state=RawMailState.QUARANTINED, reason="too deep", finished_at="2026-01-01T00:00:00Z"
    )
    caller = Program(ada)

    def ids(**asked):
        return [item["id"] for item in caller.get("/api/v1/raw-mails/", asked).json()["items"]]

    assert ids() == [second.pk, first.pk]
    assert ids(state="quarantined") == [second.pk]
    assert ids(kind="bounce") == [first.pk]
    assert problem_of(caller.get("/api/v1/raw-mails/", {"state": "lost"}))["status"] == 422


def test_raw_mail_is_handed_out_byte_by_byte_as_a_file(ada):
    raw = raw_mail()

    response = Program(ada).get(f"/api/v1/raw-mails/{raw.pk}/content/")

    assert response.content == BYTES
    assert response["Content-Type"] == "message/rfc822"
    assert response["Content-Disposition"] == f'attachment; filename="raw-mail-{raw.pk}.eml"'


@pytest.mark.parametrize("address", ["", "1/", "1/content/"])
def test_raw_mail_is_for_administrators_alone(db, address):
    raw_mail(pk=1)

    for who in (StaffFactory(), StaffFactory(role=Role.ACCOUNTANT), StaffFactory(role=Role.CONTRACTOR), UserFactory()):
        assert problem_of(Program(who).get(f"/api/v1/raw-mails/{address}"))["status"] == 403


def test_raw_mails_take_the_same_few_statements_however_many_there_are(ada):
    raw_mail(mailbox=MailboxFactory())
    caller = Program(ada)
    one, _ = count_of(lambda: caller.get("/api/v1/raw-mails/"))
    raw_mail(mailbox=MailboxFactory())
    raw_mail()

    three, statements = count_of(lambda: caller.get("/api/v1/raw-mails/"))

    assert (one, three) == (2, 2), statements
