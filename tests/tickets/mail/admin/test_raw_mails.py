"""The raw-mail queue."""

import hashlib

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import MailboxFactory, MessageFactory, StaffFactory
from tests.htmx import tree
from tests.statements import count_of
from tickets.mail.actions import ledger
from tickets.mail.admin.raw_mails import KINDS
from tickets.mail.enums import RawMailState, Source
from tickets.mail.models import RawMail
from tickets.mail.parsing.types import MailKind

LIST = "/admin/mail/rawmail/"
BYTES = (
    b"From: clara@shop.example\r\nSubject: =?utf-8?b?0J/RgNC40LLQtdGC?=\r\n folded\r\n\r\n"
    b"<script>alert(1)</script> \xff\x00 end\r\n"
)


def raw_mail(state=RawMailState.STORED, content=BYTES, **fields):
    raw = RawMail.objects.create(
        source=Source.FILE, content=content, size=len(content), sha256=hashlib.sha256(content).hexdigest(), **fields
    )
    if state not in (RawMailState.STORED, RawMailState.PROCESSING):
        RawMail.objects.filter(pk=raw.pk).update(state=state, reason="because", finished_at="2026-01-01T00:00:00Z")
        raw.refresh_from_db()
    return raw


def state_of(raw):
    return RawMail.objects.values_list("state", flat=True).get(pk=raw.pk)


def test_list_shows_state_reason_subject_sender_and_the_counts(browser):
    raw_mail(RawMailState.QUARANTINED, findings={"subject": "Basket", "from": "clara@shop.example"})
    raw_mail()

    page = browser.get(LIST).content.decode()

    for word in ("because", "Basket", "clara@shop.example", "Quarantined: 1", "Stored: 1", "Processed: 0"):
        assert word in page


def test_list_is_narrowed_by_state_kind_and_mailbox(browser):
    mailbox = MailboxFactory()
    raw_mail(findings={"subject": "Bakery"}, kind="bounce")
    raw_mail(RawMailState.IGNORED, findings={"subject": "Butcher"}, mailbox=mailbox)

    shown = {
        asked: [word for word in ("Bakery", "Butcher") if word in browser.get(LIST + asked).content.decode()]
        for asked in ("?state__exact=ignored", "?kind=bounce", f"?mailbox__id__exact={mailbox.pk}")
    }

    assert list(shown.values()) == [["Butcher"], ["Bakery"], ["Butcher"]]


def test_list_takes_the_same_few_statements_and_never_the_bytes(browser):
    raw_mail(mailbox=MailboxFactory())
    browser.get(LIST)
    one, _ = count_of(lambda: browser.get(LIST))
    raw_mail(mailbox=MailboxFactory())
    raw_mail()

    three, statements = count_of(lambda: browser.get(LIST))

    assert one == three, statements
    assert '"content"' not in statements


def test_preview_shows_headers_source_and_message_as_text(browser):
    message = MessageFactory(text="The basket is empty.")
    raw = raw_mail(ticket=message.ticket, message=message)

    page = browser.get(f"{LIST}{raw.pk}/change/").content.decode()

    assert "Привет folded" in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    assert "<script>alert(1)" not in page
    assert "The basket is empty." in page
    assert f"/desk/tickets/{message.ticket.number}/#m{message.pk}" in page


@pytest.mark.parametrize(
    ("kind", "told"),
    [
        (MailKind.MESSAGE, "сообщение"),
        (MailKind.BOUNCE, "возврат"),
        (MailKind.FEEDBACK, "жалоба"),
        (MailKind.VACATION, "уведомление об отсутствии"),
        (MailKind.AUTO_REPLY, "автоматическое письмо"),
        ("", "–"),
    ],
)
def test_preview_tells_the_kind_in_the_readers_language(browser, ada, kind, told):
    ada.language = "ru"
    ada.save()

    page = tree(browser.get(f"{LIST}{raw_mail(kind=kind).pk}/change/").content.decode())

    assert page.xpath("//dl[@id='state']/div[dt='Вид']/dd/text()") == [told]


def test_every_kind_of_mail_has_words():
    assert set(KINDS) == set(MailKind)


