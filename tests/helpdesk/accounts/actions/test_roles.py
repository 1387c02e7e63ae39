"""Roles of people, and what roles may do: who may change them, and what nobody can."""

import pytest

from helpdesk.accounts import policy
from helpdesk.accounts.actions.roles import change_role, change_rule, reset_rule
from helpdesk.accounts.capabilities import (
    CAPABILITIES,
    ROLES,
    Capability,
    always,
    capabilities_of,
    never,
    role_requires_mfa,
)
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import Grant, RoleRule
from helpdesk.accounts.signals import access_changed, rules_changed
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, UserFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def anna(ada):
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def heard():
    found = []

    def hear(signal, sender, **facts):
        found.append(facts)

    for signal in (access_changed, rules_changed):
        signal.connect(hear)
    yield found
    for signal in (access_changed, rules_changed):
        signal.disconnect(hear)


def decide(role, by, capabilities=None, requires_mfa=False):
    asked = ROLES[role].capabilities if capabilities is None else capabilities
    return change_rule(role=role, capabilities=asked, requires_mfa=requires_mfa, by=by)


def test_administrator_gives_a_role_and_the_journal_has_both(anna, ada, heard):
    found = change_role(person=anna, role=Role.LINE_LEAD, by=ada)

    entry = Entry.objects.about(anna).last()
    assert found.role == Role.LINE_LEAD
    assert (entry.verb, entry.actor_id, entry.facts) == (
        "role_changed",
        ada.pk,
        {"before": "agent", "after": "line_lead"},
    )
    assert [each["user"] for each in heard] == [anna]


def test_same_role_again_changes_nothing(anna, ada, heard):
    change_role(person=anna, role=Role.AGENT, by=ada)

    assert (Entry.objects.about(anna).count(), heard) == (0, [])


def test_contractor_who_becomes_something_else_and_back_is_granted_nothing(ada):
    oleg = GrantFactory().contractor

    change_role(person=oleg, role=Role.AGENT, by=ada)
    change_role(person=oleg, role=Role.CONTRACTOR, by=ada)

    assert not Grant.objects.live().exists()
    first = Entry.objects.about(oleg).first()
    assert first.facts == {"before": "contractor", "after": "agent", "grants": [oleg.grants.get().team_id]}


def test_auditor_who_no_longer_sees_every_ticket_is_none_any_more(anna, ada):
    anna.is_auditor = True
    anna.save()

    found = change_role(person=anna, role=Role.CONTRACTOR, by=ada)

    assert (found.is_auditor, Entry.objects.about(anna).last().facts["auditor"]) == (False, False)


def test_nobody_changes_their_own_role(anna, ada):
    StaffFactory(role=Role.ADMINISTRATOR)

    for person in (anna, ada):
        with pytest.raises(Refused, match="own role"):
            change_role(person=person, role=Role.SALES, by=person)


def test_last_administrator_keeps_the_role_even_from_the_program_itself(ada):
    with pytest.raises(Refused, match="last administrator"):
        change_role(person=ada, role=Role.AGENT, by=None)


@pytest.mark.parametrize("role", ["", "owner", "ADMINISTRATOR"])
def test_role_that_nobody_knows_is_refused(anna, ada, role):
    with pytest.raises(Refused, match="no such role"):
        change_role(person=anna, role=role, by=ada)


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_who_does_not_configure_gives_nobody_a_role_of_the_staff(anna, role):
    shop = OrganisationFactory()
    by, clara = StaffFactory(role=role, organisation=shop), UserFactory(organisation=shop)

    for person, asked in [(anna, "administrator"), (anna, "customer"), (clara, "agent"), (clara, "administrator")]:
        with pytest.raises(NotAllowed):
            change_role(person=person, role=asked, by=by)


@pytest.mark.parametrize("role", Role)
def test_customers_are_made_managers_by_who_keeps_the_address_book_or_manages_the_organisation(role, ada):
    shop = OrganisationFactory()
    by, clara = StaffFactory(role=role, organisation=shop), UserFactory(organisation=shop)
    may = "keep_address_book" in ROLES[role].capabilities or role == Role.CUSTOMER_MANAGER

    if may:
        assert change_role(person=clara, role=Role.CUSTOMER_MANAGER, by=by).role == Role.CUSTOMER_MANAGER
    else:
        with pytest.raises(NotAllowed):
            change_role(person=clara, role=Role.CUSTOMER_MANAGER, by=by)


