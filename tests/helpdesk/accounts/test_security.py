"""The page of how somebody signs in: where they sit, who tried, and ending it."""

from datetime import timedelta

import pytest
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.management import call_command
from django.test import Client
from django.utils import timezone

from helpdesk.accounts import sessions
from helpdesk.accounts.actions import leaving
from helpdesk.accounts.models import KnownBrowser, OpenSession
from helpdesk.accounts.registries import SecurityPanel, security_panels
from helpdesk.accounts.signals import session_ended
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from tests.database import refusing_writes
from tests.helpdesk.accounts.ways import sign_in

PAGE = "/accounts/security/"
FIREFOX = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"
SAFARI = "Mozilla/5.0 (iPhone; CPU iPhone OS 19_0 like Mac OS X) AppleWebKit/605.1.15 Version/19.0 Safari/604.1"


def browser(agent=FIREFOX, address="192.0.2.1"):
    return Client(headers={"User-Agent": agent}, REMOTE_ADDR=address)


def signed_in(person, **where):
    client = browser(**where)
    assert sign_in(client, person).status_code == 302
    return client


def is_in(client):
    return client.get(PAGE).status_code == 200


def rows_on(client):
    return [(row["device"], row["address"], row["is_this"]) for row in client.get(PAGE).context["sessions"]]


def test_page_shows_where_somebody_is_signed_in_this_browser_first(clara):
    here, phone = signed_in(clara), signed_in(clara, agent=SAFARI, address="198.51.100.7")

    assert rows_on(here) == [("Firefox on Linux", "192.0.2.1", True), ("Safari on iPhone", "198.51.100.7", False)]
    assert rows_on(phone)[0] == ("Safari on iPhone", "198.51.100.7", True)


def test_page_stands_in_the_frame_of_the_persons_door(clara, anna):
    assert "cabinet-head" in signed_in(clara).get(PAGE).content.decode()
    assert "rail-search" in signed_in(anna).get(PAGE).content.decode()


def test_looking_writes_nothing_and_yet_says_when_a_session_was_seen(clara):
    here, there = signed_in(clara), signed_in(clara, agent=SAFARI)
    key = there.session.session_key
    OpenSession.objects.filter(session_key=key).update(started_at=timezone.now() - timedelta(days=3))
    sessions._noted.clear()

    with refusing_writes():
        there.get("/cabinet/")
        here.get(PAGE)

    (seen,) = sessions.seen_at([key]).values()
    assert timezone.now() - seen < timedelta(minutes=1)


def test_one_session_is_ended_and_every_page_of_it(clara):
    here, there = signed_in(clara), signed_in(clara, agent=SAFARI)
    ended = []
    session_ended.connect(listen := lambda session_key, **facts: ended.append(session_key))
    key = there.session.session_key

    here.post(f"{PAGE}sessions/{OpenSession.objects.get(session_key=key).pk}/end/")

    session_ended.disconnect(listen)
    assert (is_in(here), is_in(there), ended) == (True, False, [key])
    assert Entry.objects.get(verb="session_ended").facts == {"device": {"browser": "Safari", "system": "iPhone"}}


def test_all_others_are_ended_at_once(clara, sergei):
    here, others, stranger = signed_in(clara), [signed_in(clara) for _index in range(3)], signed_in(sergei)

    here.post(f"{PAGE}sessions/end/")

    assert [is_in(each) for each in (here, *others, stranger)] == [True, False, False, False, True]
    assert Entry.objects.get(verb="sessions_ended").facts == {"count": 3}


def test_nobody_ends_a_session_of_somebody_else(clara, sergei):
    hers, his = signed_in(clara), signed_in(sergei)
    pk = OpenSession.objects.get(user=clara).pk

    his.post(f"{PAGE}sessions/{pk}/end/")

    assert is_in(hers)


def test_signing_out_and_another_password_leave_no_place_behind(clara):
    here, there = signed_in(clara), signed_in(clara)
    there.post("/accounts/logout/")
    left = OpenSession.objects.count()
    also = signed_in(clara)

    here.post("/accounts/password/", {"current": "a long sentence of hers", "new": "quite another sentence"})

    assert left == 1
    assert (is_in(here), is_in(also)) == (True, False)
    assert [row.session_key for row in OpenSession.objects.order_by("pk")] == [here.session.session_key]


def test_place_keeps_its_session_when_that_gets_another_key(clara):
    here = signed_in(clara)
    before = here.session.session_key

    here.post("/accounts/proof/", {"password": "a long sentence of hers"})

    after = here.cookies["sessionid"].value
    assert before != after
    assert OpenSession.objects.get().session_key == after
    assert rows_on(here)[0][2] is True


def test_places_of_sessions_long_gone_are_cleared_away(clara):
    signed_in(clara)
    Session.objects.update(expire_date=timezone.now() - timedelta(days=1))

    call_command("clearsessions")

    assert not OpenSession.objects.exists()


def test_whoever_leaves_sits_nowhere_and_is_known_nowhere(clara):
    here = signed_in(clara)

    leaving.end_access(person=clara, by=None)

    assert not is_in(here)
    assert not OpenSession.objects.exists()
    assert not KnownBrowser.objects.exists()


def test_page_says_what_happened_lately(clara):
    browser(SAFARI, "203.0.113.9").post("/accounts/login/", {"login": clara.email, "password": "wrong"})
    here = signed_in(clara)

    recent = here.get(PAGE).context["recent"]

    assert [(row["text"], row["device"], row["address"]) for row in recent] == [
        ("Signed in: password", "Firefox on Linux", "192.0.2.1"),
        ("Not let in: wrong password", "Safari on iPhone", "203.0.113.9"),
    ]


def test_devices_are_told_in_the_language_of_whoever_reads(clara):
    here = signed_in(clara)
    record(verb="session_ended", subject=clara, by=clara, device="Firefox on Windows")  # words, as they were kept once
    clara.language = "ru"
    clara.save(update_fields=["language"])

    recent = here.get(PAGE).context["recent"]

    assert [row["device"] for row in recent] == ["Firefox on Windows", "Firefox, Linux"]


def test_other_rooms_have_their_boxes_there(clara, monkeypatch):
    panel = SecurityPanel("accounts/_next.html", lambda user: {"who": user.pk} if user == clara else None)
    monkeypatch.setattr(security_panels, "_things", {"mine": panel})

    assert signed_in(clara).get(PAGE).context["panels"] == [
        {"template": "accounts/_next.html", "values": {"who": clara.pk}}
    ]


def test_page_asks_the_same_few_statements_however_many_sessions(clara, django_assert_num_queries):
    here = signed_in(clara)
    here.get(PAGE)
    for _index in range(3):
        signed_in(clara)

    with django_assert_num_queries(9):
        here.get(PAGE)


def test_new_key_at_every_step(clara):
    client = browser()
    keys = []
    sign_in(client, clara)
    keys.append(client.cookies["sessionid"].value)
    client.post("/accounts/proof/", {"password": "a long sentence of hers"})
    keys.append(client.cookies["sessionid"].value)

    assert len(set(keys)) == 2
    assert client.session[SESSION_KEY] == str(clara.pk)


@pytest.mark.parametrize("path", [PAGE, f"{PAGE}authenticator/", f"{PAGE}passkeys/", "/accounts/proof/"])
def test_pages_are_for_people_who_are_in(client, db, path):
    assert client.get(path)["Location"] == f"/accounts/login/?next={path}"
