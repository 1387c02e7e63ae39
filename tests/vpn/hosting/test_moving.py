"""A password in a mail is moved into the vault: afterwards nothing in the whole database says it but the vault."""

import base64
import quopri
import re
from email.header import Header
from html import unescape
from uuid import uuid4

import pytest
from django.db import connection

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.masking import MASK
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Delivery, Notice
from tests.browsers import browser_of
from tests.factories import MailboxFactory, OrganisationFactory, StaffFactory, UserFactory
from tests.finding import found_under
from tickets.actions import conversation
from tickets.actions.drafts import keep
from tickets.actions.masking import mask_words
from tickets.actions.opening import file_request
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.models import KeptDraft, Message
from vpn.hosting.actions.moving import Written, move_to_vault
from vpn.hosting.actions.places import NewPlace
from vpn.hosting.enums import EntryKind, SecretKind, Source
from vpn.hosting.models import Entry, Secret

SECRET = "Zx9-Käse%kk2p"
ASCII = "Zx9kk2pQw"
PLACE = NewPlace(EntryKind.SERVER, "Shop server", "203.0.113.5", "root")


@pytest.fixture
def mailbox(db):
    return MailboxFactory(name="Support", address="support@helpdesk.example", is_default=True)


@pytest.fixture
def clara(db):
    return UserFactory(name="Clara Weiss", email="clara@shop.example", organisation=OrganisationFactory(name="Shop"))


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna Orlova", email="anna@helpdesk.example")


@pytest.fixture
def take(mailbox, clara):
    """Bytes come in as from the SMTP inlet and become a message."""

    def take(raw):
        stored = RawMail.objects.create(source="smtp", mailbox=mailbox, content=raw, sha256="0" * 64, size=len(raw))
        process_waiting(ids=[stored.pk])
        stored.refresh_from_db()
        return stored

    return take


def everything():
    """Every column of every table in a form in which words can be seen: (table, column, text)."""
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT table_name, column_name, data_type FROM information_schema.columns JOIN information_schema.tables"
            " USING (table_schema, table_name) WHERE table_schema = current_schema() AND table_type = 'BASE TABLE'"
        )
        for table, column, kind in cursor.fetchall():
            shown = f'"{column}"' if kind == "bytea" else f'"{column}"::text'
            cursor.execute(f'SELECT {shown} FROM "{table}" WHERE "{column}" IS NOT NULL')
            for (value,) in cursor.fetchall():
                texts = [value] if isinstance(value, str) else list(_unpacked(bytes(value)))
                yield from ((table, column, each) for text in texts for each in (text, _without_tags(text)))


def _unpacked(raw):
    """What a reader of mails would see: base64 and quoted-printable undone."""
    pieces = [raw, quopri.decodestring(raw)]
    for block in re.split(rb"\r?\n\r?\n", raw):
        packed = b"".join(block.split())
        if re.fullmatch(rb"[A-Za-z0-9+/]{8,}={0,2}", packed) and len(packed) % 4 == 0:
            pieces.append(base64.b64decode(packed))
    for piece in pieces:
        for charset in ("utf-8", "koi8-r", "cp1251"):
            yield piece.decode(charset, "replace")


def _without_tags(text):
    return unescape(re.sub(r"<[^>]*>", "", text))


def left(*words):
    return {(table, column) for table, column, text in everything() for word in words if word.lower() in text.lower()}


HEAD = (
    "From: Clara Weiss <clara@shop.example>\r\nTo: support@helpdesk.example\r\nMessage-ID: <{key}@shop.example>\r\n"
    "Date: Sat, 21 Nov 2026 10:00:00 +0000\r\nMIME-Version: 1.0\r\n{more}"
)


def plain(text, *, charset="utf-8", encoding="quoted-printable", subject="Access", key="plain"):
    said = text.replace("\n", "\r\n").encode(charset)
    packed = base64.encodebytes(said) if encoding == "base64" else quopri.encodestring(said)
    more = f"Subject: {Header(subject, 'utf-8').encode()}\r\nThread-Topic: {Header(subject, 'utf-8').encode()}\r\n"
    more += f"Content-Type: text/plain; charset={charset}\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n"
    return HEAD.format(key=key, more=more).encode() + packed


