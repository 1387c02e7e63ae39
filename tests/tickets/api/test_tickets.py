"""Tickets by API."""

from datetime import timedelta

import pytest
from django.utils import timezone

from tests.factories import MessageFactory, StaffFactory, TeamFactory, TicketFactory
from tests.finding import indexed
from tests.programs import problem_of
from tests.statements import count_of
from tickets.enums import MessageKind, Status
from tickets.models import TicketLink


def numbers(response):
    assert response.status_code == 200, response.content
    return [item["number"] for item in response.json()["items"]]


def test_ticket_has_exactly_the_described_fields(program, anna, clara):
    team = TeamFactory(name="Line 1")
    ticket = TicketFactory(requester=clara, assignee=anna, team=team, tags=["checkout"], awaits_approval=2)

    found = program(anna).get(f"/api/v1/tickets/{ticket.number}/").json()

    assert found == {
        "number": ticket.number,
        "subject": ticket.subject,
        "status": "open",
        "priority": "normal",
        "channel": "mail",
        "tags": ["checkout"],
        "requester": {"id": clara.pk, "name": "Clara Weiss", "email": "clara@nordlicht.example"},
        "organisation": {"id": clara.organisation_id, "name": "Nordlicht Shop"},
        "assignee": {"id": anna.pk, "name": "Anna Orlova", "email": "anna@helpdesk.example"},
        "team": {"id": team.pk, "name": "Line 1"},
        "category": None,
        "fields": {},
        "follow_up_of": None,
        "merged_into": None,
        "child_of": None,
        "awaits_approval": 2,
        "rating": None,
        "created_at": found["created_at"],
        "updated_at": found["updated_at"],
        "resolved_at": None,
        "closed_at": None,
    }


def test_ticket_read_by_its_customer_hides_what_is_for_staff(program, anna, clara):
    ticket = TicketFactory(requester=clara, assignee=anna, team=TeamFactory(), tags=["difficult"], awaits_approval=2)

    found = program(clara).get(f"/api/v1/tickets/{ticket.number}/").json()

    assert (found["tags"], found["team"], found["awaits_approval"]) == ([], None, 0)
    assert found["assignee"] == {"id": anna.pk, "name": "Anna Orlova", "email": None}


def test_tickets_it_has_to_do_with_are_not_named_to_who_may_not_see_them(program, anna, clara, sergei):
    other = TicketFactory(requester=sergei)
    ticket = TicketFactory(requester=clara, merged_into=other)
    TicketLink.objects.create(source=ticket, target=other, kind="child", made_by=anna)

    found = {who: program(who).get(f"/api/v1/tickets/{ticket.number}/").json() for who in (anna, clara)}

    told = {who: (json["merged_into"], json["child_of"]) for who, json in found.items()}
    assert told == {anna: (other.number, other.number), clara: (None, None)}


def test_follow_up_of_a_strangers_ticket_is_not_named_to_the_customer(program, anna, clara, sergei):
    other = TicketFactory(requester=sergei)
    ticket = TicketFactory(requester=clara, follow_up_of=other)

    told = {who: program(who).get(f"/api/v1/tickets/{ticket.number}/").json()["follow_up_of"] for who in (anna, clara)}

    assert told == {anna: other.number, clara: None}


def test_list_holds_what_the_owner_may_see_last_changed_first(program, anna, clara, sergei, oleg):
    now = timezone.now()
    mine = TicketFactory(requester=clara, active_at=now - timedelta(hours=2))
    granted = TicketFactory(requester=sergei, team=oleg.grants.get().team, active_at=now - timedelta(hours=1))

    assert numbers(program(anna).get("/api/v1/tickets/")) == [granted.number, mine.number]
    assert numbers(program(clara).get("/api/v1/tickets/")) == [mine.number]
    assert numbers(program(sergei).get("/api/v1/tickets/")) == [granted.number]
    assert numbers(program(oleg).get("/api/v1/tickets/")) == [granted.number]


def test_strangers_ticket_is_not_found(program, clara, sergei, oleg):
    ticket = TicketFactory(requester=clara)

    for who in (sergei, oleg):
        response = program(who).get(f"/api/v1/tickets/{ticket.number}/")

        assert response.status_code == 404
        assert problem_of(response)["title"] == "Not Found"


