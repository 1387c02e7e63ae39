"""What an auditor asks: who could see what on a day, and what somebody who leaves knows."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import RoleRule
from helpdesk.core.erasing import rewriting
from tests.browsers import browser_of
from tests.factories import StaffFactory
from tests.statements import Statements
from tests.vpn.hosting.makers import an_entry, details, granted, put
from vpn.hosting.actions.asking import approve, ask
from vpn.hosting.actions.entries import change_entry, take_out
from vpn.hosting.actions.granting import end_grant
from vpn.hosting.actions.leaving import check_off
from vpn.hosting.actions.reveals import reveal, use
from vpn.hosting.enums import Source
from vpn.hosting.models import CheckOff, EntryDoor, Grant, Secret, TemporaryAccess
from vpn.hosting.queries import days
from vpn.hosting.queries.days import day_of
from vpn.hosting.queries.leavers import known_secrets

pytestmark = pytest.mark.django_db
NOW = timezone.now()
BEGIN, END = NOW - timedelta(days=10), NOW - timedelta(days=9)
"""The day that is asked about."""


def before(hours):
    """So many hours before the end of that day."""
    return END - timedelta(hours=hours)


def move(history, moment, *, last=False, **which):
    """These lines of a history were written at that moment; with `last` the last one alone."""
    model = apps.get_model(history)
    found = model.objects.filter(**which).order_by("-pgh_id")
    keys = list(found.values_list("pgh_id", flat=True)[: 1 if last else None])
    with rewriting(model):
        assert model.objects.filter(pgh_id__in=keys).update(pgh_created_at=moment)


def known_since(person, moment=BEGIN - timedelta(days=30)):
    move("accounts.UserEvent", moment, pgh_obj_id=person.pk)
    return person


def becomes(person, moment, **values):
    """The person changed at that moment."""
    for name, value in values.items():
        setattr(person, name, value)
    person.save()
    move("accounts.UserEvent", moment, last=True, pgh_obj_id=person.pk)


def seers():
    return [(seer.name, seer.role) for seer in day_of(BEGIN, END).seers]


@pytest.fixture(autouse=True)
def rules_of_long_ago(db):
    move("accounts.RoleRuleEvent", BEGIN - timedelta(days=40))


@pytest.fixture
def ivan(db):
    return known_since(StaffFactory(name="Ivan", role=Role.AGENT))


@pytest.fixture
def olga(db):
    return known_since(StaffFactory(name="Olga", role=Role.CONTRACTOR))


def test_agent_of_that_day_saw_everything_whatever_they_are_now(ivan):
    becomes(ivan, END + timedelta(hours=1), role=Role.ACCOUNTANT)

    assert seers() == [("Ivan", "agent")]


@pytest.mark.parametrize(
    ("moment", "role", "saw"),
    [
        (before(30), Role.ACCOUNTANT, False),
        (before(12), Role.ACCOUNTANT, True),
        (before(12), Role.LINE_LEAD, True),
        (before(12), Role.CUSTOMER, True),
    ],
    ids=["lost before", "lost at noon", "gained at noon", "went over at noon"],
)
def test_role_that_changed_counts_for_the_hours_that_it_was_held(ivan, moment, role, saw):
    becomes(ivan, moment, role=role)

    assert (("Ivan", "agent") in seers()) == saw
    assert (("Ivan", "line_lead") in seers()) == (role == Role.LINE_LEAD)


def test_whoever_was_switched_off_before_saw_nothing_and_at_noon_saw_something(ivan):
    becomes(ivan, before(30), is_active=False)
    assert seers() == []

    becomes(ivan, before(12), is_active=True)
    assert seers() == [("Ivan", "agent")]


def test_whoever_came_later_saw_nothing(db):
    known_since(StaffFactory(name="Late", role=Role.AGENT), END + timedelta(minutes=1))

    assert seers() == []


@pytest.mark.parametrize(("hours", "saw"), [(30, False), (12, True), (-1, True)])
def test_capability_that_was_taken_from_a_role_counts_until_then(ivan, hours, saw):
    RoleRule.objects.filter(role=Role.AGENT).update(capabilities=["enter_desk"], version=1)
    move("accounts.RoleRuleEvent", before(hours), last=True, role=Role.AGENT)

    assert seers() == ([("Ivan", "agent")] if saw else [])


def test_capability_that_a_role_was_given_counts_from_then_on(db):
    known_since(StaffFactory(name="Rita", role=Role.ACCOUNTANT))
    RoleRule.objects.filter(role=Role.ACCOUNTANT).update(capabilities=["enter_desk", "see_vault"], version=1)
    move("accounts.RoleRuleEvent", before(2), last=True, role=Role.ACCOUNTANT)

    assert seers() == [("Rita", "accountant")]


def test_role_and_capability_that_never_met_give_nothing(ivan):
    """Agent until noon; the agents got the vault at two."""
    RoleRule.objects.filter(role=Role.AGENT).update(capabilities=["enter_desk"], version=1)
    move("accounts.RoleRuleEvent", before(40), last=True, role=Role.AGENT)
    RoleRule.objects.filter(role=Role.AGENT).update(capabilities=["enter_desk", "see_vault"], version=2)
    move("accounts.RoleRuleEvent", before(10), last=True, role=Role.AGENT)
    becomes(ivan, before(12), role=Role.ACCOUNTANT)

    assert seers() == []


@pytest.mark.parametrize(
    ("begun", "until", "ended", "counts"),
    [
        (48, -48, None, True),
        (48, 12, None, True),
        (12, -48, None, True),
        (48, -48, 12, True),
        (48, 30, None, False),
        (48, -48, 30, False),
        (-1, -48, None, False),
    ],
    ids=["through", "ran out at noon", "began at noon", "ended at noon", "ran out before", "ended before", "after"],
)
def test_grant_counts_if_it_held_for_a_moment_of_the_day(server, pavel, olga, begun, until, ended, counts):
    made = granted(server, olga, pavel)
    ended_at = None if ended is None else before(ended)
    Grant.objects.filter(pk=made.pk).update(granted_at=before(begun), until=before(until), ended_at=ended_at)

    assert [each.pk for each in day_of(BEGIN, END).grants] == ([made.pk] if counts else [])


def test_grant_of_somebody_who_could_not_come_in_while_it_held_counts_for_nothing(server, pavel, olga):
    made = granted(server, olga, pavel)
    Grant.objects.filter(pk=made.pk).update(granted_at=before(10), until=before(-48))
    becomes(olga, before(12), is_active=False)

    assert day_of(BEGIN, END).grants == []


def test_entry_counts_as_it_was_and_until_it_was_taken_out(shop, pavel):
    entry = an_entry(shop, pavel, name="Bank", needs_four_eyes=True)
    move("hosting.EntryEvent", before(48), pgh_obj_id=entry.pk)
    change_entry(entry=entry, details=details("Bank, new"), by=pavel)
    move("hosting.EntryEvent", before(-2), last=True, pgh_obj_id=entry.pk)
    assert [(each.name, each.wants_second) for each in day_of(BEGIN, END).entries] == [("Bank", True)]

    move("hosting.EntryEvent", before(13), pgh_obj_id=entry.pk, name="Bank, new")
    take_out(entry=entry, by=pavel)
    move("hosting.EntryEvent", before(12), last=True, pgh_obj_id=entry.pk)
    assert [each.name for each in day_of(BEGIN, END).entries] == ["Bank, new"]
    assert day_of(END, END + timedelta(days=1)).entries == []


def test_day_tells_reveals_with_their_approval_and_accounts_over_there(shop, pavel, lena, anna):
    entry = an_entry(shop, pavel, name="Bank", needs_four_eyes=True)
    secret = put(entry, pavel)
    approve(request=ask(secret=secret, by=anna, reason="Payments"), by=lena)
    reveal(secret=secret, by=anna, reason="Payments")
    door = EntryDoor.objects.create(
        entry=entry, secret=secret, connector="plesk", address="https://p.example:8443", created_by=pavel
    )
    moments = {"made_at": timezone.now(), "until": timezone.now() + timedelta(hours=1)}
    access = TemporaryAccess.objects.create(
        entry=entry, door=door, for_whom=anna, asked_by=lena, name="hdanna", reason="x", state="active", **moments
    )
    now = timezone.now()

    day = day_of(now - timedelta(hours=1), now)

    assert [(each.by, each.approved_by) for each in day.reveals] == [(anna, lena)]
    assert day.accesses == [access]
    assert day_of(BEGIN, END).accesses == []


@pytest.mark.parametrize("rows", [1, 3])
def test_day_costs_the_same_whatever_it_tells(shop, pavel, oleg, anna, rows):
    for number in range(rows):
        entry = an_entry(shop, pavel, name=f"Server {number}")
        granted(entry, oleg, pavel)
        reveal(secret=put(entry, pavel), by=anna, reason="x")
    now = timezone.now()

    with Statements(connection) as ran:
        day = day_of(now - timedelta(hours=1), now)

    assert (len(day.grants), len(day.reveals), ran.count) == (rows, rows, 9)


def test_leaver_knows_what_they_typed_in_until_somebody_changes_it(server, pavel, lena):
    secret = put(server, pavel)
    assert [(each.pk, each.is_theirs) for each in known_secrets(pavel)] == [(secret.pk, True)]

    put(server, lena, value="newer")
    assert not known_secrets(pavel).exists()


def test_leaver_no_longer_knows_what_was_checked_off_and_again_what_they_typed_since(server, pavel, lena):
    secret = put(server, pavel)
    check_off(secret=secret, person=pavel, by=lena)
    assert not known_secrets(pavel).exists()

    Secret.objects.update(changed_at=timezone.now() + timedelta(minutes=1))
    assert known_secrets(pavel).exists()


def test_leaver_to_whom_it_was_open_after_the_check_off_knows_it_again(server, root, oleg, pavel, lena):
    given = granted(server, oleg, pavel)
    check_off(secret=root, person=oleg, by=lena)
    end_grant(grant=given, by=pavel)
    Grant.objects.update(ended_at=timezone.now() + timedelta(minutes=1))
    assert [each.was_open for each in known_secrets(oleg)] == [True]

    CheckOff.objects.update(at=timezone.now() + timedelta(minutes=2))
    assert not known_secrets(oleg).exists()


def test_leaver_does_not_know_what_the_program_used_for_them_nor_what_came_after(server, root, anna, oleg, pavel):
    use(secret=root, by=anna, reason="x")
    end_grant(grant=granted(server, oleg, pavel), by=pavel)
    Grant.objects.update(granted_at=BEGIN, ended_at=END)

    assert not known_secrets(anna).exists()
    assert not known_secrets(oleg).exists()


def test_what_a_customer_handed_over_is_not_what_staff_typed(server, clara, pavel):
    put(server, pavel)
    Secret.objects.update(changed_by=clara, source=Source.CABINET)

    assert not known_secrets(pavel).exists()


@pytest.mark.parametrize(("entries", "says"), [(2, False), (3, True)])
def test_report_with_more_than_fits_says_so_on_the_page_and_in_the_file(shop, pavel, monkeypatch, entries, says):
    monkeypatch.setattr(days, "MOST", 2)
    for number in range(entries):
        an_entry(shop, pavel, name=f"Web {number}")
    keeper, today = browser_of(pavel), timezone.localdate().isoformat()

    page = keeper.get("/desk/access/report/").content.decode()
    file = keeper.post("/desk/access/report/file/", {"day": today, "format": "csv"}).content.decode()

    for text in (page, file):
        assert ("Web 1" in text, "Web 2" in text) == (True, False)
        assert ("This is not all of it" in text) is says
