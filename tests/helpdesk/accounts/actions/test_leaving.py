"""Whoever leaves is out at once, everywhere; whoever comes back gets the sign-in and nothing else."""

import pytest
from django.test import Client

from helpdesk.accounts.actions import invitations, leaving, links, tokens
from helpdesk.accounts.actions.leaving import deactivate, end_access, reactivate
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Erasure, Grant, Invitation, User
from helpdesk.accounts.signals import access_ended
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from helpdesk.notifications.live import happenings
from helpdesk.notifications.models import Browser
from tests.browsers import browser_of
from tests.factories import GrantFactory, OrganisationFactory, StaffFactory, UserFactory
from tests.streams import newest_line

pytestmark = pytest.mark.django_db


@pytest.fixture
def ada():
    return StaffFactory(name="Ada", email="ada@helpdesk.example", role=Role.ADMINISTRATOR)


@pytest.fixture
def anna(ada):
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


@pytest.fixture
def oleg(ada):
    return GrantFactory(contractor__email="oleg@contractor.example").contractor


def told_about(person):
    return Entry.objects.about(person).last()


def test_access_that_ends_takes_sessions_tokens_and_links_and_leaves_the_sign_in(anna, ada):
    browser, token = browser_of(anna), tokens.issue(user=anna, by=None, name="x")
    link = links.issue(user=anna, address=anna.email)
    before = browser.get("/desk/tickets/").status_code

    end_access(person=anna, by=ada, reason="Her laptop was stolen.")

    assert (before, browser.get("/desk/tickets/").status_code) == (200, 302)
    assert tokens.find(token) is None
    assert Client().get(f"/accounts/link/{link}/").status_code == 410
    assert browser_of(User.objects.get(pk=anna.pk)).get("/desk/tickets/").status_code == 200
    told = {"reason": "Her laptop was stolen.", "tokens": 1, "links": 1}
    assert (told_about(anna).verb, told_about(anna).actor_id, told_about(anna).facts) == ("access_ended", ada.pk, told)


def test_access_is_ended_by_the_person_the_program_and_administrators_alone(anna, ada, oleg):
    end_access(person=anna, by=anna)
    end_access(person=anna, by=None)

    for stranger in (oleg, UserFactory(), StaffFactory(role=Role.LINE_LEAD)):
        with pytest.raises(NotAllowed):
            end_access(person=anna, by=stranger)


def test_rooms_above_and_open_pages_hear_of_it(anna, ada, django_capture_on_commit_callbacks):
    heard = []

    def hear(*, user, **kwargs):
        heard.append(user)

    access_ended.connect(hear)
    with django_capture_on_commit_callbacks(execute=True):
        deactivate(person=anna, by=ada, reason="Left the company.")
    access_ended.disconnect(hear)

    assert heard == [anna]
    assert newest_line() == (happenings.SENT_OUT, str(anna.pk))


def test_browsers_of_whoever_leaves_are_told_nothing_more(anna, ada):
    for person in (anna, ada):
        Browser.objects.create(person=person, endpoint="x", endpoint_digest=str(person.pk), p256dh="x", auth="x")

    deactivate(person=anna, by=ada, reason="Left the company.")

    assert [each.person for each in Browser.objects.all()] == [ada]


def test_whoever_leaves_takes_nothing_along(oleg, ada):
    browser, token = browser_of(oleg), tokens.issue(user=oleg, by=None, name="x")
    team = oleg.grants.get().team_id

    left = deactivate(person=oleg, by=ada, reason="  The contract is over. ")

    assert not left.is_active
    assert browser.get("/desk/tickets/").status_code == 302
    assert tokens.find(token) is None
    assert not Grant.objects.live().exists()
    told = {"reason": "The contract is over.", "tokens": 1, "links": 0, "invitations": 0, "grants": [team]}
    assert (told_about(oleg).verb, told_about(oleg).facts) == ("person_deactivated", told)


def test_invitations_that_nobody_accepted_end_with_whoever_sent_them(ada):
    clara = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=OrganisationFactory())
    facts = {"name": "", "is_manager": False, "from_address": "192.0.2.1"}
    invitations.invite(by=clara, address="jonas@shop.example", **facts)

    deactivate(person=clara, by=ada, reason="Left the shop.")

    assert Invitation.objects.get().revoked_at is not None
    assert told_about(clara).facts["invitations"] == 1


def test_who_comes_back_gets_the_sign_in_and_nothing_else(oleg, ada):
    browser, token = browser_of(oleg), tokens.issue(user=oleg, by=None, name="x")
    deactivate(person=oleg, by=ada, reason="The contract is over.")

    back = reactivate(person=oleg, by=ada, reason="A new contract.")

    assert back.is_active
    assert browser.get("/desk/tickets/").status_code == 302
    assert tokens.find(token) is None
    assert not Grant.objects.live().exists()
    assert browser_of(back).get("/desk/tickets/").status_code == 200
    assert (told_about(oleg).verb, told_about(oleg).facts) == ("person_reactivated", {"reason": "A new contract."})


def test_leaving_twice_and_coming_back_twice_is_told_once(anna, ada):
    for _ in range(2):
        deactivate(person=anna, by=ada, reason="Left the company.")
    for _ in range(2):
        reactivate(person=anna, by=ada)

    assert [entry.verb for entry in Entry.objects.about(anna)] == ["person_deactivated", "person_reactivated"]


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_let_others_leave_and_come_back(anna, role):
    by, gone = StaffFactory(role=role), StaffFactory(is_active=False)

    with pytest.raises(NotAllowed):
        deactivate(person=anna, by=by, reason="I say so.")
    with pytest.raises(NotAllowed):
        reactivate(person=gone, by=by)


def test_nobody_leaves_by_their_own_hand_or_without_a_reason(anna, ada):
    StaffFactory(role=Role.ADMINISTRATOR)

    with pytest.raises(Refused, match="another administrator"):
        deactivate(person=ada, by=ada, reason="Enough.")
    with pytest.raises(Refused, match="why"):
        deactivate(person=anna, by=ada, reason=" ")


def test_last_administrator_stays_even_for_the_program_itself(ada):
    StaffFactory(role=Role.ADMINISTRATOR, is_active=False)

    with pytest.raises(Refused, match="last administrator"):
        deactivate(person=ada, by=None, reason="Not in the directory any more.")

    ada.refresh_from_db()
    assert ada.is_active


@pytest.mark.parametrize("how", ["erased", "merged"])
def test_nobody_comes_back_as_somebody_who_is_no_more(ada, how):
    person = UserFactory(is_active=False)
    if how == "erased":
        Erasure.objects.create(person=person, due_at="2026-11-01T00:00Z", done_at="2026-11-01T00:00Z")
    else:
        survivor = UserFactory()
        survivor.mergers.create(merged=person, merged_by=ada)

    with pytest.raises(Refused, match="nobody comes back"):
        leaving.reactivate(person=person, by=ada)
