"""What changes hands when two people become one, and that exactly this comes back."""

import pytest
from django.db.utils import IntegrityError

from helpdesk.accounts.actions.merging import merge_people, undo_merger
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import ContactPoint, Merger, Note, User
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.browsers import browser_of
from tests.factories import OrganisationFactory, ParticipantFactory, StaffFactory, TicketFactory, UserFactory
from tickets.models import Participant, Ticket

pytestmark = pytest.mark.django_db


@pytest.fixture
def lena():
    return StaffFactory(name="Lena Lead", role=Role.LINE_LEAD)


@pytest.fixture
def clara():
    return UserFactory(name="Clara", email="clara@shop.example", organisation=OrganisationFactory())


@pytest.fixture
def twin(clara):
    return UserFactory(name="Clara W.", email="clara.w@gmail.com", organisation=clara.organisation)


def snapshot():
    """Everything of theirs, row by row."""
    return {
        "people": list(
            User.objects.customers().order_by("pk").values("pk", "is_active", "organisation", "email", "name")
        ),
        "points": list(ContactPoint.objects.order_by("pk").values()),
        "notes": list(Note.objects.order_by("pk").values()),
        "tickets": list(Ticket.objects.order_by("pk").values("pk", "requester", "organisation", "status")),
        "parts": list(Participant.objects.order_by("pk").values()),
    }


def test_undoing_at_once_restores_everything_exactly(lena, clara, twin):
    asked, other = TicketFactory(requester=twin), TicketFactory(requester=clara)
    ParticipantFactory(ticket=other, user=twin)
    ParticipantFactory(ticket=asked, user=clara)
    both = TicketFactory()
    ParticipantFactory(ticket=both, user=twin)
    ParticipantFactory(ticket=both, user=clara, is_active=False)
    ParticipantFactory(user=twin)
    ParticipantFactory(user=twin, is_active=False)
    Note.objects.create(person=twin, author=lena, text="Likes short answers")
    ContactPoint.objects.create(user=twin, kind="phone", value="+49 30 1234567")
    before = snapshot()

    merger = merge_people(survivor=clara, merged=twin, by=lena)
    between = snapshot()
    undo_merger(merger=merger, by=lena)

    assert between != before
    assert snapshot() == before


def test_merged_into_one_the_survivor_has_what_both_had(lena, clara, twin):
    asked = TicketFactory(requester=twin)
    part = ParticipantFactory(user=twin)
    both = ParticipantFactory(user=clara)
    double = ParticipantFactory(ticket=both.ticket, user=twin)

    merge_people(survivor=clara, merged=twin, by=lena)

    asked.refresh_from_db()
    active = Participant.objects.filter(is_active=True).order_by("pk")
    assert asked.requester == clara
    assert [(each.pk, each.user) for each in active] == [(part.pk, clara), (both.pk, clara)]
    assert not Participant.objects.get(pk=double.pk).is_active
    assert set(clara.contact_points.values_list("value", flat=True)) == {"clara@shop.example", "clara.w@gmail.com"}


def test_mail_from_either_address_finds_the_survivor_and_after_the_undoing_each_their_own(lena, clara, twin):
    twin.contact_points.all().delete()

    merger = merge_people(survivor=clara, merged=twin, by=lena)

    assert find_by_address("clara.w@gmail.com") == find_by_address("clara@shop.example") == clara
    undo_merger(merger=merger, by=lena)
    assert find_by_address("clara.w@gmail.com") == twin


def test_what_came_since_stays_with_the_survivor(lena, clara, twin):
    old = TicketFactory(requester=twin)
    given_away = TicketFactory(requester=twin)
    merger = merge_people(survivor=clara, merged=twin, by=lena)
    new = TicketFactory(requester=clara)
    somebody = UserFactory()
    Ticket.objects.filter(pk=given_away.pk).update(requester=somebody)
    ContactPoint.objects.create(user=clara, kind="phone", value="+49 30 7654321")

    undo_merger(merger=merger, by=lena)

    requesters = {ticket.pk: ticket.requester for ticket in Ticket.objects.order_by("pk")}
    assert requesters == {old.pk: twin, given_away.pk: somebody, new.pk: clara}
    assert clara.contact_points.filter(kind="phone").count() == 1