@pytest.mark.parametrize("content", [b"", b"\0" * 10, b"\xff" * 200_000, b"A" * 5_000_000, b"A: " + b"=?x?b?" * 50_000])
def test_preview_of_anything_is_a_page_that_a_browser_bears(browser, content):
    raw = raw_mail(content=content)

    response = browser.get(f"{LIST}{raw.pk}/change/")

    assert response.status_code == 200
    assert len(response.content) < 500_000


@pytest.mark.parametrize("key", ["0", "x", "9" * 30, "1_2", "²"])
def test_preview_of_no_mail_is_not_found(browser, key):
    assert browser.get(f"{LIST}{key}/change/").status_code in (302, 404)


def test_source_is_handed_out_byte_by_byte(browser):
    raw = raw_mail()

    response = browser.get(f"{LIST}{raw.pk}/source/")

    assert response.content == BYTES
    assert response["Content-Disposition"].startswith("attachment")


@pytest.mark.parametrize("state", [RawMailState.QUARANTINED, RawMailState.IGNORED])
def test_replay_lets_a_mail_be_worked_on_again_and_is_told(browser, ada, state):
    raw = raw_mail(state)

    browser.post(f"{LIST}{raw.pk}/replay/")

    assert state_of(raw) == "stored"
    (entry,) = Entry.objects.about(raw)
    assert (entry.verb, entry.actor, entry.facts) == ("raw_mail_replayed", ada, {"before": state, "reason": "because"})


@pytest.mark.parametrize("state", [RawMailState.PROCESSED, RawMailState.DUPLICATE])
def test_replay_of_what_became_something_is_refused(browser, state):
    raw = raw_mail(state)

    page = browser.post(f"{LIST}{raw.pk}/replay/", follow=True).content.decode()

    assert state_of(raw) == state
    assert "Only a quarantined or ignored mail can be worked on again." in page
    assert not Entry.objects.about(raw).exists()


def test_replay_of_a_mail_whose_headers_alone_are_kept_is_refused(browser):
    raw = raw_mail(RawMailState.QUARANTINED)
    RawMail.objects.filter(pk=raw.pk).update(findings={"headers_only": True})

    page = browser.post(f"{LIST}{raw.pk}/replay/", follow=True).content.decode()

    assert state_of(raw) == "quarantined"
    assert "Only the headers of this mail are kept." in page


def test_quarantine_puts_a_waiting_mail_aside_with_the_reason(browser, ada):
    raw = raw_mail()

    browser.post(f"{LIST}{raw.pk}/quarantine/", {"reason": "looks like a bomb\0"})

    raw.refresh_from_db()
    assert (raw.state, raw.reason) == ("quarantined", "looks like a bomb")
    assert Entry.objects.about(raw).get().facts == {"before": "stored", "reason": "looks like a bomb"}


def test_chosen_mails_are_replayed_together_and_refusals_named(browser):
    good, bad = raw_mail(RawMailState.QUARANTINED), raw_mail(RawMailState.PROCESSED)

    page = browser.post(LIST, {"action": "replay_chosen", "_selected_action": [good.pk, bad.pk]}, follow=True)

    assert (state_of(good), state_of(bad)) == ("stored", "processed")
    assert f"#{bad.pk}: Only a quarantined" in page.content.decode()


def test_reading_changes_nothing(browser):
    raw = raw_mail(RawMailState.QUARANTINED)

    for address in ("replay", "quarantine"):
        assert browser.get(f"{LIST}{raw.pk}/{address}/").status_code == 405
    assert browser.post(f"{LIST}{raw.pk}/delete/", {"post": "yes"}).status_code == 403
    assert browser.get(f"{LIST}add/").status_code == 403
    assert state_of(raw) == "quarantined"


@pytest.mark.parametrize("role", [Role.AGENT, Role.ACCOUNTANT, Role.CONTRACTOR, Role.CUSTOMER_MANAGER])
def test_raw_mail_is_for_administrators_alone(db, role):
    raw, person = raw_mail(RawMailState.QUARANTINED), StaffFactory(role=role)
    browser = browser_of(person)

    for address in ("", f"{raw.pk}/change/", f"{raw.pk}/source/"):
        assert browser.get(LIST + address, follow=True).status_code == 403
    browser.post(f"{LIST}{raw.pk}/replay/")
    with pytest.raises(NotAllowed):
        ledger.replay(raw=raw, by=person)
    assert state_of(raw) == "quarantined"
