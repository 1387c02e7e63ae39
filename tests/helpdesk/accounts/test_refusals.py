"""Who was not let in: a few lines of the journal, and a word to whom they tried to be."""

from datetime import timedelta
from email import message_from_bytes, policy

import pytest
from django.contrib.contenttypes.models import ContentType
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import refusals
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Attempt, KnownBrowser, Refusal, User
from helpdesk.core.fields import unseal
from helpdesk.journal.models import Entry
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.notifications.registries import composers
from tests.browsers import browser_of
from tests.factories import StaffFactory
from tests.helpdesk.accounts.ways import PASSWORD, app_code, sign_in, with_app

FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"


def try_password(address="203.0.113.9", login="clara@shop.example", password="wrong"):
    form = {"login": login, "password": password}
    return Client(REMOTE_ADDR=address, headers={"User-Agent": FIREFOX}).post("/accounts/login/", form).status_code


def lines():
    return [
        (entry.facts["reason"], entry.facts["count"])
        for entry in Entry.objects.filter(verb="sign_in_refused").order_by("pk")
    ]


def letters():
    return list(Delivery.objects.filter(purpose=Purpose.SECURITY).order_by("pk"))


def test_refusals_have_a_line_when_their_number_doubles(clara):
    for _index in range(14):
        try_password()

    assert lines() == [(reason, count) for reason, count in lines() if count in (1, 2, 4, 8)]
    assert lines() == [
        ("password", 1),
        ("password", 2),
        ("password", 4),
        ("limit", 1),
        ("limit", 2),
        ("limit", 4),
        ("limit", 8),
    ]


def test_line_says_who_where_and_with_what(clara):
    try_password()

    entry = Entry.objects.get(verb="sign_in_refused")
    assert (entry.subject_id, entry.address, entry.actor) == (clara.pk, "203.0.113.9", None)
    assert entry.facts == {"reason": "password", "count": 1, "device": {"browser": "Firefox", "system": "Linux"}}


def test_of_unknown_addresses_nothing_that_was_typed_is_kept(clara):
    for index in range(40):
        try_password(login=f"my-secret-{index}@typed.example")

    entries = list(Entry.objects.filter(verb="sign_in_refused").order_by("pk"))
    assert len(entries) == 9
    assert {entry.subject_type for entry in entries} == {ContentType.objects.get_for_model(ContentType)}
    assert "my-secret" not in str([entry.facts for entry in entries])
    assert Refusal.objects.count() == 2


def test_auditors_read_of_refusals_and_of_people_nobody_knows(clara):
    try_password()
    try_password(login="nobody@shop.example")

    html = browser_of(StaffFactory(role=Role.ADMINISTRATOR)).get("/desk/journal/").content.decode()

    assert html.count("was not let in") >= 2
    assert "wrong password" in html
    assert "Firefox on Linux" in html


def test_person_hears_of_it_once_a_day(clara):
    for _index in range(9):
        try_password()
    for index in range(9):
        try_password(address=f"198.51.100.{index}")

    (letter,) = letters()
    mail = message_from_bytes(composers[Purpose.SECURITY]([letter]).content, policy=policy.default)
    assert letter.recipient == clara.email
    assert "5 times, from 203.0.113.9" in letter.content["text"]
    assert unseal(letter.content["url"]).endswith("/accounts/security/")
    assert "Your account is safe" in mail.get_body(("plain",)).get_content()


def test_next_day_it_is_said_again(clara, monkeypatch):
    for _index in range(9):
        try_password()
    later = timezone.now() + timedelta(days=1, minutes=1)
    monkeypatch.setattr("django.utils.timezone.now", lambda: later)

    for _index in range(9):
        try_password()

    assert len(letters()) == 2


def test_few_wrong_passwords_are_nobodys_concern(clara):
    for _index in range(4):
        try_password()

    assert letters() == []


def test_own_browser_is_no_stranger(clara):
    browser = Client()
    sign_in(browser, clara)
    browser.post("/accounts/logout/")

    for index in range(9):
        sign_in(browser, clara, password=f"forgot {index}")

    assert letters() == []


def test_wrong_codes_are_told_and_limited(clara):
    secret, _codes = with_app(clara)
    browser = Client()
    sign_in(browser, clara)

    answers = [browser.post("/accounts/second-factor/", {"code": "000000"}).status_code for _index in range(6)]

    assert answers == [422] * 5 + [429]
    assert browser.post("/accounts/second-factor/", {"code": app_code(secret)}).status_code == 429
    assert lines() == [("code", 1), ("code", 2), ("code", 4), ("limit", 1), ("limit", 2)]


def test_whoever_is_switched_off_is_told_apart_in_the_journal_only(clara):
    clara.is_active = False
    clara.save(update_fields=["is_active"])

    assert try_password(password=PASSWORD) == 422
    assert lines() == [("inactive", 1)]


def test_old_counts_and_browsers_are_forgotten(clara):
    try_password()
    sign_in(Client(), clara)
    Refusal.objects.update(at=timezone.now() - timedelta(days=3))
    KnownBrowser.objects.update(last_at=timezone.now() - timedelta(days=400))

    refusals.forget_older()

    assert (Refusal.objects.count(), KnownBrowser.objects.count()) == (0, 0)


@pytest.mark.parametrize("cookie", ["", "x", "x" * 43, "x" * 5000, "é" * 43])
def test_made_up_cookie_of_a_browser_helps_nobody(clara, cookie):
    stranger = Client(REMOTE_ADDR="203.0.113.9")
    stranger.cookies["browser"] = cookie

    answers = [sign_in(stranger, clara, password=f"guess {index}").status_code for index in range(6)]

    assert answers == [422] * 5 + [429]
    assert Attempt.objects.filter(network__startswith="browser:").count() == 0
    assert User.objects.get(pk=clara.pk).check_password(PASSWORD)