def test_pages_follow_one_another_and_hold_everything_once(program, anna):
    made = {TicketFactory().number for _ in range(5)}
    caller = program(anna)

    seen, cursor = [], ""
    while cursor is not None:
        page = caller.get("/api/v1/tickets/", {"limit": 2, "cursor": cursor}).json()
        seen += [item["number"] for item in page["items"]]
        cursor = page["next"]

    assert len(seen) == 5
    assert set(seen) == made


@pytest.mark.parametrize(
    ("asked", "expected"),
    [
        ({"status": "resolved"}, ["done"]),
        ({"status": ["open", "resolved"]}, ["done", "hers", "old"]),
        ({"assignee": "me"}, ["hers"]),
        ({"assignee": "none"}, ["done", "old"]),
        ({"assignee": "anna@helpdesk.example"}, ["hers"]),
        ({"requester": "clara@nordlicht.example"}, ["done", "hers"]),
        ({"requester": "nobody@nowhere.example"}, []),
        ({"updated_since": "2026-01-01T00:00:00Z"}, ["done", "hers"]),
        ({"updated_since": "0001-01-01T00:00:00+14:00"}, ["done", "hers", "old"]),
        ({"updated_since": "9999-12-31T23:59:59-14:00"}, []),
    ],
)
def test_list_is_narrowed_by_the_words_of_the_url(program, anna, clara, asked, expected):
    tickets = {
        "done": TicketFactory(requester=clara, status=Status.RESOLVED),
        "hers": TicketFactory(requester=clara, assignee=anna),
        "old": TicketFactory(active_at="2025-05-05T00:00:00Z"),
    }
    names = {ticket.number: name for name, ticket in tickets.items()}

    found = numbers(program(anna).get("/api/v1/tickets/", asked))

    assert sorted(names[number] for number in found) == expected


def test_assignee_by_id_narrows_to_theirs(program, anna):
    ticket = TicketFactory(assignee=anna)
    TicketFactory(assignee=StaffFactory())

    assert numbers(program(anna).get("/api/v1/tickets/", {"assignee": anna.pk})) == [ticket.number]


def said(ticket, text, **fields):
    message = MessageFactory(ticket=ticket, text=text, **fields)
    indexed(message)
    return message


def test_search_finds_by_words_of_messages_what_the_owner_may_see(program, anna, clara, sergei):
    ticket = TicketFactory(requester=clara)
    said(ticket, "Оплата картой не проходит")
    said(TicketFactory(requester=sergei), "Nothing of the kind")

    assert numbers(program(anna).get("/api/v1/search/", {"q": "оплаты"})) == [ticket.number]
    assert numbers(program(clara).get("/api/v1/search/", {"q": "оплаты"})) == [ticket.number]
    assert numbers(program(sergei).get("/api/v1/search/", {"q": "оплаты"})) == []
    assert numbers(program(anna).get("/api/v1/tickets/", {"q": "оплаты"})) == [ticket.number]
    assert numbers(program(anna).get("/api/v1/search/", {"q": " "})) == []


@pytest.mark.parametrize("address", ["/api/v1/search/", "/api/v1/tickets/"])
def test_search_of_a_customer_is_blind_to_notes(program, anna, clara, address):
    ticket = TicketFactory(requester=clara)
    said(ticket, "Hello")
    said(ticket, "chargeback suspected", kind=MessageKind.NOTE, author=anna)

    assert numbers(program(anna).get(address, {"q": "chargeback"})) == [ticket.number]
    assert numbers(program(clara).get(address, {"q": "chargeback"})) == []


def test_list_takes_the_same_few_statements_however_long_it_is(program, anna):
    caller = program(anna)
    TicketFactory(assignee=anna)
    caller.get("/api/v1/tickets/")
    one, _ = count_of(lambda: caller.get("/api/v1/tickets/"))
    TicketFactory(team=TeamFactory())
    TicketFactory(follow_up_of=TicketFactory())

    three, statements = count_of(lambda: caller.get("/api/v1/tickets/"))

    assert (one, three) == (2, 2), statements


def test_rating_of_the_requester_is_told(program, anna, clara):
    ticket = TicketFactory(requester=clara, status="resolved", rating=1)

    assert program(anna).get(f"/api/v1/tickets/{ticket.number}/").json()["rating"] == "bad"