def alternative(text, html, *, key="html"):
    parts = [("text/plain", text), ("text/html", html)]
    body = "".join(
        f"--b\r\nContent-Type: {kind}; charset=utf-8\r\nContent-Transfer-Encoding: base64\r\n\r\n"
        f"{base64.encodebytes(said.encode()).decode()}\r\n"
        for kind, said in parts
    )
    more = f'Subject: Access\r\nContent-Type: multipart/alternative; boundary="b"\r\n\r\n{body}--b--\r\n'
    return HEAD.format(key=key, more=more).encode()


SPLIT = f"<p>Пароль: {ASCII[:3]}<b>{ASCII[3:6]}</b><span>&#{ord(ASCII[6])};{ASCII[7:]}</span></p>"
MAILS = {
    "quoted-printable": (plain(f"Добрый день!\n\nПароль: {ASCII}\nСпасибо"), ASCII),
    "base64": (plain(f"Пароль: {ASCII}\nСпасибо", encoding="base64"), ASCII),
    "koi8-r": (plain(f"Пароль: {ASCII}\nСпасибо", charset="koi8-r"), ASCII),
    "windows-1251": (plain(f"Логин: root\nПароль: {ASCII}", charset="windows-1251", encoding="base64"), ASCII),
    "signs": (plain(f"Password: {SECRET}\nThanks"), SECRET),
    "subject": (plain(f"Пароль: {ASCII}", subject=f"Пароль: {ASCII} от сервера"), ASCII),
    "html": (alternative(f"Пароль: {ASCII}", SPLIT), ASCII),
    "html alone": (alternative("", SPLIT), ASCII),
}


@pytest.mark.parametrize(("raw", "secret"), MAILS.values(), ids=MAILS)
def test_after_moving_nothing_says_it_but_the_vault(take, anna, raw, secret, django_capture_on_commit_callbacks):
    stored = take(raw)
    message = stored.message
    before = left(secret)
    with django_capture_on_commit_callbacks(execute=True):
        move_to_vault(message=message, by=anna, secrets=[Written(secret, SecretKind.PASSWORD, "root")], place=PLACE)

    stored.refresh_from_db()
    message.refresh_from_db()
    kept = Secret.objects.get()
    assert ("mail_rawmail", "content") in before
    assert before & {("tickets_message", "text"), ("tickets_message", "html")}
    assert left(secret) == set()
    assert (kept.value, kept.source, kept.label, kept.changed_by) == (secret, Source.MESSAGE, "root", anna)
    assert kept.entry.organisation == message.ticket.organisation
    assert MASK in message.text + message.html
    assert message.flags["masked"] == "vault"
    assert "secret" not in message.flags
    assert stored.masked_at is not None
    assert found_under(secret.split("-")[0]) == []


def test_message_that_holds_one_is_marked_when_it_comes(take):
    marked = take(plain(f"Пароль: {ASCII}", key="one")).message
    plain_one = take(plain("Пароль не подходит, помогите", key="two")).message

    assert marked.flags["secret"] is True
    assert "secret" not in plain_one.flags


def test_mail_that_is_masked_can_still_be_read_and_names_its_headers(take, anna):
    stored = take(alternative(f"Пароль: {ASCII}", SPLIT))

    mask_words(message=stored.message, by=anna, words=[ASCII])
    stored.refresh_from_db()
    content = bytes(stored.content)

    assert b"From: Clara Weiss <clara@shop.example>\r\n" in content
    assert b"Message-ID: <html@shop.example>\r\n" in content
    assert f"Пароль: {MASK}".encode() in content
    assert stored.sha256 == "0" * 64
    assert stored.size == len(content)
    assert "<b></b>" in stored.message.html or MASK in Message.objects.get().html