def test_manager_decides_about_their_own_organisation_alone(ada):
    clara = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())

    for stranger in (UserFactory(organisation=OrganisationFactory()), UserFactory()):
        with pytest.raises(NotAllowed):
            change_role(person=stranger, role=Role.CUSTOMER_MANAGER, by=clara)


def test_rule_is_decided_told_and_known_to_the_others(ada, heard):
    decide(Role.AGENT, ada, ROLES[Role.AGENT].capabilities | {"keep_address_book"}, requires_mfa=True)

    rule = RoleRule.objects.get(role=Role.AGENT)
    entry = Entry.objects.about(rule).get()
    policy.read()
    assert (rule.changed_by, rule.requires_mfa, rule.version) == (ada, True, 1)
    assert capabilities_of(Role.AGENT) == ROLES[Role.AGENT].capabilities | {"keep_address_book"}
    assert role_requires_mfa(Role.AGENT)
    assert entry.facts["before"] == {"capabilities": sorted(ROLES[Role.AGENT].capabilities), "requires_mfa": False}
    assert entry.facts["after"] == {"capabilities": sorted(capabilities_of(Role.AGENT)), "requires_mfa": True}
    assert [each.get("by", each.get("user", "?")) for each in heard] == [ada, None]


def test_what_the_program_gives_anyway_is_no_decision(ada, heard):
    decide(Role.SALES, ada)

    rule = RoleRule.objects.get(role=Role.SALES)
    assert (rule.capabilities, Entry.objects.about(rule).count(), heard) == (None, 0, [])


def test_rule_goes_back_to_what_the_program_gives_and_keeps_the_second_factor(ada):
    decide(Role.AGENT, ada, ["enter_desk"], requires_mfa=True)

    rule = reset_rule(role=Role.AGENT, by=ada)

    policy.read()
    assert (rule.capabilities, rule.requires_mfa) == (None, True)
    assert capabilities_of(Role.AGENT) == ROLES[Role.AGENT].capabilities


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_decide(role, ada):
    by = StaffFactory(role=role)

    with pytest.raises(NotAllowed):
        decide(Role.SALES, by, ["enter_desk"])
    with pytest.raises(NotAllowed):
        reset_rule(role=Role.SALES, by=by)


@pytest.mark.parametrize("role", Role)
def test_what_a_role_must_have_is_not_taken_and_what_it_can_never_have_is_not_given(role, ada):
    own = ROLES[role].capabilities

    for capability in always(role):
        with pytest.raises(Refused):
            decide(role, ada, own - {capability})
    for capability in never(role):
        with pytest.raises(Refused):
            decide(role, ada, own | {capability})
    assert not RoleRule.objects.exclude(version=0).exists()


@pytest.mark.parametrize("role", Role)
def test_everything_else_is_given_with_what_it_needs(role, ada):
    free = frozenset(Capability) - frozenset(never(role))

    decide(role, ada, free)
    policy.read()

    assert capabilities_of(role) == free


@pytest.mark.parametrize("capability", [each for each in Capability if CAPABILITIES[each].needs])
def test_capability_without_what_it_needs_is_refused_by_both_names(capability, ada):
    needs = CAPABILITIES[capability].needs

    with pytest.raises(Refused, match="makes no sense"):
        decide(Role.ADMINISTRATOR, ada, frozenset(Capability) - frozenset(never(Role.ADMINISTRATOR)) - needs)


@pytest.mark.parametrize(("role", "capabilities"), [("owner", ["enter_desk"]), (Role.AGENT, ["enter_desk", "fly"])])
def test_role_or_capability_that_nobody_knows_is_refused(role, capabilities, ada):
    with pytest.raises(Refused, match="no such"):
        change_rule(role=role, capabilities=capabilities, requires_mfa=False, by=ada)


def test_reset_of_a_role_that_nobody_knows_is_refused(ada):
    with pytest.raises(Refused, match="no such role"):
        reset_rule(role="owner", by=ada)


def test_role_without_a_row_is_decided_as_well(ada):
    RoleRule.objects.all().delete()

    decide(Role.AGENT, ada, ["enter_desk"])
    policy.read()

    assert capabilities_of(Role.AGENT) == {"enter_desk"}


@pytest.mark.parametrize("role", Role)
def test_words_about_a_role_fit_what_it_may_do(role):
    assert always(role) <= ROLES[role].capabilities
    assert not ROLES[role].capabilities & frozenset(never(role))
    assert all(CAPABILITIES[each].needs <= ROLES[role].capabilities for each in ROLES[role].capabilities)
    assert (role in CUSTOMER_ROLES) is ("enter_cabinet" in always(role))
