"""Two people on one ticket see each other; nobody else learns of them."""

import re
import socket
import struct
import time
from datetime import timedelta

import pytest
from django.contrib.sessions.models import Session
from django.test import Client
from django.utils import timezone

from helpdesk.accounts.actions import passwords, sessions
from helpdesk.accounts.actions.grants import change_grants
from helpdesk.accounts.actions.leaving import deactivate
from helpdesk.accounts.actions.roles import change_role, change_rule
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import OpenSession
from helpdesk.notifications.live import bus, signing_out
from tests.browsers import browser_of
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import tree
from tests.peers.live import Page, opened
from tests.statements import count_of
from tickets import presence

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def timur():
    return StaffFactory(name="Timur", language="en")


@pytest.fixture
def greta():
    return StaffFactory(name="Greta", language="ru")


@pytest.fixture
def ticket():
    return TicketFactory(requester=UserFactory(name="Clara"))


def words(told):
    event, html = told
    return event, re.sub(r"<span class=\"avatar[^>]*>[^<]*</span>|<[^>]+>", "", html).strip()


def test_stream_when_two_look_then_each_is_told_of_the_other_and_of_the_end(port, ticket, timur, greta):
    with opened(port, ticket, timur) as first:
        alone = words(first.hears("presence"))
        with opened(port, ticket, greta) as second:
            joined, there = words(first.hears("presence")), words(second.hears("presence"))
        left = words(first.hears("presence"))

    assert first.answer.getheader("Content-Type") == "text/event-stream; charset=utf-8"
    assert alone == left == ("presence", "")
    assert joined == ("presence", "Greta is here")
    assert there == ("presence", "Timur здесь")


def test_stream_when_the_other_saves_a_draft_then_it_tells_of_writing_until_it_is_sent(port, ticket, timur, greta):
    browser = browser_of(greta)
    path = f"/desk/tickets/{ticket.number}/"
    with opened(port, ticket, timur) as page, opened(port, ticket, greta):
        seen = [words(page.hears("presence"))]
        while seen[-1][1] != "Greta is here":
            seen.append(words(page.hears("presence")))

        browser.post(f"{path}drafts/reply/", {"body": "Good mor"})
        writing = words(page.hears("presence"))
        browser.post(f"{path}replies/", {"body": "Good morning"})
        sent = words(page.hears("presence"))

    assert writing == ("presence", "Greta is writing an answer")
    assert sent == ("presence", "Greta is here")


def test_stream_when_its_session_signs_out_then_it_ends(port, ticket, timur):
    browser = browser_of(timur)
    page = Page(port, f"/events/?ticket={ticket.number}", browser.session.session_key)
    page.hears("presence")

    browser.post("/accounts/logout/")
    ended = page.hears("presence")

    page.close()
    assert ended == ("", "")


@pytest.mark.parametrize(
    ("make", "status"),
    [
        (lambda ticket: ticket.requester, 404),
        (lambda ticket: StaffFactory(role=Role.CONTRACTOR), 404),
        (lambda ticket: StaffFactory(is_active=False), 401),
        (lambda ticket: None, 401),
    ],
    ids=["customer", "contractor", "inactive", "anonymous"],
)
def test_stream_when_asked_for_by_others_then_it_stays_shut(port, ticket, make, status):
    person = make(ticket)
    session = browser_of(person).session.session_key if person else "0" * 32

    page = Page(port, f"/events/?ticket={ticket.number}", session)

    page.close()
    assert page.answer.status == status


@pytest.mark.parametrize("query", ["", "?ticket=abc", "?ticket=99999999999999999999", "?people=1", "?ticket=-1"])
def test_stream_when_it_names_nothing_then_404(port, timur, query):
    page = Page(port, f"/events/{query}", browser_of(timur).session.session_key)

    page.close()
    assert page.answer.status == 404


def test_stream_when_a_person_has_too_many_then_429(port, ticket, timur):
    session = browser_of(timur).session.session_key
    path = f"/events/?ticket={ticket.number}"
    pages = [Page(port, path, session) for _ in range(20)]

    more = Page(port, path, session)

    for page in [*pages, more]:
        page.close()
    assert {page.answer.status for page in pages} == {200}
    assert more.answer.status == 429


def test_stream_when_its_browser_resets_the_connection_then_it_is_counted_out_at_once(port, ticket, timur):
    cookie = f"sessionid={browser_of(timur).session.session_key}"
    request = f"GET /events/?ticket={ticket.number} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n"
    statuses = set()

    for _page in range(25):  # more than a person may have at once
        with socket.create_connection(("127.0.0.1", port), timeout=20) as browser:
            browser.sendall(request.encode())
            with browser.makefile("rb") as lines:
                statuses.add(lines.readline())
                assert any(line == b"event: presence\n" for line in lines)
            browser.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))  # closing resets

    assert statuses == {b"HTTP/1.1 200 OK\r\n"}


