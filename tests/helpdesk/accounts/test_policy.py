"""What administrators decide about roles holds in every process, and costs no statement of its own."""

import pytest
from django.db import connection, transaction

from helpdesk.accounts import policy
from helpdesk.accounts.actions import roles, tokens
from helpdesk.accounts.backends import Backend
from helpdesk.accounts.capabilities import ROLES, Capability, capabilities_of, role_has, role_requires_mfa
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule
from helpdesk.accounts.viewing import keys_of, viewing
from tests.browsers import browser_of
from tests.factories import StaffFactory, TicketFactory
from tests.statements import Statements, at_most
from tickets.models import Ticket

pytestmark = pytest.mark.django_db


def elsewhere_decided(role, capabilities, **fields):
    """What another process wrote; this one has not looked since."""
    RoleRule.objects.filter(role=role).update(capabilities=capabilities, **fields)


@pytest.fixture
def anna(db):
    return StaffFactory(email="anna@helpdesk.example")


def test_installation_where_nobody_decided_anything_has_one_rule_for_each_role():
    assert list(RoleRule.objects.order_by("pk").values_list("role", "capabilities", "requires_mfa", "version")) == [
        (role, None, False, 0) for role in Role.values
    ]


def test_decision_of_another_process_comes_with_the_person_of_the_next_request(anna):
    elsewhere_decided(Role.AGENT, ["enter_desk"], requires_mfa=True)
    before = role_has(Role.AGENT, Capability.WORK_TICKETS), role_requires_mfa(Role.AGENT)

    Backend().get_user(anna.pk)

    assert before == (True, False)
    assert (role_has(Role.AGENT, Capability.WORK_TICKETS), role_requires_mfa(Role.AGENT)) == (False, True)


def test_decision_of_another_process_comes_with_the_token_of_the_next_call(anna):
    secret = tokens.issue(user=anna, by=None, name="x")
    elsewhere_decided(Role.AGENT, ["enter_desk"])

    tokens.find(secret)

    assert capabilities_of(Role.AGENT) == {"enter_desk"}


def test_rules_are_read_anew_once_and_then_come_for_nothing(anna):
    elsewhere_decided(Role.AGENT, ["enter_desk"])
    with Statements(connection) as first:
        Backend().get_user(anna.pk)

    with Statements(connection) as second:
        person = Backend().get_user(anna.pk)
        found = [person.can(capability) for capability in Capability for _ in range(50)]

    assert (first.count, second.count) == (2, 1)
    assert sum(found) == 50


def test_worker_looks_again_when_its_copy_is_older_than_some_seconds(anna, monkeypatch):
    monkeypatch.setattr(policy, "FRESH_SECONDS", 2.5)
    elsewhere_decided(Role.AGENT, ["enter_desk"])
    young = role_has(Role.AGENT, Capability.WORK_TICKETS)

    monkeypatch.setattr(policy, "_seen_at", policy._seen_at - 2.5)
    with at_most(1):
        old = role_has(Role.AGENT, Capability.WORK_TICKETS)

    assert (young, old) == (True, False)


def test_process_that_decided_knows_at_once(anna, django_capture_on_commit_callbacks):
    ada = StaffFactory(role=Role.ADMINISTRATOR)

    with django_capture_on_commit_callbacks(execute=True):
        roles.change_rule(role=Role.AGENT, capabilities=["enter_desk"], requires_mfa=False, by=ada)

    assert capabilities_of(Role.AGENT) == {"enter_desk"}


def test_decision_that_was_rolled_back_never_held(anna):
    ada = StaffFactory(role=Role.ADMINISTRATOR)

    with transaction.atomic():
        roles.change_rule(role=Role.AGENT, capabilities=["enter_desk"], requires_mfa=False, by=ada)
        transaction.set_rollback(True)
    Backend().get_user(anna.pk)

    assert capabilities_of(Role.AGENT) == ROLES[Role.AGENT].capabilities


@pytest.mark.parametrize("change", [{"requires_mfa": True}, {"capabilities": ["enter_desk"]}, {"changed_at": None}])
def test_every_change_of_a_rule_is_another_version_whoever_makes_it(change):
    elsewhere_decided(Role.SALES, **({"capabilities": None} | change))

    assert RoleRule.objects.get(role=Role.SALES).version == 1


def test_rules_that_are_missing_are_the_programs_own(anna):
    RoleRule.objects.all().delete()

    policy.read()
    person = Backend().get_user(anna.pk)

    assert capabilities_of(Role.AGENT) == ROLES[Role.AGENT].capabilities
    assert person.can(Capability.WORK_TICKETS)


def test_capability_that_no_longer_is_does_no_harm(anna):
    elsewhere_decided(Role.AGENT, ["enter_desk", "fly"])

    policy.read()

    assert [capability for capability in Capability if role_has(Role.AGENT, capability)] == ["enter_desk"]


def test_reads_that_were_prepared_for_a_role_ask_what_it_may_do_now(anna):
    team_of_nobody = TicketFactory()
    browser = browser_of(anna)
    before = browser.get(f"/desk/tickets/{team_of_nobody.number}/").status_code

    elsewhere_decided(Role.AGENT, ["enter_desk", "work_tickets"])
    after = browser.get(f"/desk/tickets/{team_of_nobody.number}/").status_code
    elsewhere_decided(Role.AGENT, None)

    assert (before, after) == (200, 404)
    assert browser.get(f"/desk/tickets/{team_of_nobody.number}/").status_code == 200


def test_stand_in_may_do_what_its_shape_says_whatever_is_decided_meanwhile(anna):
    shape = viewing(anna)
    elsewhere_decided(Role.AGENT, ["enter_desk"])

    policy.read()
    stand_in = shape.person(**keys_of(anna))

    assert (stand_in.can(Capability.SEE_ALL_TICKETS), anna.can(Capability.SEE_ALL_TICKETS)) == (True, False)
    assert str(Ticket.objects.visible_to(stand_in).query) == str(Ticket.objects.all().query)
