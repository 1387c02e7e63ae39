"""Mails made to exhaust their reader, brought through the whole of the processing: each ends in one state, in time,
within the parser's limits, its words are kept, and the mail behind it is taken in."""

import time

import pytest

from tests.attacks.letters import html_mail, mail_with_files
from tests.tickets.mail.conftest import mail
from tests.tickets.mail.parsing.test_hostile import HOSTILE
from tickets.mail.actions import processing
from tickets.mail.actions.processing import process_waiting
from tickets.mail.models import RawMail
from tickets.mail.parsing.pool import ParserPool
from tickets.models import Message

pytestmark = pytest.mark.django_db
SECONDS = 10.0
MEMORY = 512 * 1024**2
WORD = "needle"


@pytest.fixture(scope="module")
def pool():
    """A parser with half the memory of the usual one, warm."""
    with ParserPool(memory_bytes=MEMORY, wall_seconds=SECONDS, cpu_seconds=8) as pool:
        pool.parse(mail())
        yield pool


@pytest.fixture(autouse=True)
def narrow(pool, monkeypatch):
    monkeypatch.setattr(processing, "_pool", pool)


def survived(deliver, raw):
    """The message of a hostile mail, and proof that the next mail got through."""
    began = time.monotonic()
    stored = deliver(raw)
    took = time.monotonic() - began
    after = deliver(mail(body="The next one."))

    assert (stored.state, after.state) == ("processed", "processed"), stored.reason
    assert took < SECONDS
    assert stored.content == raw
    return stored.message


def words_of(message):
    return " ".join([message.text, message.html, *map(_words_in, message.attachments.all())])


def _words_in(file):
    with file.file.open("rb") as stream:
        return stream.read().decode("latin-1")


def cases(number):
    return pytest.mark.parametrize("name", [name for name in HOSTILE if name.startswith(f"F{number:02}_")])


@cases(1)
def test_f01_nesting_without_end_is_read_to_a_depth(deliver, name):
    assert WORD in words_of(survived(deliver, HOSTILE[name]))


@cases(2)
def test_f02_hundred_thousand_recipients_are_read_in_time(deliver, name):
    message = survived(deliver, HOSTILE[name])

    assert WORD in message.text
    assert len(message.sent_to) <= 200
    assert message.ticket.participants.count() <= 20


@cases(3)
def test_f03_subject_of_a_megabyte_is_cut(deliver, name):
    message = survived(deliver, HOSTILE[name])

    assert len(message.ticket.subject) <= 500


@cases(4)
def test_f04_parameters_without_end_are_read_in_time(deliver, name):
    assert WORD in words_of(survived(deliver, HOSTILE[name]))


@cases(5)
def test_f05_comments_and_quotes_without_end_are_read_in_time(deliver, name):
    message = survived(deliver, HOSTILE[name])

    assert WORD in message.text
    assert len(message.from_address) <= 254


@cases(6)
def test_f06_message_id_that_breaks_parsers_is_read(deliver, name):
    message = survived(deliver, HOSTILE[name])

    assert WORD in message.text
    assert len(message.message_id) <= 998


@pytest.mark.parametrize(
    "charset", ["foo-42", "x" * 5000, "utf-8\x00", "../../etc", "rot13", "base64", "undefined", "idna"]
)
def test_f07_unknown_charset_is_read_all_the_same(deliver, charset):
    raw = mail(body="needle приём").replace(b"charset=utf-8", f'charset="{charset}"'.encode())

    message = survived(deliver, raw)

    assert WORD in message.text


@cases(8)
def test_f08_parts_without_end_are_counted(deliver, name):
    message = survived(deliver, HOSTILE[name])

    assert message.attachments.count() <= 500


@cases(9)
def test_f09_addresses_of_a_megabyte_are_shown_in_time(deliver, desk, name):
    message = survived(deliver, HOSTILE[name])
    began = time.process_time()

    response = desk.get(f"/desk/tickets/{message.ticket.number}/")

    assert response.status_code == 200
    assert time.process_time() - began < 5


@pytest.mark.slow
@cases(10)
def test_f10_body_that_wants_memory_is_read_within_limits(deliver, name):
    assert WORD in words_of(survived(deliver, HOSTILE[name]))


def test_f10_mail_that_breaks_its_parser_is_put_aside_with_the_reason(deliver, monkeypatch):
    bomb = mail(body="<b>x " * 3_750_000, message_id="bomb@evil.example").replace(b"text/plain", b"text/html")
    with ParserPool(memory_bytes=100 * 1024**2) as small:
        monkeypatch.setattr(processing, "_pool", small)
        stored = deliver(bomb)
        after = deliver(mail(body="The next one."))
        for _ in range(3):
            RawMail.objects.filter(pk=stored.pk, state="stored").update(due_at=stored.received_at)
            process_waiting(ids=[stored.pk])

    stored.refresh_from_db()
    assert after.state == "processed"
    assert stored.state == "quarantined"
    assert "memory" in stored.reason or "parser" in stored.reason
    assert bytes(stored.content) == bomb
    assert Message.objects.count() == 1


def test_f10_mail_beyond_the_cap_is_put_aside_with_its_size(deliver, monkeypatch):
    with ParserPool(max_mail_bytes=100_000) as small:
        monkeypatch.setattr(processing, "_pool", small)
        stored = deliver(mail(body="x" * 200_000))
        after = deliver(mail(body="The next one."))

    assert (stored.state, after.state) == ("quarantined", "processed")
    assert "bytes" in stored.reason


@pytest.mark.parametrize("extension", [1_000, 100_000, 1_000_000])
def test_f11_extension_without_end_is_cut(deliver, extension):
    raw = mail_with_files(("a." + "x" * extension, "application/octet-stream", b"bytes"))

    message = survived(deliver, raw)

    [file] = message.attachments.all()
    assert len(file.filename.encode()) <= 255
    assert len(file.filename.rpartition(".")[2]) <= 16 or "." not in file.filename


def test_f13_mail_with_too_many_links_is_shown_with_a_notice_and_attached_whole(deliver, desk):
    html = "<p>needle</p>" + "<a href='https://a.example/'>click</a> " * 6000

    message = survived(deliver, html_mail(html))

    page = desk.get(f"/desk/tickets/{message.ticket.number}/").content.decode()
    assert page.count("https://a.example/") < 100
    assert "needle" in page
    assert [file.filename for file in message.attachments.all()] == ["message.html"]
    assert "too many links" in " ".join(RawMail.objects.get(message=message).findings["warnings"])


@cases(15)
def test_f15_headers_without_end_are_read_in_time(deliver, name):
    survived(deliver, HOSTILE[name])
