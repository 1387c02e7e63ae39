"""What an agent's phone does to a ticket."""

from datetime import timedelta

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from helpdesk.accounts.enums import Role
from tests.categories import hosting
from tests.factories import StaffFactory, TeamFactory, TemplateFactory, TicketFactory, UserFactory
from tests.programs import problem_of
from tests.statements import count_of
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def put(caller, ticket, address, document, **headers):
    path = f"/api/v1/tickets/{ticket.number}/{address}/"
    return caller.put(path, document, content_type="application/json", headers=headers)


def test_agent_sets_what_a_ticket_is(program, anna):
    team, caller = TeamFactory(), program(anna)
    ticket = TicketFactory(status="new")
    tomorrow = (timezone.now() + timedelta(days=1)).isoformat()
    asked = [
        ("status", {"status": "on_hold"}, "status", "on_hold"),
        ("priority", {"priority": "urgent"}, "priority", "urgent"),
        ("tags", {"tags": ["Payments"]}, "tags", ["payments"]),
        ("team", {"team": team.pk}, "team", {"id": team.pk, "name": team.name}),
        ("assignment", {"assignee": anna.pk}, "assignee", {"id": anna.pk, "name": anna.name, "email": anna.email}),
        ("assignment", {"assignee": None}, "assignee", None),
        ("snooze", {"until": tomorrow}, "status", "on_hold"),
    ]

    for address, document, name, expected in asked:
        answer = put(caller, ticket, address, document)

        assert (answer.status_code, answer.json()[name]) == (200, expected), address
    ticket.refresh_from_db()
    assert ticket.snoozed_until is not None
    assert caller.delete(f"/api/v1/tickets/{ticket.number}/snooze/").status_code == 200
    ticket.refresh_from_db()
    assert ticket.snoozed_until is None


def test_change_of_another_edition_is_refused(program, anna):
    ticket, caller = TicketFactory(), program(anna)
    read = caller.get(f"/api/v1/tickets/{ticket.number}/")["ETag"]
    first = put(caller, ticket, "priority", {"priority": "high"}, **{"If-Match": read})

    late = put(caller, ticket, "priority", {"priority": "low"}, **{"If-Match": read})

    assert (first.status_code, late.status_code) == (200, 412)
    ticket.refresh_from_db()
    assert ticket.priority == 3


def test_ticket_that_leaves_the_sight_of_its_writer_is_answered_without_it(program, oleg):
    team = oleg.grants.get().team
    ticket = TicketFactory(team=team)

    answer = put(program(oleg), ticket, "team", {"team": None})

    assert (answer.status_code, answer.content) == (204, b"")
    assert problem_of(program(oleg).get(f"/api/v1/tickets/{ticket.number}/"))["status"] == 404


def test_customer_closes_reopens_and_rates_their_own_and_sets_nothing_else(program, clara):
    ticket, caller = TicketFactory(requester=clara), program(clara)
    path = f"/api/v1/tickets/{ticket.number}/"

    assert caller.post(f"{path}closure/").json()["status"] == "resolved"
    assert put(caller, ticket, "rating", {"rating": "good"}).json()["rating"] == "good"
    assert caller.post(f"{path}reopening/").json()["status"] == "open"
    for address, document in (("status", {"status": "closed"}), ("priority", {"priority": "urgent"})):
        assert problem_of(put(caller, ticket, address, document))["status"] == 403


def test_finishing_with_open_children_asks_first(program, anna):
    parent, child = TicketFactory(), TicketFactory()
    caller = program(anna)
    link = {"ticket": parent.number, "kind": "child"}
    assert caller.post_json(f"/api/v1/tickets/{child.number}/links/", link).status_code == 201

    asked = put(caller, parent, "status", {"status": "resolved"})
    confirmed = put(caller, parent, "status", {"status": "resolved", "is_confirmed": True})

    assert (asked.status_code, confirmed.status_code) == (409, 200)
    assert str(child.number) in problem_of(asked)["detail"]


def test_tickets_are_linked_merged_and_parted(program, anna, clara):
    one, other, caller = TicketFactory(requester=clara), TicketFactory(requester=clara), program(anna)
    path = f"/api/v1/tickets/{one.number}/"

    links = caller.post_json(f"{path}links/", {"ticket": other.number, "kind": "related"}).json()["items"]
    merged = caller.post_json(f"{path}merging/", {"into": other.number}).json()

    assert [(each["ticket"], each["kind"]) for each in links] == [(other.number, "related")]
    assert merged["merged_into"] == other.number
    assert caller.delete(f"{path}merging/").json()["merged_into"] is None
    assert caller.delete(f"{path}links/{links[0]['id']}/").status_code == 204
    assert caller.get(f"{path}links/").json() == {"items": []}


def test_people_take_part_and_watch(program, anna, clara):
    ticket, caller = TicketFactory(requester=clara), program(anna)
    path = f"/api/v1/tickets/{ticket.number}/"

    added = caller.post_json(f"{path}participants/", {"email": "nina@shop.example", "is_meant": True}).json()["items"]
    watching = caller.post_json(f"{path}watchers/", {"person": anna.pk}).json()["items"]

    assert [each["email"] for each in added] == ["nina@shop.example"]
    assert [each["id"] for each in watching] == [anna.pk]
    assert problem_of(program(clara).get(f"{path}watchers/"))["status"] == 403
    assert caller.delete(f"{path}participants/{added[0]['id']}/").status_code == 204
    assert caller.delete(f"{path}watchers/{anna.pk}/").status_code == 204
    assert caller.get(f"{path}watchers/").json() == {"items": []}


