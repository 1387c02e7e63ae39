"""People: who is found by which question, and what they are called."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Organisation, Team, User
from tests.factories import OrganisationFactory, StaffFactory, TeamFactory, UserFactory

STAFF = [role for role in Role if role not in (Role.CUSTOMER, Role.CUSTOMER_MANAGER)]
WORKING = [role for role in STAFF if role != Role.ACCOUNTANT]
SEE_CUSTOMERS = [role for role in STAFF if role != Role.CONTRACTOR]


@pytest.fixture
def everybody(db):
    """One active and one switched-off person of each role."""
    return {(role, active): UserFactory(role=role, is_active=active) for role in Role for active in (True, False)}


def of(everybody, people):
    found = set(people)
    return {key for key, person in everybody.items() if person in found}


def test_people_are_told_apart_by_role_and_by_being_active(everybody):
    assert of(everybody, User.objects.staff()) == {(role, active) for role in STAFF for active in (True, False)}
    assert of(everybody, User.objects.customers()) == set(everybody) - of(everybody, User.objects.staff())
    assert of(everybody, User.objects.active()) == {(role, True) for role in Role}


def test_tickets_may_be_given_to_active_people_who_work_them_by_name(everybody):
    User.objects.filter(role=Role.SALES).update(name="Aaron")

    found = list(User.objects.assignable())

    assert of(everybody, found) == {(role, True) for role in WORKING}
    assert found[0].role == Role.SALES


@pytest.fixture
def shop(db):
    shop = OrganisationFactory(name="Shop")
    return {
        "clara": UserFactory(organisation=shop),
        "colleague": UserFactory(organisation=shop),
        "anna": StaffFactory(),
        "sergei": UserFactory(organisation=OrganisationFactory(name="Other")),
        "loner": UserFactory(),
        "other loner": UserFactory(),
    }


def names(shop, people):
    found = set(people)
    return {name for name, person in shop.items() if person in found}


@pytest.mark.parametrize("role", SEE_CUSTOMERS)
def test_staff_who_may_see_customers_see_everybody_and_every_organisation(shop, role):
    reader = StaffFactory(role=role)

    assert names(shop, User.objects.visible_to(reader)) == set(shop)
    assert set(Organisation.objects.visible_to(reader).values_list("name", flat=True)) == {"Shop", "Other"}


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.CONTRACTOR])
@pytest.mark.parametrize(
    ("reader", "people", "organisations"),
    [
        ("clara", {"clara", "colleague"}, ["Shop"]),
        ("sergei", {"sergei"}, ["Other"]),
        ("loner", {"loner"}, []),
    ],
)
def test_others_see_themselves_and_their_own_organisation(shop, role, reader, people, organisations):
    shop[reader].role = role

    assert names(shop, User.objects.visible_to(shop[reader])) == people
    assert list(Organisation.objects.visible_to(shop[reader]).values_list("name", flat=True)) == organisations


def test_staff_who_are_switched_off_see_no_more_than_themselves(shop):
    former = StaffFactory(is_active=False)

    assert list(User.objects.visible_to(former)) == [former]
    assert list(Organisation.objects.visible_to(former)) == []


@pytest.mark.parametrize(
    ("name", "email", "shown", "short"),
    [
        ("Clara Weiss", "clara@shop.example", "Clara Weiss", "Clara"),
        ("", "clara@shop.example", "clara@shop.example", "clara@shop.example"),
        ("", None, "#7", "#7"),
    ],
)
def test_person_is_called_by_the_best_that_is_known(name, email, shown, short):
    person = User(pk=7, name=name, email=email)

    assert (str(person), person.get_full_name(), person.get_short_name()) == (shown, shown, short)


def test_created_person_has_a_lower_case_address_and_no_password_that_fits(db):
    person = User.objects.create_user("Clara@Shop.Example", name="Clara")

    assert (person.email, person.role, person.has_usable_password()) == ("clara@shop.example", Role.CUSTOMER, False)
    assert User.objects.get_by_natural_key("CLARA@shop.example") == person


def test_created_superuser_is_an_administrator_unless_it_is_said_otherwise(db):
    ada = User.objects.create_superuser("ada@helpdesk.example", "a long sentence of hers")
    marta = User.objects.create_superuser("marta@helpdesk.example", role=Role.ACCOUNTANT, name="Marta")

    assert (ada.role, ada.name, ada.check_password("a long sentence of hers")) == (
        Role.ADMINISTRATOR,
        "ada@helpdesk.example",
        True,
    )
    assert (marta.role, marta.name) == (Role.ACCOUNTANT, "Marta")


def test_requests_of_the_cabinet_go_to_the_eldest_active_team_of_line_1(db):
    assert Team.objects.first_to_answer() is None
    TeamFactory(line=2)
    TeamFactory(line=1, is_active=False)
    eldest = TeamFactory(line=1, name="Zebra")
    TeamFactory(line=1, name="Aardvark")

    assert Team.objects.first_to_answer() == eldest
