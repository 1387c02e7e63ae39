"""Customers, organisations and notes by API."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Organisation, User
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.programs import Program, problem_of
from tests.statements import count_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def caller():
    return Program(StaffFactory(name="Anna"))


def patch(caller, path, document, **headers):
    return caller.patch(path, document, content_type="application/json", headers=headers)


def test_customer_is_added_changed_and_given_contacts(caller):
    shop = OrganisationFactory(name="Shop")
    new = {"name": "Nina", "email": "nina@shop.example", "organisation": shop.pk}

    made = caller.post_json("/api/v1/customers/", new).json()
    path = f"/api/v1/customers/{made['id']}/"
    changed = patch(caller, path, {"name": "Nina Weiss", "organisation": None}).json()
    phoned = caller.post_json(f"{path}contact-points/", {"kind": "phone", "value": "+49 30 1234567"}).json()
    point = phoned["contact_points"][1]["id"]

    assert made["organisation"] == {"id": shop.pk, "name": "Shop"}
    assert (changed["name"], changed["organisation"], changed["email"]) == ("Nina Weiss", None, "nina@shop.example")
    assert caller.delete(f"{path}contact-points/{point}/").status_code == 204
    assert ContactPoint.objects.filter(user=made["id"]).count() == 1
    verbs = Entry.objects.filter(subject_id=made["id"]).order_by("pk").values_list("verb", flat=True)
    assert list(verbs) == ["person_added", "person_changed", "contact_added", "contact_removed"]


def test_change_of_another_edition_is_refused_and_of_this_one_made(caller):
    path = f"/api/v1/customers/{UserFactory(name='Clara').pk}/"
    read = caller.get(path)["ETag"]
    first = patch(caller, path, {"name": "Clara Weiss"}, **{"If-Match": read})

    late = patch(caller, path, {"name": "Klara"}, **{"If-Match": read})
    again = patch(caller, path, {"name": "Klara"}, **{"If-Match": first["ETag"]})

    assert (first.status_code, late.status_code, again.status_code) == (200, 412, 200)
    assert "ETag" in problem_of(late)["detail"]
    assert again.json()["name"] == "Klara"


def test_organisation_is_added_changed_and_its_edition_asked_for(caller):
    made = caller.post_json("/api/v1/organisations/", {"name": "Shop", "domains": ["shop.example"]})
    path = f"/api/v1/organisations/{made.json()['id']}/"

    changed = patch(caller, path, {"name": "Shop Ltd"}, **{"If-Match": made["ETag"]})
    late = patch(caller, path, {"domains": []}, **{"If-Match": made["ETag"]})

    assert (changed.json()["name"], changed.json()["domains"]) == ("Shop Ltd", ["shop.example"])
    assert late.status_code == 412
    assert Organisation.objects.get().domains == ["shop.example"]


def test_notes_are_written_for_staff_and_read_latest_first(caller):
    clara = UserFactory(name="Clara")
    path = f"/api/v1/customers/{clara.pk}/notes/"
    for text in ("One", "Two"):
        assert caller.post_json(path, {"text": text}).status_code == 201

    assert [each["text"] for each in caller.get(path).json()["items"]] == ["Two", "One"]
    assert problem_of(Program(clara).get(path))["status"] == 403


@pytest.mark.parametrize("role", [Role.ACCOUNTANT, Role.CONTRACTOR, Role.CUSTOMER, Role.CUSTOMER_MANAGER])
def test_customers_are_changed_only_by_those_who_may(role):
    organisation = OrganisationFactory()
    caller = Program(StaffFactory(role=role, organisation=organisation))
    colleague = UserFactory(name="Clara", organisation=organisation)

    asked = [
        caller.post_json("/api/v1/customers/", {"name": "Nina", "email": "nina@shop.example"}),
        patch(caller, f"/api/v1/customers/{colleague.pk}/", {"name": "Other"}),
        caller.post_json(f"/api/v1/customers/{colleague.pk}/contact-points/", {"kind": "phone", "value": "+49 301"}),
        caller.post_json("/api/v1/organisations/", {"name": "New"}),
        patch(caller, f"/api/v1/organisations/{organisation.pk}/", {"name": "Other"}),
    ]

    assert {problem_of(answer)["status"] for answer in asked} == {403}
    assert not User.objects.filter(name__in=["Nina", "Other"]).exists()


def test_manager_is_made_only_by_whoever_keeps_the_address_book():
    clara = UserFactory(organisation=OrganisationFactory())
    path = f"/api/v1/customers/{clara.pk}/"

    asked = [
        patch(Program(StaffFactory(role=role)), path, {"role": "customer_manager"}).status_code
        for role in (Role.AGENT, Role.LINE_LEAD)
    ]

    assert asked == [403, 200]


def test_me_says_who_what_and_for_what():
    anna = StaffFactory(name="Anna", email="anna@helpdesk.example")

    told = Program(anna, scopes=["profile", "tickets:read"]).get("/api/v1/me/").json()

    assert (told["id"], told["name"], told["role"]) == (anna.pk, "Anna", "agent")
    assert "work_tickets" in told["capabilities"]
    assert told["access"] == {"name": "t", "scopes": ["profile", "tickets:read"], "expires_at": None}


@pytest.mark.parametrize("path", ["customers/", "organisations/"])
def test_list_costs_as_many_statements_with_one_row_as_with_three(caller, path):
    def make(count):
        for _ in range(count):
            UserFactory(organisation=OrganisationFactory())
        return count_of(lambda: caller.get(f"/api/v1/{path}"))

    caller.get(f"/api/v1/{path}")
    one, _ = make(1)
    three, statements = make(2)

    assert one == three, statements
