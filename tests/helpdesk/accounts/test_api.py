"""People by API."""

import pytest

from helpdesk.accounts.enums import Role
from tests.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.programs import Program, problem_of
from tests.statements import count_of


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop", domains=["nordlicht.example"])


def names(who, path, **asked):
    return [item["name"] for item in Program(who).get(path, asked).json()["items"]]


def test_customer_has_exactly_the_described_fields(shop):
    clara = UserFactory(name="Clara Weiss", email="clara@nordlicht.example", organisation=shop)

    (found,) = Program(StaffFactory()).get("/api/v1/customers/").json()["items"]

    assert found == {
        "id": clara.pk,
        "name": "Clara Weiss",
        "email": "clara@nordlicht.example",
        "role": "customer",
        "organisation": {"id": shop.pk, "name": "Nordlicht Shop"},
        "language": "",
        "time_zone": "",
        "is_active": True,
        "contact_points": [
            {
                "id": clara.contact_points.get().pk,
                "kind": "email",
                "value": "clara@nordlicht.example",
                "is_verified": False,
                "is_bouncing": False,
            }
        ],
    }
    assert found == Program(StaffFactory()).get(f"/api/v1/customers/{clara.pk}/").json()


def test_customers_are_found_by_name_address_and_organisation(shop):
    UserFactory(name="Clara Weiss", email="clara@nordlicht.example", organisation=shop)
    UserFactory(name="Sergei", email="sergei@stranger.example")
    anna = StaffFactory(name="Anna")

    assert names(anna, "/api/v1/customers/") == ["Clara Weiss", "Sergei"]
    assert names(anna, "/api/v1/customers/", q="weiss") == ["Clara Weiss"]
    assert names(anna, "/api/v1/customers/", email="SERGEI@stranger.example") == ["Sergei"]
    assert names(anna, "/api/v1/customers/", organisation=shop.pk) == ["Clara Weiss"]


def test_people_of_others_are_unknown_to_customers_and_contractors(shop):
    clara = UserFactory(name="Clara", organisation=shop)
    sergei = UserFactory(name="Sergei", organisation=OrganisationFactory(name="Stranger Ltd"))
    oleg = StaffFactory(role=Role.CONTRACTOR)

    assert names(clara, "/api/v1/customers/") == ["Clara"]
    assert names(clara, "/api/v1/organisations/") == ["Nordlicht Shop"]
    assert names(oleg, "/api/v1/customers/") == []
    assert names(oleg, "/api/v1/organisations/") == []
    for path in (f"/api/v1/customers/{clara.pk}/", f"/api/v1/organisations/{shop.pk}/"):
        assert problem_of(Program(sergei).get(path))["status"] == 404


def test_organisation_has_exactly_the_described_fields(shop):
    found = Program(StaffFactory()).get(f"/api/v1/organisations/{shop.pk}/").json()

    assert found == {
        "id": shop.pk,
        "name": "Nordlicht Shop",
        "domains": ["nordlicht.example"],
        "created_at": found["created_at"],
    }


def test_staff_are_no_customers(db):
    anna = StaffFactory()

    assert names(anna, "/api/v1/customers/") == []
    assert Program(anna).get(f"/api/v1/customers/{anna.pk}/").status_code == 404


def test_customers_take_the_same_few_statements_however_many_there_are(shop):
    UserFactory(organisation=shop)
    caller = Program(StaffFactory())
    one, _ = count_of(lambda: caller.get("/api/v1/customers/"))
    UserFactory(organisation=OrganisationFactory())
    UserFactory()

    three, statements = count_of(lambda: caller.get("/api/v1/customers/"))

    assert (one, three) == (3, 3), statements
