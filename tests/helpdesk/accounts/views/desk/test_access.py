"""The page that says what a person may see and do, and why."""

from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from django.contrib.sessions.models import Session
from django.utils import timezone

from helpdesk.accounts.actions import links, tokens
from helpdesk.accounts.actions.roles import change_rule
from helpdesk.accounts.capabilities import CAPABILITIES, ROLES, Capability
from helpdesk.accounts.directory.enums import Out
from helpdesk.accounts.directory.models import DirectoryPerson
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.accounts.registries import access_parts
from tests.browsers import browser_of
from tests.factories import (
    DirectoryFactory,
    GrantFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.helpdesk.accounts.ways import with_app
from tests.statements import count_of
from tickets.models import Watcher

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return browser_of(StaffFactory(role=Role.LINE_LEAD))


def page_of(browser, person):
    return browser.get(f"/desk/people/{person.pk}/access/").content.decode()


def lines_of(person, part):
    return [(str(line.what), str(line.why)) for line in access_parts[part].lines(User.objects.get(pk=person.pk))]


def test_contractor_is_told_by_role_queues_tickets_and_keys(lena):
    ada = StaffFactory(name="Ada", role=Role.ADMINISTRATOR)
    until = timezone.now() + timedelta(days=3)
    oleg = GrantFactory(contractor__name="Oleg", team__name="Shops", until=until, granted_by=ada).contractor
    GrantFactory(contractor=oleg, team__name="Hosting", until=timezone.now() - timedelta(days=1))
    TicketFactory(assignee=oleg)
    tokens.issue(user=oleg, by=ada, name="phone")
    links.issue(user=oleg, address="oleg@contractor.example")

    page = page_of(lena, oleg)

    assert "What Oleg may see" in page
    assert lines_of(oleg, "grants") == [("Hosting", "Has ended."), ("Shops", "Opened by Ada.")]
    assert lines_of(oleg, "tickets")[1] == ("Assigned: 1", "Whoever has a ticket sees it.")
    for words in ("Contractor", "Shops", "Opened by Ada.", "phone (hd_", "oleg@contractor.example"):
        assert words in page


@pytest.mark.parametrize("role", Role)
def test_every_capability_is_named_with_where_it_comes_from(role):
    person = UserFactory(role=role, is_auditor=role == Role.AGENT)

    given = dict(lines_of(person, "capabilities"))

    assert set(given) == {str(CAPABILITIES[each].label) for each in Capability if person.can(each)}
    assert set(given.values()) == {"The role gives it."} | (
        {"Given to them as an auditor."} if role == Role.AGENT else set()
    )


def test_what_was_decided_here_is_said_to_be(lena):
    ada, anna = StaffFactory(role=Role.ADMINISTRATOR), StaffFactory()
    change_rule(
        role=Role.AGENT, capabilities=ROLES[Role.AGENT].capabilities | {"see_journal"}, requires_mfa=True, by=ada
    )
    lena.get("/desk/")

    assert ("Read the journal", "The role gives it, as decided here.") in lines_of(anna, "capabilities")
    assert ("Second factor", "Their role must sign in with one.") in lines_of(anna, "role")


def test_customer_is_told_by_requests_and_organisation(lena):
    mia = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory(name="Shop"))
    TicketFactory(requester=mia)
    ParticipantFactory(user=mia)

    assert [what for what, _why in lines_of(mia, "tickets")] == [
        "Asked: 1",
        "Takes part in: 1",
        "Every request of their organisation",
    ]
    assert ("Shop", "Their organisation.") in lines_of(mia, "role")


def test_agent_sees_everything_and_watches_some(lena):
    anna = StaffFactory()
    Watcher.objects.create(ticket=TicketFactory(), user=anna)
    team = TeamFactory(name="Shops")
    team.members.add(anna)

    assert [what for what, _why in lines_of(anna, "tickets")] == ["Every ticket", "Watched: 1"]
    assert lines_of(anna, "teams") == [("Shops", "Line 1")]


def test_who_is_switched_off_sees_nothing(lena):
    gone = StaffFactory(is_active=False)

    page = page_of(lena, gone)

    assert "Nothing: they are switched off." in page
    assert "They see no ticket at all." in page


@pytest.mark.parametrize("role", [Role.AGENT, Role.ACCOUNTANT, Role.CONTRACTOR, Role.SALES, Role.PROJECT_MANAGER])
def test_page_is_for_who_may_read_who_sees_what(role):
    person, ticket = UserFactory(), TicketFactory()
    browser = browser_of(StaffFactory(role=role))

    assert browser.get(f"/desk/people/{person.pk}/access/").status_code == 403
    assert browser.get(f"/desk/tickets/{ticket.number}/access/").status_code in (403, 404)
    assert "/access/" not in browser.get("/desk/tickets/").content.decode().replace("/desk/access/", "the vault")


def test_second_factors_and_open_sessions_are_named_and_what_has_ended_is_not(lena):
    anna = StaffFactory(name="Anna")
    Authenticator.objects.create(user=anna, type="webauthn", data={"name": "Laptop", "credential": {}})
    with_app(anna)
    browser_of(anna).get("/desk/")
    ended = browser_of(anna)
    Session.objects.filter(session_key=ended.session.session_key).update(expire_date=timezone.now())

    assert lines_of(anna, "factors")[0] == ("Laptop", "passkey")
    assert "Authenticator app" in [what for what, _why in lines_of(anna, "factors")]
    assert len(lines_of(anna, "sessions")) == 1
    assert "They are signed in nowhere." in page_of(lena, StaffFactory())


def test_person_of_a_directory_has_its_name_and_their_place(lena):
    paula = StaffFactory(name="Paula")
    entry = DirectoryPerson.objects.create(directory=DirectoryFactory(name="Corp"), user=paula, uid="1", dn="uid=paula")

    assert lines_of(paula, "directory")[0] == ("Corp", "Name, role and teams follow it.")
    assert "uid=paula" in page_of(lena, paula)
    entry.out_because, entry.out_at = Out.DISABLED, timezone.now()
    entry.save()
    assert lines_of(paula, "directory")[0] == ("Corp", "Disabled in the directory")


def test_statements_are_as_many_for_one_queue_as_for_three(lena):
    oleg = GrantFactory().contractor
    path = f"/desk/people/{oleg.pk}/access/"
    lena.get(path)
    one, first = count_of(lambda: lena.get(path))

    for _ in range(2):
        GrantFactory(contractor=oleg)
        tokens.issue(user=oleg, by=None, name="x")
    three, text = count_of(lambda: lena.get(path))

    assert one == three, first + text


def test_ticket_says_who_sees_it_and_leads_to_each(lena):
    oleg = GrantFactory(contractor__name="Oleg").contractor
    ticket = TicketFactory(team=oleg.grants.get().team, requester__name="Clara Weiss")

    page = lena.get(f"/desk/tickets/{ticket.number}/access/").content.decode()

    for words in ("Clara Weiss", "they asked it", "Oleg", "the queue of its team is open to them", "Line lead"):
        assert words in page
    assert f"/desk/people/{oleg.pk}/access/" in page
    assert f"/desk/tickets/{ticket.number}/access/" in lena.get(f"/desk/tickets/{ticket.number}/").content.decode()