def test_merged_one_can_no_longer_sign_in_until_it_is_undone(lena, clara, twin):
    browser = browser_of(twin)

    merger = merge_people(survivor=clara, merged=twin, by=lena)

    assert browser.get("/cabinet/")["Location"].startswith("/accounts/login/")
    undo_merger(merger=merger, by=lena)
    assert browser_of(User.objects.get(pk=twin.pk)).get("/cabinet/").status_code == 200


def test_one_that_was_switched_off_before_stays_so(lena, clara, twin):
    User.objects.filter(pk=twin.pk).update(is_active=False)

    undo_merger(merger=merge_people(survivor=clara, merged=twin, by=lena), by=lena)

    twin.refresh_from_db()
    assert not twin.is_active


def test_survivor_without_organisation_gets_that_of_the_other_and_gives_it_back(lena, clara):
    alone = UserFactory(name="Clara", email="clara@gmail.com")

    merger = merge_people(survivor=alone, merged=clara, by=lena)

    alone.refresh_from_db()
    assert alone.organisation == clara.organisation
    undo_merger(merger=merger, by=lena)
    alone.refresh_from_db()
    assert alone.organisation is None


def test_chain_is_undone_from_its_end(lena, clara, twin):
    third = UserFactory(organisation=clara.organisation)
    before = snapshot()
    first = merge_people(survivor=clara, merged=twin, by=lena)
    second = merge_people(survivor=third, merged=clara, by=lena)

    with pytest.raises(Refused):
        undo_merger(merger=first, by=lena)
    assert find_by_address("clara.w@gmail.com") == third
    undo_merger(merger=second, by=lena)
    undo_merger(merger=first, by=lena)

    assert snapshot() == before


def test_done_twice_is_done_once(lena, clara, twin):
    first = merge_people(survivor=clara, merged=twin, by=lena)
    assert merge_people(survivor=clara, merged=twin, by=lena) == first
    for _turn in range(2):
        undo_merger(merger=first, by=lena)

    assert [entry.verb for entry in Entry.objects.about(clara)] == ["people_merged", "merger_undone"]
    assert [entry.verb for entry in Entry.objects.about(twin)] == ["people_merged", "merger_undone"]


@pytest.mark.parametrize(
    "make",
    [
        lambda clara: clara,
        lambda clara: StaffFactory(),
        lambda clara: UserFactory(organisation=OrganisationFactory()),
    ],
    ids=["themselves", "staff", "another organisation"],
)
def test_merging_with(make, lena, clara):
    with pytest.raises(Refused):
        merge_people(survivor=clara, merged=make(clara), by=lena)
    assert not Merger.objects.exists()


def test_manager_without_organisation_gets_none_by_merging(lena, clara):
    manager = UserFactory(role=Role.CUSTOMER_MANAGER)

    with pytest.raises(Refused):
        merge_people(survivor=manager, merged=clara, by=lena)


@pytest.mark.parametrize("role", [Role.AGENT, Role.CONTRACTOR, Role.CUSTOMER_MANAGER])
def test_merging_and_undoing_take_the_right(lena, clara, twin, role):
    person = UserFactory(role=role)

    with pytest.raises(NotAllowed):
        merge_people(survivor=clara, merged=twin, by=person)
    merger = merge_people(survivor=clara, merged=twin, by=lena)
    with pytest.raises(NotAllowed):
        undo_merger(merger=merger, by=person)


def test_nobody_is_merged_twice_at_a_time(lena, clara, twin):
    Merger.objects.create(survivor=clara, merged=twin, merged_by=lena)

    with pytest.raises(IntegrityError, match="merged_once"):
        Merger.objects.create(survivor=UserFactory(), merged=twin, merged_by=lena)