def test_copies_in_the_conversation_go_as_well(take, anna, clara, django_capture_on_commit_callbacks):
    stored = take(plain(f"Пароль: {ASCII}", subject=f"Сервер {ASCII}"))
    ticket = stored.ticket
    with django_capture_on_commit_callbacks(execute=True):
        conversation.note(ticket=ticket, by=anna, text=f"Пробую **{ASCII}** у себя, @anna")
        conversation.reply(ticket=ticket, by=anna, text=f"> Пароль: {ASCII}\n\nПодошёл.")
    keep(ticket=ticket, by=anna, kind="reply", text=f"пишу про {ASCII}", fields={}, key=uuid4())
    again = take(
        plain(f"Спасибо!\n\n> Пароль: {ASCII}\n", subject=f"Re: Сервер {ASCII} [#{ticket.number}]", key="again")
    )

    with django_capture_on_commit_callbacks(execute=True):
        done = mask_words(message=stored.message, by=anna, words=[ASCII])

    assert left(ASCII) == set()
    assert done.messages == Message.objects.count()
    assert KeptDraft.objects.get().text == f"пишу про {MASK}"
    assert again.pk != stored.pk


def test_only_the_message_itself_where_the_others_are_to_stay(take, anna):
    stored = take(plain(f"Пароль: {ASCII}"))
    conversation.note(ticket=stored.ticket, by=anna, text=f"{ASCII} stands here on purpose")

    mask_words(message=stored.message, by=anna, words=[ASCII], elsewhere=False)

    assert [ASCII in message.text for message in Message.objects.order_by("pk")] == [False, True]


def test_all_or_nothing(take, anna):
    message = take(plain(f"Пароль: {ASCII}")).message

    with pytest.raises(Refused):
        move_to_vault(message=message, by=anna, secrets=[Written(ASCII, "no kind", "root")], place=PLACE)
    with pytest.raises(Refused):
        move_to_vault(message=message, by=anna, secrets=[Written("not there", SecretKind.PASSWORD, "x")], place=PLACE)

    message.refresh_from_db()
    assert ASCII in message.text
    assert not Entry.objects.exists()
    assert not Secret.objects.exists()


def test_journal_says_that_it_was_done_and_not_what(take, anna):
    message = take(plain(f"Пароль: {ASCII}")).message

    move_to_vault(message=message, by=anna, secrets=[Written(ASCII, SecretKind.PASSWORD, "root")], place=PLACE)

    lines = {line.verb: line.facts for line in Line.objects.filter(actor_id=anna.pk)}
    assert lines["message_masked"] == {"message": message.pk, "copies": 0}
    assert lines["vault_secret_put_in"]["source"] == "message"
    assert ASCII not in str(lines)


def test_twice_is_refused_and_puts_nothing_in_twice(take, anna):
    message = take(plain(f"Пароль: {ASCII}")).message
    stale = Message.objects.get(pk=message.pk)
    chosen = [Written(ASCII, SecretKind.PASSWORD, "root")]
    move_to_vault(message=message, by=anna, secrets=chosen, place=PLACE)

    with pytest.raises(Refused, match="no longer"):
        move_to_vault(message=stale, by=anna, secrets=chosen, place=PLACE)

    assert Secret.objects.count() == 1


@pytest.mark.parametrize("role", [Role.CONTRACTOR])
def test_roles_without_the_vault_may_not(take, role):
    message = take(plain(f"Пароль: {ASCII}")).message
    person = StaffFactory(role=role)

    with pytest.raises(NotAllowed):
        mask_words(message=message, by=person, words=[ASCII])
    for url in (f"/desk/messages/{message.pk}/masking/", f"/desk/access/messages/{message.pk}/"):
        assert browser_of(person).get(url).status_code in (403, 404)

    assert ASCII in Message.objects.get().text


