"""A file with passwords is moved into the vault whole: afterwards neither database nor store says it, but the vault."""

import base64

import pytest
from django.core.files.storage import default_storage

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.uploads import NewFile
from helpdesk.journal.models import Entry as Line
from tests.browsers import browser_of
from tests.factories import MailboxFactory, StaffFactory
from tests.finding import found_under
from tests.vpn.hosting.test_moving import left
from tickets.actions.conversation import answer, note
from tickets.actions.masking_files import take_files_out
from tickets.actions.small_texts import MOST_BYTES, text_of
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.models import Attachment, Message
from vpn.hosting.actions.moving import Attached, Written, move_to_vault
from vpn.hosting.actions.places import NewPlace
from vpn.hosting.models import Entry, Secret

WORD = "Zx9kk2pQw7"
ENV = f"DB_HOST=db.shop.example\nDB_PASSWORD={WORD}\n"
PLACE = NewPlace("server", "Shop server")


def mail(content, *, name="settings.env", words="See the file."):
    packed = base64.encodebytes(content).decode()
    return (
        "From: clara@shop.example\r\nTo: support@helpdesk.example\r\nMessage-ID: <file@shop.example>\r\nSubject: Hi\r\n"
        'MIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n'
        f"--b\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n{words}\r\n"
        f'--b\r\nContent-Type: application/octet-stream; name="{name}"\r\nContent-Transfer-Encoding: base64\r\n'
        f'Content-Disposition: attachment; filename="{name}"\r\n\r\n{packed}\r\n--b--\r\n'
    ).encode()


@pytest.fixture
def take(clara):
    mailbox = MailboxFactory(name="Support", address="support@helpdesk.example", is_default=True)

    def take(raw):
        stored = RawMail.objects.create(source="smtp", mailbox=mailbox, content=raw, sha256="0" * 64, size=len(raw))
        process_waiting(ids=[stored.pk])
        stored.refresh_from_db()
        return stored

    return take


def move(message, by, *, secrets=()):
    files = [Attached(each.pk, "other", each.filename) for each in message.attachments.all()]
    return move_to_vault(message=message, by=by, secrets=secrets, files=files, place=PLACE)


def kept_in_store(name):
    return default_storage.exists(name)


def test_file_goes_from_message_mail_store_and_search_into_the_vault(take, anna, django_capture_on_commit_callbacks):
    stored = take(mail(ENV.encode()))
    message = stored.message
    name = str(message.attachments.get().file)
    assert message.flags.get("secret") is True
    assert ("mail_rawmail", "content") in left(WORD)

    with django_capture_on_commit_callbacks(execute=True):
        move(message, anna)

    message.refresh_from_db()
    stored.refresh_from_db()
    secret = Secret.objects.get()
    assert (secret.value, secret.label, secret.source) == (ENV, "settings.env", "message")
    assert left(WORD) == set()
    assert not kept_in_store(name)
    assert not Attachment.objects.exists()
    assert (message.flags.get("masked"), "secret" in message.flags) == ("vault", False)
    assert stored.masked_at is not None
    assert found_under(WORD) == []
    line = Line.objects.about(message.ticket).get(verb="message_files_taken_out")
    assert line.facts == {"message": message.pk, "count": 1}


def test_words_and_file_go_together(take, anna):
    message = take(mail(ENV.encode(), words="Password: qW3rtz-U1op")).message

    move(message, anna, secrets=[Written("qW3rtz-U1op", "password", "root")])

    assert sorted(Secret.objects.values_list("label", flat=True)) == ["root", "settings.env"]
    assert left(WORD, "qW3rtz-U1op") == set()


def test_same_file_goes_from_the_whole_conversation_and_stays_elsewhere(
    take, anna, clara, django_capture_on_commit_callbacks
):
    message = take(mail(ENV.encode())).message
    again = [NewFile("copy.env", ENV.encode(), "text/plain", "")]
    answer(ticket=message.ticket, by=clara, text="Once more", files=again)
    other = Message.objects.exclude(ticket=message.ticket)
    name = str(message.attachments.get().file)

    with django_capture_on_commit_callbacks(execute=True):
        move(message, anna)

    assert not Attachment.objects.filter(file=name).exists()
    assert not other.exists()
    assert set(Message.objects.values_list("flags__masked", flat=True)) == {"vault"}


def test_page_names_the_files_offers_those_that_look_so_and_shows_none_of_them(take, anna):
    message = take(mail(ENV.encode(), words="Nothing here")).message
    file = message.attachments.get()
    browser, url = browser_of(anna), f"/desk/access/messages/{message.pk}/"

    page = browser.get(url).content.decode()
    said = {
        f"f-{file.pk}-{name}": value for name, value in {"kind": "other", "label": "env", "is_chosen": "on"}.items()
    }
    done = browser.post(url, said | {"place": "server", "name": "Shop", "s0-kind": "password"})

    assert "settings.env" in page
    assert WORD not in page
    assert f'name="f-{file.pk}-is_chosen"' in page
    assert done.status_code == 303
    assert (Secret.objects.get().label, Secret.objects.get().value) == ("env", ENV)


def test_after_words_were_moved_a_file_is_still_offered(take, anna):
    message = take(mail(ENV.encode(), words="Password: qW3rtz-U1op")).message
    secrets = [Written("qW3rtz-U1op", "password", "root")]

    move_to_vault(message=message, by=anna, secrets=secrets, place=PLACE)

    message.refresh_from_db()
    assert message.flags.get("secret") is True


@pytest.mark.parametrize(
    "content",
    [b"Meeting notes:\nnothing secret", b"\x89PNG\r\n\x1a\n" + ENV.encode(), ENV.encode() + b"x" * MOST_BYTES],
    ids=["notes", "picture", "large"],
)
def test_file_that_is_none_is_not_offered(take, content):
    assert "secret" not in take(mail(content)).message.flags


@pytest.mark.parametrize("charset", ["utf-8", "utf-8-sig", "utf-16", "cp1251"])
def test_text_is_read_in_the_charsets_that_people_save(charset):
    assert text_of(f"Пароль: {WORD}\r\n".encode(charset)) == f"Пароль: {WORD}\r\n"


def test_large_file_is_refused_and_nothing_is_moved(take, anna):
    message = take(mail(ENV.encode() + b"x" * MOST_BYTES)).message

    with pytest.raises(Refused, match="no small text"):
        move(message, anna)
    assert not Entry.objects.exists()
    assert Attachment.objects.count() == 1


def test_file_of_another_message_is_refused(take, anna, clara, ticket):
    message = take(mail(ENV.encode())).message
    other = note(ticket=ticket, by=anna, text="x", files=[NewFile("a.env", b"PASSWORD=Ab1cdefg", "text/plain", "")])

    with pytest.raises(Refused):
        take_files_out(message=message, by=anna, files=[other.attachments.get().pk])
    assert Attachment.objects.count() == 2


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.CONTRACTOR, Role.SALES])
def test_roles_without_the_vault_take_nothing_out(take, role):
    message = take(mail(ENV.encode())).message

    with pytest.raises(NotAllowed):
        take_files_out(message=message, by=StaffFactory(role=role), files=[message.attachments.get().pk])
    assert Attachment.objects.count() == 1


def test_customer_takes_out_their_own_and_nobody_elses(take, clara, carl):
    message = take(mail(ENV.encode())).message

    with pytest.raises(NotAllowed):
        move(message, carl)
    move(message, clara)

    assert Secret.objects.get().changed_by == clara
