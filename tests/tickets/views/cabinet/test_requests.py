"""The first page and the lists."""

import pytest
from django.utils import timezone

from tests.factories import ParticipantFactory, TicketFactory
from tests.statements import count_of
from tickets.enums import Status


def numbers(response):
    return [line["number"] for line in response.context["lines"]]


def test_home_shows_my_requests_with_those_that_wait_for_me_first(jonases, jonas):
    solved = TicketFactory(requester=jonas, status=Status.RESOLVED)
    waiting = TicketFactory(
        requester=jonas, status=Status.WAITING, active_at=timezone.now() - timezone.timedelta(days=9)
    )
    opened = TicketFactory(requester=jonas, status=Status.OPEN)

    response = jonases.get("/cabinet/")

    assert response.status_code == 200
    assert numbers(response) == [waiting.number, opened.number, solved.number]
    assert "Jonas" in response.context["greeting"]


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/"])
def test_pages_list_only_what_involves_me(jonases, jonas, clara, sergei, page):
    mine = TicketFactory(requester=jonas)
    copied = ParticipantFactory(user=jonas, ticket__requester=clara).ticket
    ParticipantFactory(user=jonas, ticket__requester=clara, is_active=False)
    TicketFactory(requester=clara)
    TicketFactory(requester=sergei)

    response = jonases.get(page)

    assert sorted(numbers(response)) == sorted([mine.number, copied.number])


def test_organisation_is_shown_to_its_manager_alone(claras, jonases, jonas, sergei):
    colleagues = TicketFactory(requester=jonas, subject="Of the same shop")
    TicketFactory(requester=sergei, subject="Of somebody else")
    mine = TicketFactory(requester=claras.get("/cabinet/").wsgi_request.user)

    managers = claras.get("/cabinet/requests/?of=organisation")
    own = claras.get("/cabinet/requests/")
    customers = jonases.get("/cabinet/requests/?of=organisation")

    assert sorted(numbers(managers)) == sorted([colleagues.number, mine.number])
    assert numbers(own) == [mine.number]
    assert [tab["current"] for tab in managers.context["tabs"]] == [False, True]
    assert numbers(customers) == [colleagues.number]
    assert customers.context["tabs"] == []


def test_manager_without_organisation_sees_no_foreign_request(browse, clara, sergei):
    clara.organisation = None
    clara.save()
    TicketFactory(requester=sergei, organisation=None)

    response = browse(clara).get("/cabinet/requests/?of=organisation")

    assert numbers(response) == []


def test_list_is_paged_by_key_and_comes_back(claras, clara):
    for _index in range(23):
        TicketFactory(requester=clara)

    first = claras.get("/cabinet/requests/")
    second = claras.get(first.context["older_url"])
    back = claras.get(second.context["newer_url"])

    assert (len(numbers(first)), len(numbers(second))) == (20, 3)
    assert not set(numbers(first)) & set(numbers(second))
    assert numbers(back) == numbers(first)


def test_pages_of_the_organisation_stay_with_the_organisation(claras, jonas):
    for _index in range(21):
        TicketFactory(requester=jonas)

    first = claras.get("/cabinet/requests/?of=organisation")
    second = claras.get(first.context["older_url"])

    assert len(numbers(second)) == 1


@pytest.mark.parametrize(
    ("state", "found"),
    [
        ("waiting", ["waiting"]),
        ("work", ["new", "on_hold", "open"]),
        ("solved", ["closed", "resolved"]),
        ("nonsense", sorted(Status.values)),
    ],
)
def test_list_is_narrowed_by_state(jonases, jonas, state, found):
    for status in Status:
        TicketFactory(requester=jonas, status=status)

    response = jonases.get(f"/cabinet/requests/?state={state}")

    assert sorted(line["status"] for line in response.context["lines"]) == found
    assert [tab["current"] for tab in response.context["states"]].count(True) == 1


def test_pages_of_a_state_stay_with_it(claras, jonas):
    for _index in range(21):
        TicketFactory(requester=jonas, status=Status.WAITING)
    TicketFactory(requester=jonas, status=Status.OPEN)

    first = claras.get("/cabinet/requests/?of=organisation&state=waiting")
    second = claras.get(first.context["older_url"])

    assert (len(numbers(first)), len(numbers(second))) == (20, 1)


@pytest.mark.parametrize("cursor", ["x", "%00", "W10", "e30=", "../../"])
def test_list_with_a_foreign_cursor_gives_the_first_page(jonases, jonas, cursor):
    ticket = TicketFactory(requester=jonas)

    response = jonases.get(f"/cabinet/requests/?cursor={cursor}")

    assert numbers(response) == [ticket.number]


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/", "/cabinet/requests/?of=organisation&state=work"])
def test_pages_run_as_many_statements_for_three_rows_as_for_one(claras, clara, page):
    TicketFactory(requester=clara)
    claras.get(page)
    one, _text = count_of(lambda: claras.get(page))
    TicketFactory.create_batch(2, requester=clara)

    three, text = count_of(lambda: claras.get(page))

    assert three == one, text
    assert three <= 15


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/"])
def test_empty_pages_say_what_to_do(claras, page):
    response = claras.get(page)

    assert 'href="/cabinet/requests/new/"' in response.content.decode()
    assert "File a request" in response.content.decode()


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/", "/cabinet/requests/new/"])
def test_pages_are_for_customers_alone(client, browse, anna, page):
    stranger = client.get(page)
    staff = browse(anna).get(page)

    assert (stranger.status_code, stranger["Location"]) == (302, f"/accounts/login/?next={page}")
    assert staff.status_code == 403


@pytest.mark.parametrize("page", ["/cabinet/", "/cabinet/requests/"])
def test_lists_refuse_what_would_write(claras, page):
    assert claras.post(page).status_code == 405


def test_subject_from_outside_stays_text(jonases, jonas):
    TicketFactory(requester=jonas, subject="<img src=x onerror=alert(1)>", snippet="<b>x</b>")

    html = jonases.get("/cabinet/requests/").content.decode()

    assert "<img src=x" not in html
    assert "<b>x</b>" not in html
    assert "&lt;img src=x onerror=alert(1)&gt;" in html


def test_status_is_said_in_the_words_of_customers(jonases, jonas):
    for status in Status:
        TicketFactory(requester=jonas, status=status)

    response = jonases.get("/cabinet/requests/")

    said = {line["status"]: str(line["status_word"]) for line in response.context["lines"]}
    assert said == {
        "new": "Received",
        "open": "In work",
        "waiting": "Waiting for your answer",
        "on_hold": "On hold",
        "resolved": "Solved",
        "closed": "Closed",
    }