def test_entry_of_another_organisation_takes_nothing(take, anna):
    message = take(plain(f"Пароль: {ASCII}")).message
    other = Entry.objects.create(organisation=OrganisationFactory(), name="Theirs")

    with pytest.raises(Refused):
        move_to_vault(message=message, by=anna, secrets=[Written(ASCII, SecretKind.PASSWORD, "x")], place=other)

    assert ASCII in Message.objects.get().text


def test_page_offers_it_and_moves_it(take, anna):
    message = take(plain(f"Сервер: 203.0.113.5\nЛогин: root\nПароль: {ASCII}")).message
    browser = browser_of(anna)
    url = f"/desk/access/messages/{message.pk}/"

    ticket = browser.get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    page = browser.get(url)
    shown = page.content.decode()
    refused = browser.post(url, {"s0-kind": "password", "s0-is_chosen": "on", "s0-value": ASCII, "place": "server"})
    said = {"s0-kind": "password", "s0-is_chosen": "on", "s0-value": ASCII, "s0-label": "root", "place": "server"}
    done = browser.post(url, said | {"name": "Shop", "host": "203.0.113.5", "login": "root", "elsewhere": "on"})
    after = browser.get(f"/desk/tickets/{message.ticket.number}/").content.decode()

    assert url in ticket
    assert (ASCII in shown, 'value="203.0.113.5"' in shown, 'value="root"' in shown) == (True, True, True)
    assert page["Cache-Control"] == "no-store"
    assert refused.status_code == 422
    assert done.status_code == 303
    assert (url in after, ASCII in after, MASK in after) == (False, False, True)
    assert Secret.objects.get().entry.host == "203.0.113.5"


def test_page_of_masking_takes_words_that_nobody_found(take, anna):
    message = take(plain("the wifi thing is kuchen-wetter by the way")).message
    browser = browser_of(anna)
    url = f"/desk/messages/{message.pk}/masking/"

    shown = browser.get(url)
    short = browser.post(url, {"words": "abc"})
    gone = browser.post(url, {"words": "not in there"})
    done = browser.post(url, {"words": "kuchen-wetter", "elsewhere": "on"})

    assert [shown.status_code, short.status_code, gone.status_code, done.status_code] == [200, 422, 422, 303]
    assert left("kuchen-wetter") == set()
    assert Message.objects.get().flags["masked"] == "words"


def test_customer_moves_what_they_wrote_and_nobody_else_does(clara, anna):
    ticket = file_request(by=clara, subject="Shop", text=f"Пароль: {ASCII}")
    message = ticket.messages.get()
    colleague = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=clara.organisation)
    url = f"/cabinet/access/messages/{message.pk}/"
    said = {"s0-kind": "password", "s0-is_chosen": "on", "s0-value": ASCII, "s0-label": "root", "place": "shop"}
    browser = browser_of(clara)

    offered = browser.get(f"/cabinet/requests/{ticket.number}/").content.decode()
    others = [
        browser_of(person).post(url, said | {"name": "Shop"}).status_code for person in (colleague, UserFactory())
    ]
    done = browser.post(url, said | {"name": "Shop"})
    after = browser.get(f"/cabinet/requests/{ticket.number}/").content.decode()

    assert url in offered
    assert others == [403, 404]
    assert done.status_code == 303
    assert (ASCII in after, "kept safe among your accesses" in after) == (False, True)
    assert Secret.objects.get().changed_by == clara
    assert left(ASCII) == set()


def test_what_went_out_and_what_was_told_is_masked(take, anna, clara):
    stored = take(plain(f"Пароль: {ASCII}"))
    Notice.objects.create(
        person=anna,
        occasion="said",
        key="x",
        subject=stored.ticket,
        title="Clara",
        text=f"Пароль: {ASCII[:5]}",
        path="/",
    )
    Delivery.objects.create(
        purpose="notice", recipient="a@b.example", person=anna, subject=anna, content={"lines": [f"x {ASCII} y"]}
    )

    mask_words(message=stored.message, by=anna, words=[ASCII])

    assert left(ASCII) == set()
    assert Notice.objects.get(key="x").text == f"Пароль: {MASK}"
