"""What each role may do: the whole table, so that no change to it is made in passing."""

import pytest

from helpdesk.accounts.capabilities import ROLES, Capability, role_has
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import User

STAFF = {"enter_desk", "see_all_tickets", "see_customers"}
ANSWERING = STAFF | {"work_tickets", "edit_customers"}
AGENT = ANSWERING | {"see_vault"}
PLANNER = AGENT | {"keep_address_book", "keep_vault"}
LEAD = PLANNER | {"share_views", "take_over_tickets", "see_access"}
EXPECTED = {
    Role.AGENT: AGENT,
    Role.LINE_LEAD: LEAD,
    Role.PROJECT_MANAGER: PLANNER,
    Role.SALES: ANSWERING | {"keep_address_book"},
    Role.ACCOUNTANT: STAFF,
    Role.CONTRACTOR: {"enter_desk", "work_tickets"},
    Role.ADMINISTRATOR: LEAD | {"enter_admin", "configure", "issue_keys", "see_raw_mail", "see_journal"},
    Role.CUSTOMER: {"enter_cabinet"},
    Role.CUSTOMER_MANAGER: {"enter_cabinet", "see_organisation_tickets", "manage_people"},
}


@pytest.mark.parametrize("role", Role)
def test_role_may_do_exactly_this(role):
    assert {capability for capability in Capability if role_has(role, capability)} == EXPECTED[role]
    assert {capability for capability in Capability if User(role=role).can(capability)} == EXPECTED[role]


@pytest.mark.parametrize("role", Role)
def test_auditor_may_read_the_journal_besides_if_they_see_every_ticket(role):
    auditor, sees_all = User(role=role, is_auditor=True), "see_all_tickets" in EXPECTED[role]

    assert {capability for capability in Capability if auditor.can(capability)} == EXPECTED[role] | (
        {"see_journal"} if sees_all else set()
    )
    assert not User(role=role, is_auditor=True, is_active=False).can(Capability.SEE_JOURNAL)


@pytest.mark.parametrize("role", Role)
def test_who_is_switched_off_may_do_nothing(role):
    person = User(role=role, is_active=False)

    assert [capability for capability in Capability if person.can(capability)] == []
    assert (person.is_staff, person.is_superuser, person.has_perm("tickets.view_ticket")) == (False, False, False)
    assert (person.has_perms(["x"]), person.has_module_perms("tickets")) == (False, False)


@pytest.mark.parametrize("role", ["", "owner", "Agent"])
def test_role_that_nobody_knows_may_do_nothing(role):
    assert [capability for capability in Capability if role_has(role, capability)] == []


def test_every_role_is_described_for_people():
    assert list(ROLES) == list(Role)
    assert all(str(description.description).endswith(".") for description in ROLES.values())


@pytest.mark.parametrize("role", Role)
def test_desk_and_cabinet_are_for_different_people(role):
    person = User(role=role)

    assert person.can(Capability.ENTER_CABINET) is not person.can(Capability.ENTER_DESK)
    assert person.is_customer is person.can(Capability.ENTER_CABINET) is (role in CUSTOMER_ROLES)


@pytest.mark.parametrize("role", Role)
def test_admin_is_entered_and_everything_in_it_allowed_to_administrators_alone(role):
    person, is_administrator = User(role=role), role == Role.ADMINISTRATOR

    assert (person.is_staff, person.is_superuser) == (is_administrator, is_administrator)
    assert person.has_perm("tickets.view_ticket") is is_administrator
