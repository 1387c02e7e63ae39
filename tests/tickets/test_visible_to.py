"""What each role may know of: tickets, messages, files."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.backends import Backend
from helpdesk.accounts.enums import Role
from tests.factories import (
    GrantFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions.files import NewFile, store_files
from tickets.enums import Approval, MessageKind
from tickets.models import Attachment, Message, Ticket

SEES_ALL = [Role.AGENT, Role.LINE_LEAD, Role.PROJECT_MANAGER, Role.SALES, Role.ACCOUNTANT, Role.ADMINISTRATOR]


@pytest.fixture
def world(db):
    """Tickets of two organisations, in two queues, in every relation to the people who look."""
    nordlicht, other = OrganisationFactory(), OrganisationFactory()
    clara = UserFactory(organisation=nordlicht)
    colleague = UserFactory(organisation=nordlicht)
    stranger = UserFactory(organisation=other)
    loner = UserFactory()
    shops = TeamFactory(name="Shops")
    tickets = {
        "clara's": TicketFactory(requester=clara),
        "colleague's": TicketFactory(requester=colleague, team=shops),
        "stranger's": TicketFactory(requester=stranger),
        "loner's": TicketFactory(requester=loner),
        "other loner's": TicketFactory(),
    }
    ParticipantFactory(ticket=tickets["stranger's"], user=clara)
    ParticipantFactory(ticket=tickets["loner's"], user=clara, is_active=False)
    return {"clara": clara, "colleague": colleague, "stranger": stranger, "loner": loner, "shops": shops, **tickets}


def names_of(world, person):
    found = set(Ticket.objects.visible_to(person))
    return {name for name, thing in world.items() if isinstance(thing, Ticket) and thing in found}


ALL = {"clara's", "colleague's", "stranger's", "loner's", "other loner's"}


@pytest.mark.parametrize("role", SEES_ALL)
def test_staff_see_every_ticket(world, role):
    assert names_of(world, StaffFactory(role=role)) == ALL


def test_customer_sees_what_they_asked_and_take_part_in(world):
    assert names_of(world, world["clara"]) == {"clara's", "stranger's"}


def test_customer_manager_sees_the_organisation_too_and_no_other(world):
    world["clara"].role = Role.CUSTOMER_MANAGER

    assert names_of(world, world["clara"]) == {"clara's", "colleague's", "stranger's"}


def test_own_of_a_manager_is_what_they_asked_or_take_part_in_and_not_the_organisations(world):
    clara = world["clara"]
    clara.role = Role.CUSTOMER_MANAGER

    assert {ticket.pk for ticket in Ticket.objects.own_of(clara)} == {
        world["clara's"].pk,
        world["stranger's"].pk,
    }


def test_own_of_a_customer_is_all_they_see(world):
    assert set(Ticket.objects.own_of(world["clara"])) == set(Ticket.objects.visible_to(world["clara"]))


def test_customer_manager_without_an_organisation_sees_their_own_only(world):
    world["loner"].role = Role.CUSTOMER_MANAGER

    assert names_of(world, world["loner"]) == {"loner's"}


def test_contractor_sees_granted_queues_and_what_is_assigned_to_them(world):
    oleg = GrantFactory(team=world["shops"]).contractor
    Ticket.objects.filter(pk=world["loner's"].pk).update(assignee=oleg)

    assert names_of(world, oleg) == {"colleague's", "loner's"}


def test_contractor_sees_the_same_in_a_request_which_knows_their_queues_beforehand(world):
    oleg = GrantFactory(team=world["shops"]).contractor
    GrantFactory(contractor=oleg, team=TeamFactory(), until=timezone.now() - timedelta(seconds=1))
    in_a_request = Backend().get_user(oleg.pk)

    assert in_a_request.granted_then == (world["shops"].pk,)
    assert set(Ticket.objects.visible_to(in_a_request)) == set(Ticket.objects.visible_to(oleg))


def test_contractor_without_a_grant_sees_nothing(world):
    assert names_of(world, StaffFactory(role=Role.CONTRACTOR)) == set()


@pytest.mark.parametrize("role", Role.values)
def test_who_is_switched_off_sees_nothing(world, role):
    world["clara"].role, world["clara"].is_active = role, False

    assert not any(name in names_of(world, world["clara"]) for name in ("stranger's", "colleague's", "other loner's"))


@pytest.fixture
def messages(world):
    ticket = world["clara's"]
    made = {
        "asked": MessageFactory(ticket=ticket),
        "answered": MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=StaffFactory()),
        "noted": MessageFactory(ticket=ticket, kind=MessageKind.NOTE, author=StaffFactory()),
        "held": MessageFactory(ticket=ticket, author=world["stranger"], approval=Approval.PENDING),
        "refused": MessageFactory(ticket=ticket, author=world["stranger"], approval=Approval.REFUSED),
        "approved": MessageFactory(ticket=ticket, author=world["stranger"], approval=Approval.APPROVED),
        "elsewhere": MessageFactory(ticket=world["other loner's"]),
    }
    for message in made.values():
        store_files(message=message, files=[NewFile("a", b"a", "text/plain")], by=None)
    return made


def seen_by(messages, person):
    found = set(Message.objects.visible_to(person))
    files = set(Attachment.objects.visible_to(person).values_list("message", flat=True))
    names = {name for name, message in messages.items() if message in found}
    assert names == {name for name, message in messages.items() if message.pk in files}
    return names


def test_staff_see_every_message_and_file(messages):
    assert seen_by(messages, StaffFactory()) == set(messages)


def test_customer_sees_what_was_said_publicly_on_their_tickets(world, messages):
    assert seen_by(messages, world["clara"]) == {"asked", "answered", "approved"}


def test_contractor_sees_notes_of_granted_queues_and_nothing_elsewhere(world, messages):
    oleg = GrantFactory(team=world["shops"]).contractor
    Ticket.objects.filter(pk=world["clara's"].pk).update(team=world["shops"])

    assert seen_by(messages, oleg) == set(messages) - {"elsewhere"}


def test_stranger_who_was_held_back_sees_nothing_of_the_ticket(world, messages):
    assert seen_by(messages, world["stranger"]) == set()


def test_public_messages_are_those_that_customers_may_read(messages):
    found = set(Message.objects.public())

    assert {name for name, message in messages.items() if message in found} == {
        "asked",
        "answered",
        "approved",
        "elsewhere",
    }
