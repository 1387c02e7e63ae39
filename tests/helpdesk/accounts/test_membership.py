"""Leaving an organisation, and managing it."""

import pytest
from django.test import Client

from helpdesk.accounts.actions import links, membership, tokens
from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tickets.actions.recipients import audience_of


@pytest.fixture
def shop(db):
    return OrganisationFactory(name="Nordlicht Shop")


@pytest.fixture
def clara(shop):
    return UserFactory(name="Clara", email="clara@shop.example", role=Role.CUSTOMER_MANAGER, organisation=shop)


@pytest.fixture
def jonas(shop):
    return UserFactory(name="Jonas", email="jonas@shop.example", organisation=shop)


def verbs(person):
    return [entry.verb for entry in Entry.objects.about(person)]


def test_removed_person_is_out_at_once_and_told(clara, jonas):
    browser, secret, link = (
        browser_of(jonas),
        tokens.issue(user=jonas, by=None, name="x"),
        links.issue(user=jonas, address=jonas.email),
    )

    membership.remove(person=jonas, by=clara)

    jonas.refresh_from_db()
    assert (jonas.is_active, jonas.organisation) == (False, None)
    assert browser.get("/cabinet/").status_code == 302
    assert tokens.find(secret) is None
    assert Client().get(f"/accounts/link/{link}/").status_code == 410
    assert [row.recipient for row in Delivery.objects.all()] == ["jonas@shop.example"]
    assert verbs(jonas)[-1] == "removed_from_organisation"


def test_requests_of_the_removed_stay_and_answers_go_to_the_manager(clara, jonas):
    asked = TicketFactory(requester=jonas)
    followed = ParticipantFactory(user=jonas, ticket=TicketFactory(requester=clara)).ticket
    elsewhere = ParticipantFactory(user=jonas).ticket

    membership.remove(person=jonas, by=clara)

    asked.refresh_from_db()
    assert asked.requester == jonas
    assert [person.address for person in audience_of(asked).everybody] == ["clara@shop.example"]
    assert [person.address for person in audience_of(followed).everybody] == ["clara@shop.example"]
    assert elsewhere.participants.get().is_active


def test_last_manager_stays_manager_and_stays(clara, jonas):
    for act in (membership.remove, lambda **who: membership.change_manager(is_manager=False, **who)):
        with pytest.raises(Refused):
            act(person=clara, by=clara)

    clara.refresh_from_db()
    assert (clara.is_active, clara.role) == (True, Role.CUSTOMER_MANAGER)


def test_of_two_managers_one_may_go(clara, jonas):
    membership.change_manager(person=jonas, by=clara, is_manager=True)
    membership.change_manager(person=jonas, by=clara, is_manager=True)
    membership.change_manager(person=clara, by=clara, is_manager=False)

    clara.refresh_from_db()
    jonas.refresh_from_db()
    assert (clara.role, jonas.role) == (Role.CUSTOMER, Role.CUSTOMER_MANAGER)
    assert verbs(jonas) == verbs(clara) == ["role_changed"]


def test_switched_off_manager_does_not_count(clara, shop):
    UserFactory(role=Role.CUSTOMER_MANAGER, organisation=shop, is_active=False)

    with pytest.raises(Refused):
        membership.remove(person=clara, by=clara)


def test_only_their_own_manager_decides(clara, jonas, shop):
    foreign = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())
    ada = StaffFactory(role=Role.ADMINISTRATOR, organisation=shop)

    for by, person in [(foreign, jonas), (jonas, clara), (ada, jonas), (clara, foreign), (clara, ada)]:
        with pytest.raises(NotAllowed):
            membership.remove(person=person, by=by)
        with pytest.raises(NotAllowed):
            membership.change_manager(person=person, by=by, is_manager=True)

    assert verbs(jonas) == []
