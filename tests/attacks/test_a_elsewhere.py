"""Attacks by words beside the mail: of staff, of programs, of proxies, of forms that only administrators see."""

import re
from pathlib import Path

import pytest
from django.apps import apps
from django.db.models import URLField
from django.urls import reverse

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.notices import notify
from tests.attacks.letters import html_of, letter_of
from tests.attacks.test_a_html import Reader
from tests.attacks.test_a_pages import HOSTILE, assert_harmless
from tests.browsers import browser_of
from tests.factories import MailboxFactory, StaffFactory, TicketFactory
from tests.htmx import tree
from tickets.actions.conversation import reply

ROOT = Path(__file__).parents[2]
SCRIPTS = sorted((ROOT / "static" / "js").rglob("*.js"))
MAKES_CODE = re.compile(
    r"\b(?:innerHTML|outerHTML|insertAdjacentHTML|document\.write|eval|createContextualFragment|DOMParser)\b"
    r"|new Function|set(?:Timeout|Interval)\(\s*[\"'`]"
)
UNESCAPED = re.compile(r"\|\s*safe\b|autoescape\s+off|safeseq")
WEBSITES = re.compile(r"url|website|homepage|link|site", re.I)


@pytest.mark.django_db
@pytest.mark.parametrize("words", HOSTILE)
def test_a16_notice_to_staff_holds_words_of_strangers_as_words(anna, words):
    ticket = TicketFactory(subject=words, assignee=anna)
    notify(person=anna, subject=ticket, title=words, text=words, path="/desk/")

    [row] = Delivery.objects.about(ticket)
    html = html_of(letter_of(ticket))

    assert row.recipient == anna.email
    assert Reader(html[html.index("<body") :]).dangers == []


FORWARDED = {
    "X-Forwarded-For": "<img src=x onerror=alert(1)>",
    "CF-Connecting-IP": "<script>alert(1)</script>",
    "X-Real-IP": "203.0.113.66",
    "True-Client-IP": "203.0.113.67",
    "Forwarded": 'for="<script>"',
}


@pytest.mark.django_db
@pytest.mark.parametrize("behind_proxy", [False, True])
def test_a17_address_of_a_header_is_no_word_in_the_journal(desk, settings, behind_proxy):
    settings.BEHIND_PROXY = behind_proxy
    ticket = TicketFactory()

    answer = desk.post(f"/desk/tickets/{ticket.number}/notes/", {"body": "A note."}, headers=FORWARDED)

    assert answer.status_code == 303
    assert Entry.objects.about(ticket).get().address == "127.0.0.1"


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("header", "address"),
    [("203.0.113.9", "203.0.113.9"), ("6.6.6.6, 203.0.113.9", "203.0.113.9"), ("2001:db8::1%eth0", "2001:db8::1")],
)
def test_a17_nearest_proxy_is_believed_only_where_there_is_one(desk, settings, header, address):
    for behind_proxy, expected in ((True, address), (False, "127.0.0.1")):
        settings.BEHIND_PROXY = behind_proxy
        ticket = TicketFactory()

        desk.post(f"/desk/tickets/{ticket.number}/notes/", {"body": "A note."}, headers={"X-Forwarded-For": header})

        assert Entry.objects.about(ticket).get().address == expected


def test_a18_nobody_has_a_web_address_that_they_chose():
    """But for where an administrator has alerts and notices go: sealed, shown to nobody, asked by the program alone."""
    ours = [model for model in apps.get_models() if model.__module__.split(".")[0] in {"helpdesk", "tickets"}]

    found = {
        f"{model.__name__}.{field.name}"
        for model in ours
        for field in model._meta.fields
        if isinstance(field, URLField) or (WEBSITES.search(field.name) and field.get_internal_type() == "TextField")
    }

    assert found == {"AlertWay.url", "Gateway.url", "OutsideWatch.url"}


@pytest.mark.django_db
def test_a18_address_in_plain_text_is_a_link_of_the_web_alone(desk):
    words = 'javascript:alert(1) data:text/html,x vbscript:x https://shop.example/a?b="onclick=alert(1) file:///etc'
    message = reply(ticket=TicketFactory(), by=desk_person(desk), text=words)

    page = desk.get(f"/desk/tickets/{message.ticket.number}/")

    assert_harmless(page)
    links = tree(page.content.decode()).xpath("//article//a/@href")
    assert all(link.startswith(("https://", "http://", "/", "#", "?")) for link in links)


def desk_person(browser):
    from helpdesk.accounts.models import User

    return User.objects.get(pk=browser.session["_auth_user_id"])


@pytest.mark.django_db
@pytest.mark.parametrize("words", HOSTILE)
def test_a22_hostile_words_of_administrators_stay_words_in_the_administration(words):
    irina = browser_of(StaffFactory(name=words, role=Role.ADMINISTRATOR))
    mailbox = MailboxFactory(name=words[:100], from_name=words[:100], signature=words, fetch_error=words)

    for name, arguments in (
        ("admin:mail_mailbox_changelist", []),
        ("admin:mail_mailbox_change", [mailbox.pk]),
        ("admin:index", []),
    ):
        response = irina.get(reverse(name, args=arguments))

        assert response.status_code == 200
        document = tree(response.content.decode())
        assert [text for text in document.xpath("//script/text()") if "alert(1)" in text] == []
        assert document.xpath("//*[@onerror or @onload or @srcdoc]") == []
        assert not [link for link in document.xpath("//@href|//@src|//@action") if link.startswith("javascript:alert")]


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a08_scripts_of_ours_write_text_never_html(path):
    assert MAKES_CODE.findall(path.read_text("utf-8")) == []


@pytest.mark.parametrize("path", SCRIPTS, ids=lambda path: path.name)
def test_a23_scripts_of_ours_parse_no_query_into_objects(path):
    written = path.read_text("utf-8")

    assert re.findall(r"__proto__|Object\.assign\(|JSON\.parse\(location", written) == []
    assert "location.search" not in written or "URLSearchParams" in written


def test_a23_markup_puts_no_words_into_scripts():
    templates = sorted((ROOT / "templates").rglob("*.html"))

    assert [path.relative_to(ROOT).as_posix() for path in templates if _has_code(path)] == []


def _has_code(path):
    """A script element with text of its own, an `hx-on`, an `onclick` or `hx-vals='js:...'`."""
    written = path.read_text("utf-8")
    bodies = re.findall(r"<script\b[^>]*>(.*?)</script>", written, re.S)
    return any(body.strip() for body in bodies) or bool(re.search(r"\shx-on[:=]|\son[a-z]+=|[\"']js(?:on)?:", written))


def test_a05_words_are_called_safe_only_where_they_were_made_so():
    rooms = [path.parent for path in ROOT.glob("*/__init__.py") if path.parent.name != "tests"]
    sources = [path for room in rooms for path in room.rglob("*.py")]
    templates = [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]

    marking = {path.relative_to(ROOT).as_posix() for path in sources if "mark_safe(" in path.read_text("utf-8")}
    unescaped = {path.relative_to(ROOT).as_posix() for path in templates if UNESCAPED.search(path.read_text("utf-8"))}

    assert marking == {
        "helpdesk/core/parts.py",
        "helpdesk/core/templatetags/ui.py",
        "tickets/linking.py",
        "tickets/views/desk/messages.py",
    }
    assert [path for path in unescaped if not path.endswith(".txt")] == []