def test_stream_when_open_then_no_thread_of_the_web_waits_and_metrics_count_it(port, ticket, timur):
    session = browser_of(timur).session.session_key
    pages = [Page(port, f"/events/?ticket={ticket.number}", session) for _ in range(12)]  # more than the web's threads

    metrics = Page(port, "/metrics", session)

    figures = metrics.answer.read().decode()
    for page in [*pages, metrics]:
        page.close()
    (open_now,) = re.findall(r"^helpdesk_live_streams (\d+)", figures, re.MULTILINE)
    assert int(open_now) >= 12


def test_company_when_nobody_renews_then_all_are_forgotten(monkeypatch):
    monkeypatch.setattr(bus, "HERE_SECONDS", 0.1)
    channel = f"ticket:{time.time_ns()}"
    bus.arrive(channel, pk=1, name="Timur: T", stream="a", since=1)
    bus.arrive(channel, pk=1, name="Timur: T", stream="b", since=2)

    before = bus.company(channel)
    time.sleep(0.12)
    after = bus.company(channel)

    assert before.people == (bus.Present(1, "Timur: T", 1),)
    assert after == bus.Company()


def test_write_when_valkey_is_away_then_the_draft_is_kept_all_the_same(settings, ticket, greta):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bus._client.cache_clear()
    try:
        answer = browser_of(greta).post(f"/desk/tickets/{ticket.number}/drafts/reply/", {"body": "Good mor"})
    finally:
        bus._client.cache_clear()
        bus._quiet_until = 0.0

    assert answer.json()["version"] == 1


def test_stream_when_the_person_leaves_then_it_ends_within_seconds(port, ticket, timur):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    with opened(port, ticket, timur) as page:
        page.hears("presence")
        began = time.monotonic()

        deactivate(person=timur, by=ada, reason="Left the company.")

        assert page.hears("presence") == ("", "")
        assert time.monotonic() - began < 5


def test_stream_when_a_grant_is_withdrawn_then_it_ends_within_seconds(port):
    ada, grant = StaffFactory(role=Role.ADMINISTRATOR), GrantFactory()
    ticket = TicketFactory(team=grant.team)
    with opened(port, ticket, grant.contractor) as page:
        page.hears("presence")
        began = time.monotonic()

        change_grants(person=grant.contractor, queues={}, by=ada)

        assert page.hears("presence") == ("", "")
        assert time.monotonic() - began < 5


def test_stream_when_the_last_grant_runs_out_then_it_ends_within_seconds(port):
    ada, grant, other = StaffFactory(role=Role.ADMINISTRATOR), GrantFactory(), TeamFactory()
    ticket = TicketFactory(team=grant.team)
    with opened(port, ticket, grant.contractor) as page:
        page.hears("presence")
        until = timezone.now() + timedelta(seconds=1)
        sooner = until - timedelta(seconds=0.5)

        change_grants(person=grant.contractor, queues={grant.team: until, other: sooner}, by=ada)

        assert page.hears("presence") == ("", "")
    if timezone.now() < until:  # the database could not be asked in that moment: the page comes again, and may
        with opened(port, ticket, grant.contractor) as page:
            page.hears("presence")
            assert page.hears("presence") == ("", "")
    assert until < timezone.now() < until + timedelta(seconds=5)


def test_stream_when_the_role_sees_less_then_it_ends_and_who_sees_enough_goes_on(port, ticket, timur):
    ada = StaffFactory(role=Role.ADMINISTRATOR)
    with opened(port, ticket, timur) as page, opened(port, ticket, ada) as other:
        page.hears("presence")
        other.hears("presence")

        change_rule(role=Role.AGENT, capabilities=["enter_desk"], requires_mfa=False, by=ada)

        assert [words(page.hears("presence"))[0] for _ in range(2)][-1] == ""
        assert words(other.hears("presence")) == ("presence", "")


def in_list(person, ticket):
    """What the list says of who is on the ticket."""
    page = tree(browser_of(person).get("/desk/tickets/").content.decode())
    [line] = [each for each in page.find_class("row-line") if f"/{ticket.number}/" in each.find("a").get("href")]
    [here] = line.find_class("row-here")
    return " ".join(each.text_content() for each in here.find_class("visually-hidden"))


