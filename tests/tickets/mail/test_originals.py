"""A mail's own look, read again from the raw mail."""

import pytest

from tests.attacks.letters import html_mail
from tests.browsers import browser_of
from tests.factories import StaffFactory
from tests.htmx import tree
from tickets.mail import originals
from tickets.mail.models import RawMail

STYLED = (
    '<style>p { color: blue }</style><p style="color: red; position: fixed; background: url(https://spy.example/a)">'
    'Hello</p><script>alert(1)</script><img src="https://spy.example/x.png" alt="x">'
)
REDUCED = "could not be read again"


@pytest.fixture
def message(deliver):
    return deliver(html_mail(STYLED)).message


def page_of(message, query=""):
    return browser_of(StaffFactory()).get(f"/desk/messages/{message.pk}/original/{query}").content.decode()


def test_original_has_the_senders_styles_of_listed_properties_and_nothing_that_runs(message):
    found = originals.html_of(message)

    assert found == '<p style="color:red">Hello</p><img src="https://spy.example/x.png" alt="x">'
    assert "style" not in message.html


def test_page_shows_the_mail_as_it_was_styled_and_holds_back_pictures_until_asked(message):
    plain, asked = tree(page_of(message)), tree(page_of(message, "?pictures=1"))

    assert plain.xpath("//p/@style") == ["color:red"]
    assert plain.xpath("//img/@src") == []
    assert asked.xpath("//img/@src") == ["https://spy.example/x.png"]
    assert not plain.xpath("//script | //style")
    assert REDUCED not in page_of(message)


def assert_reduced(message):
    """The page says so in one sentence and shows what is stored."""
    page = page_of(message)
    assert REDUCED in page
    assert "Hello</p>" in page
    assert tree(page).xpath("//p/@style") == []


def test_page_when_the_raw_mail_is_gone_then_it_shows_what_is_stored_and_says_so(message):
    RawMail.objects.filter(message=message).delete()

    assert_reduced(message)


def test_page_when_the_mail_is_too_large_to_wait_for_then_it_is_not_read(message, monkeypatch):
    monkeypatch.setattr(originals, "LARGEST", 10)

    assert_reduced(message)


def test_mail_when_reading_takes_too_long_then_its_process_is_ended(caplog):
    assert originals.read_again(html_mail(STYLED), message=7, seconds=0.001) == ""
    assert "original_not_read" in caplog.text
    assert "TimeoutExpired" in caplog.text


def test_mail_when_its_process_fails_then_there_is_nothing(monkeypatch, caplog):
    monkeypatch.setattr(originals, "LARGEST", 10)

    assert originals.read_again(html_mail(STYLED), message=7) == ""
    assert "CalledProcessError" in caplog.text


def test_process_that_reads_is_given_no_secret(monkeypatch, tmp_path):
    """What stands in its environment is what a hostile mail could get hold of."""
    spy = tmp_path / "python"
    spy.write_text("#!/bin/sh\ncat > /dev/null\nenv\n")
    spy.chmod(0o755)
    monkeypatch.setenv("SECRET_KEY", "canary-2718")
    monkeypatch.setattr(originals.sys, "executable", str(spy))

    told = originals.read_again(b"x", message=7)

    assert "PATH=" in told
    assert "canary-2718" not in told
    assert "DATABASE_URL" not in told


@pytest.mark.parametrize(
    ("kind", "body", "found"),
    [
        ("text/plain; charset=utf-8", "Only words", ""),
        ("text/html; charset=windows-1251", "<b>Привет</b>", "<b>Привет</b>"),
    ],
)
def test_mail_of_another_make_is_read_as_it_is_shown(kind, body, found):
    charset = kind.rpartition("=")[2]
    raw = f"From: clara@shop.example\r\nContent-Type: {kind}\r\nContent-Transfer-Encoding: 8bit\r\n\r\n"

    assert originals.read_again(raw.encode() + body.encode(charset), message=7).strip() == found
