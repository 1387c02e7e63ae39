"""The list of tickets."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import HTMX, applied, shown, tree
from tests.statements import count_of
from tickets.enums import Priority, Status

URL = "/desk/tickets/"
STATEMENTS = 4
HOSTILE = '"><img src=x onerror=alert(1)><script>alert(2)</script>'


def subjects(response):
    return [link.text for link in tree(response.content.decode()).find_class("row-subject")]


def text_of(response, css_class):
    return [" ".join(each.text_content().split()) for each in tree(response.content.decode()).find_class(css_class)]


@pytest.mark.parametrize("number", [1, 3])
def test_list_with_some_rows_runs_the_same_statements(desk, number):
    for _ in range(number):
        TicketFactory(assignee=StaffFactory(), organisation=OrganisationFactory(), tags=["payments"])
    desk.get(URL)

    count, statements = count_of(lambda: desk.get(URL))

    assert count == STATEMENTS, statements


def test_list_without_words_shows_the_unfinished_latest_first(desk):
    now = timezone.now()
    TicketFactory(subject="Older", active_at=now - timedelta(hours=1))
    TicketFactory(subject="Newer", active_at=now)
    TicketFactory(subject="Done", status=Status.RESOLVED)
    TicketFactory(subject="Closed", status=Status.CLOSED)

    response = desk.get(URL)

    assert subjects(response) == ["Newer", "Older"]


def test_views_of_the_list_show_what_they_are_called(desk, anna, line_1):
    TicketFactory(subject="Hers", assignee=anna)
    TicketFactory(subject="Her team's", team=line_1, assignee=StaffFactory())
    TicketFactory(subject="Nobody's")

    found = {view: subjects(desk.get(URL, {"view": view})) for view in ("mine", "team", "unassigned", "all")}

    assert found == {
        "mine": ["Hers"],
        "team": ["Her team's"],
        "unassigned": ["Nobody's"],
        "all": ["Nobody's", "Her team's", "Hers"],
    }


def test_rail_counts_what_each_view_holds(desk, anna, line_1):
    TicketFactory(assignee=anna, team=line_1)
    TicketFactory()
    TicketFactory(status=Status.CLOSED, assignee=anna)

    response = desk.get(URL)

    views = ["Mine 1", "My teams 1", "Unassigned 1", "All tickets 2", "Snoozed"]
    assert text_of(response, "nav-item") == [*views, "Chat", "Address book", "VPN keys", "Access vault"]


def test_rail_with_a_thousand_says_so_and_counts_no_further(desk, monkeypatch):
    monkeypatch.setattr("tickets.queries.rail.COUNTED", 3)
    monkeypatch.setattr("tickets.views.desk.frame.COUNTED", 3)
    for _ in range(4):
        TicketFactory()

    response = desk.get(URL)

    assert text_of(response, "count") == ["2+", "2+"]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ({"status": "waiting"}, ["Waits"]),
        ({"status": ["waiting", "resolved"]}, ["Solved", "Waits"]),
        ({"status": "any"}, ["Solved", "Waits", "Burns"]),
        ({"priority": "urgent"}, ["Burns"]),
        ({"team": "line-1"}, ["Burns"]),
        ({"team": "none"}, ["Waits"]),
        ({"assignee": "me"}, ["Waits"]),
        ({"assignee": "anna@helpdesk.example"}, ["Waits"]),
        ({"assignee": "none"}, ["Burns"]),
        ({"tag": "payments"}, ["Burns"]),
        ({"tag": "PAYMENTS"}, ["Burns"]),
        ({"organisation": "Nordlicht Shop"}, ["Burns"]),
        ({"requester": "clara@nordlicht.example"}, ["Burns"]),
        ({"requester": "clara@nordlicht.example", "priority": "low"}, []),
    ],
)
def test_list_with_words_shows_what_fits_all_of_them(desk, anna, clara, words, expected):
    TicketFactory(
        subject="Burns", requester=clara, priority=Priority.URGENT, team=TeamFactory(name="Line 1"), tags=["payments"]
    )
    TicketFactory(subject="Waits", status=Status.WAITING, assignee=anna)
    TicketFactory(subject="Solved", status=Status.RESOLVED)

    response = desk.get(URL, words)

    assert subjects(response) == expected


@pytest.mark.parametrize(
    "name", ["view", "status", "priority", "team", "assignee", "organisation", "requester", "cursor", "sort", "order"]
)
def test_list_with_a_word_that_means_nothing_leaves_it_out_and_reflects_nothing(desk, name):
    TicketFactory(subject="Here")

    response = desk.get(URL, {name: HOSTILE + "7b3f"})

    assert response.status_code == 200
    assert subjects(response) == ["Here"]
    assert "7b3f" not in response.content.decode()
    assert "onerror" not in response.content.decode()


def test_list_with_a_word_that_means_nothing_says_that_it_was_left_out(desk):
    response = desk.get(URL, {"team": "no-such", "status": "open"})

    assert "Left out" in text_of(response, "notice")[0]
    assert "team" in text_of(response, "notice")[0]


def test_chips_of_the_list_lead_to_the_same_without_them(desk, clara):
    response = desk.get(URL, {"status": "open", "requester": "clara@nordlicht.example", "view": "mine"})

    links = [link.get("href") for link in tree(response.content.decode()).find_class("chip-remove")]
    assert links == [
        "/desk/tickets/?view=mine&requester=clara%40nordlicht.example",
        "/desk/tickets/?view=mine&status=open",
    ]


def test_list_with_more_than_a_page_walks_there_and_back(desk):
    now = timezone.now()
    for number in range(120):
        TicketFactory(subject=f"{number:03}", active_at=now - timedelta(minutes=number // 2))

    first = desk.get(URL)
    second = desk.get(tree(first.content.decode()).xpath("//a[@rel='next']")[0].get("href"))
    third = desk.get(tree(second.content.decode()).xpath("//a[@rel='next']")[0].get("href"))
    back = desk.get(tree(third.content.decode()).xpath("//a[@rel='prev']")[0].get("href"))

    pages = [subjects(page) for page in (first, second, third)]
    assert [len(page) for page in pages] == [50, 50, 20]
    assert sorted(subject for page in pages for subject in page) == [f"{number:03}" for number in range(120)]
    assert subjects(back) == pages[1]
    assert not tree(third.content.decode()).xpath("//a[@rel='next']")
    assert not tree(first.content.decode()).xpath("//a[@rel='prev']")


def test_list_as_a_fragment_equals_a_reload(desk):
    TicketFactory(subject="Open")
    TicketFactory(subject="Waiting", status=Status.WAITING)
    before = desk.get(URL).content.decode()

    response = desk.get(URL, {"status": "waiting", "team": "", "cursor": "none of ours"}, headers=HTMX)

    assert "<html" not in response.content.decode()
    assert "HX-Request" in response["Vary"]
    assert response["HX-Push-Url"] == "/desk/tickets/?status=waiting"
    assert shown(applied(before, response, target="rows")) == shown(
        desk.get(URL, {"status": "waiting"}).content.decode()
    )


def test_list_with_fifty_long_rows_stays_small(desk):
    requester = UserFactory(name="Ж" * 200)
    for _ in range(51):
        TicketFactory(
            subject="Ш" * 500,
            snippet="Щ" * 200,
            requester=requester,
            organisation=OrganisationFactory(name="О" * 150 + str(_)),
            assignee=StaffFactory(name="А" * 200),
            tags=["тег-подлиннее"] * 20,
        )
    StaffFactory.create_batch(150)
    TeamFactory.create_batch(30)

    response = desk.get(URL)

    assert len(subjects(response)) == 50
    assert len(response.content) <= 90_000


def test_list_with_fifty_usual_rows_is_at_most_sixty_kilobytes(desk):
    said = [
        (
            "Не приходит письмо с подтверждением заказа",
            "Добрый день! Покупатели третий день жалуются, что не",
            "Дом и сад",
        ),
        ("Checkout returns 502 after the payment step", "Since 14:05 every card payment ends on a blank page", "Shop"),
    ]
    for number in range(51):
        subject, snippet, name = said[number % 2]
        TicketFactory(
            subject=subject,
            snippet=snippet * 2,
            requester__name="Александра Константинопольская",
            organisation=OrganisationFactory(name=f"{name} {number}"),
            assignee=StaffFactory(),
            tags=["payments", "почта"],
        )

    response = desk.get(URL)

    assert len(response.content) <= 60_000


def test_list_without_tickets_says_what_to_do(desk):
    response = desk.get(URL)

    assert text_of(response, "empty") == [
        "No open tickets here New mail lands in this list by itself; a request made by phone is written down with"
        " “New ticket”. New ticket"
    ]


def test_list_for_a_contractor_shows_granted_queues_and_what_is_theirs(browse, oleg):
    granted = oleg.grants.get().team
    TicketFactory(subject="Granted", team=granted)
    TicketFactory(subject="Given to him", assignee=oleg)
    TicketFactory(subject="Secret", team=TeamFactory(name="Secret team"))

    response = browse(oleg).get(URL)

    assert subjects(response) == ["Given to him", "Granted"]
    assert "Secret" not in response.content.decode()


@pytest.mark.parametrize("url", [URL, "/desk/", "/desk/search/", "/desk/ui/", "/desk/tickets/new/"])
def test_desk_for_a_customer_is_closed(browse, clara, url):
    response = browse(clara).get(url)

    assert response.status_code == 403


@pytest.mark.parametrize("url", [URL, "/desk/", "/desk/search/", "/desk/ui/", "/desk/tickets/new/"])
def test_desk_without_signing_in_leads_to_the_entrance(client, db, url):
    response = client.get(url)

    assert response.status_code == 302
    assert response["Location"].startswith("/accounts/login/")


@pytest.mark.parametrize("url", [URL, "/desk/", "/desk/search/", "/desk/ui/"])
def test_pages_that_only_show_take_no_post(desk, url):
    assert desk.post(url).status_code == 405


def test_gallery_shows_every_component(desk):
    response = desk.get("/desk/ui/")

    assert response.status_code == 200
    assert "Components" in response.content.decode()


def test_home_leads_everybody_to_their_door(desk, browse, clara):
    assert desk.get("/")["Location"] == "/desk/tickets/"
    assert desk.get("/desk/")["Location"] == "/desk/tickets/"
    assert browse(clara).get("/")["Location"] == "/cabinet/"