def test_category_and_fields_are_set_and_what_can_be_is_told(program, anna, clara):
    hosting()
    ticket, caller = TicketFactory(requester=clara), program(anna)

    told = {each["key"] for each in caller.get("/api/v1/categories/").json()["items"][0]["fields"]}
    hers = {each["key"] for each in program(clara).get("/api/v1/categories/").json()["items"][0]["fields"]}
    set_ = put(caller, ticket, "fields", {"category": "hosting", "fields": {"domain": "a.example"}})

    assert hers < told
    assert (set_.json()["category"], set_.json()["fields"]["domain"]) == ("hosting", "a.example")


@pytest.mark.parametrize("who", ["anna", "clara"])
def test_file_is_uploaded_then_taken_by_an_answer(program, anna, clara, who):
    ticket, caller = TicketFactory(requester=clara), program({"anna": anna, "clara": clara}[who])
    file = SimpleUploadedFile("log.txt", b"c4n4ry", "text/plain")

    kept = caller.post("/api/v1/attachments/", {"file": file}).json()
    path = f"/api/v1/tickets/{ticket.number}/replies/"
    said = caller.post_json(path, {"text": "See the file.", "files": [kept["id"]]})

    assert [each["filename"] for each in said.json()["attachments"]] == ["log.txt"]
    content = caller.get(f"/api/v1/attachments/{said.json()['attachments'][0]['id']}/content/")
    assert b"".join(content.streaming_content) == b"c4n4ry"


def test_upload_of_somebody_else_is_not_taken(program, anna, clara):
    file = SimpleUploadedFile("log.txt", b"c4n4ry", "text/plain")
    kept = program(anna).post("/api/v1/attachments/", {"file": file}).json()
    ticket = TicketFactory(requester=clara)

    said = program(clara).post_json(
        f"/api/v1/tickets/{ticket.number}/replies/", {"text": "Mine", "files": [kept["id"]]}
    )

    assert problem_of(said)["status"] == 422
    assert problem_of(program(clara).delete(f"/api/v1/attachments/{kept['id']}/"))["status"] == 404


def test_forward_is_kept_as_a_note_that_no_customer_reads(program, anna, clara):
    ticket = TicketFactory(requester=clara)
    path = f"/api/v1/tickets/{ticket.number}/"

    sent = program(anna).post_json(f"{path}forwards/", {"to": ["lab@hosting.example"], "text": "Please look."})

    assert (sent.status_code, sent.json()["kind"]) == (201, "note")
    assert sent.json()["to"] == [{"name": "", "address": "lab@hosting.example"}]
    assert program(clara).get(f"{path}messages/").json()["items"] == []


@pytest.mark.parametrize(
    ("narrowed", "count"),
    [
        ({"priority": "high"}, 1),
        ({"tag": "payments"}, 1),
        ({"tag": "nothing"}, 0),
        ({"created_since": "2020-01-01T00:00:00Z"}, 2),
        ({"created_since": "2100-01-01T00:00:00Z"}, 0),
        ({"category": "nothing"}, 0),
        ({"team": "1"}, 0),
    ],
    ids=str,
)
def test_list_is_narrowed_by_each_criterion(program, anna, narrowed, count):
    TicketFactory(priority=3, tags=["payments"])
    TicketFactory()

    assert len(program(anna).get("/api/v1/tickets/", narrowed).json()["items"]) == count


def test_tags_and_teams_find_nothing_for_customers(program, clara):
    TicketFactory(requester=clara, tags=["payments"], team=TeamFactory(pk=77))

    found = [
        program(clara).get("/api/v1/tickets/", asked).json()["items"] for asked in ({"tag": "payments"}, {"team": 77})
    ]

    assert found == [[], []]


@pytest.mark.parametrize("path", ["teams/", "assignees/", "templates/", "categories/", "tickets/{}/participants/"])
def test_choices_cost_as_many_statements_with_one_row_as_with_three(program, anna, path):
    caller, ticket = program(anna), TicketFactory()

    def make(count):
        for _ in range(count):
            TeamFactory()
            StaffFactory()
            TemplateFactory(owner=anna)
            ticket.participants.create(user=UserFactory())
        return count_of(lambda: caller.get(f"/api/v1/{path.format(ticket.number)}"))

    caller.get(f"/api/v1/{path.format(ticket.number)}")
    one, _ = make(1)
    three, statements = make(2)

    assert one == three, statements


def test_accountant_reads_everything_and_changes_nothing(program, clara):
    caller = program(StaffFactory(role=Role.ACCOUNTANT))
    ticket = TicketFactory(requester=clara)

    assert caller.get(f"/api/v1/tickets/{ticket.number}/").status_code == 200
    for address, document in (
        ("status", {"status": "closed"}),
        ("assignment", {"assignee": None}),
        ("team", {"team": None}),
        ("tags", {"tags": []}),
    ):
        assert problem_of(put(caller, ticket, address, document))["status"] == 403, address
    assert Ticket.objects.get().status == "open"