def test_list_when_somebody_comes_writes_and_goes_then_it_is_told_and_shows_the_same(port, ticket, timur, greta):
    elsewhere = StaffFactory(role=Role.CONTRACTOR)
    with opened(port, None, timur) as desk, opened(port, None, elsewhere) as outside:
        with opened(port, ticket, greta) as page:
            page.hears("presence")
            came = desk.hears("here")[1]
            shown = in_list(timur, ticket)
            bus.write(f"ticket:{ticket.number}", pk=greta.pk, kind="note")
            wrote = desk.hears("here")[1]
            writing, own = in_list(timur, ticket), in_list(greta, ticket)
        left = desk.hears("here")[1]
        gone = in_list(timur, ticket)
        hidden = TicketFactory()
        with opened(port, hidden, greta), opened(port, TicketFactory(assignee=elsewhere), greta):
            told = outside.hears("here")[1]

    assert (
        [words(("", each.partition(" ")[2]))[1] for each in (came, wrote, left)]
        == [shown, writing, gone]
        == ["Greta is here", "Greta is writing a note", ""]
    )
    assert own == ""
    assert "\n" not in came
    assert {came.split()[0], wrote.split()[0], left.split()[0]} == {str(ticket.number)}
    assert not re.search(rf"^{hidden.number} ", told, re.MULTILINE)


def test_list_when_valkey_is_away_then_it_shows_nobody_and_waits_for_nothing(settings, ticket, timur):
    settings.REDIS_URL = "redis://127.0.0.1:1/0"
    bus._client.cache_clear()
    try:
        shown = in_list(timur, ticket)
    finally:
        bus._client.cache_clear()
        bus._quiet_until = 0.0

    assert shown == ""


def test_heard_by_when_there_are_many_then_one_statement():
    numbers = [str(TicketFactory().number) for _ in range(3)]

    statements, _ran = count_of(lambda: presence.heard_by(numbers))

    assert (statements, set(presence.heard_by(numbers))) == (1, set(numbers))


# --- Whoever may listen no more is told so, and heard nothing since -----------------------------------------------
def sign_out(person, session):
    browser_with(session).post("/accounts/logout/")


def change_password(person, session):
    passwords.change(user=person, new="another long sentence of his", by=person, session_key="elsewhere")


def end_session(person, session):
    sessions.end(session=OpenSession.objects.get(session_key=session), by=person)


def end_others(person, session):
    sessions.end_others(person=person, but="elsewhere", by=person)


def be_deactivated(person, session):
    deactivate(person=person, by=StaffFactory(role=Role.ADMINISTRATOR), reason="Left the company.")


def run_out(person, session):
    Session.objects.filter(session_key=session).update(expire_date=timezone.now() + timedelta(seconds=0.5))
    signing_out.doubt_streams(user=person)  # what thirty seconds would do


def browser_with(session):
    browser = Client()
    browser.cookies["sessionid"] = session
    return browser


ENDINGS = [sign_out, change_password, end_session, end_others, be_deactivated, run_out]


@pytest.mark.parametrize("end", ENDINGS, ids=[end.__name__ for end in ENDINGS])
def test_c08_page_when_its_session_ends_then_it_hears_no_more_within_five_seconds_and_says_so(port, ticket, timur, end):
    session = browser_of(timur).session.session_key
    sessions.note(user=timur, session_key=session, agent="Firefox", address=None)
    page = Page(port, "/events/?desk=1", session, referer=f"http://localhost/desk/tickets/{ticket.number}/?a=b")
    began = time.monotonic()

    end(timur, session)
    parted = page.hears("out", "rows")
    took = time.monotonic() - began
    after = page.hears()
    page.close()

    assert parted[0] == "out"
    assert "You are signed out, so this page stands still. What you were writing is kept." in parted[1]
    assert f"/accounts/login/?next=/desk/tickets/{ticket.number}/%3Fa%3Db" in parted[1]
    assert took < 5
    assert after == ("", "")


def test_c08_page_when_it_comes_again_without_a_session_then_it_is_told_so_in_its_language_and_others_get_401(port):
    page = Page(port, "/events/?desk=1", "0" * 32, accept="text/event-stream", accept_language="ru")
    program = Page(port, "/events/?desk=1", "0" * 32)

    parted = page.hears("out")
    page.close()
    program.close()

    assert page.answer.status == 200
    assert "Вы вышли" in parted[1]
    assert program.answer.status == 401


def test_page_when_the_right_to_see_it_ends_then_it_says_that(port):
    ada, grant = StaffFactory(role=Role.ADMINISTRATOR), GrantFactory()
    ticket = TicketFactory(team=grant.team)
    with opened(port, ticket, grant.contractor) as page:
        change_grants(person=grant.contractor, queues={}, by=ada)

        assert "You may not see this page any more, so it stands still." in page.hears("out")[1]


def test_page_when_its_person_has_another_role_then_it_ends_and_says_so(port, ticket, timur):
    with opened(port, ticket, timur) as page:
        change_role(person=timur, role=Role.CONTRACTOR, by=StaffFactory(role=Role.ADMINISTRATOR))

        assert "You may not see this page any more" in page.hears("out")[1]
