"""Ways out that rest."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed
from helpdesk.journal.models import Entry
from helpdesk.notifications.answers import RouteTrouble
from helpdesk.notifications.breakers import close, note_failure, note_success, resting_routes
from helpdesk.notifications.models import Breaker
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
TROUBLE = RouteTrouble("no connection to mail.example: timed out")
SIGN_IN = RouteTrouble("mail.example refused the sign-in: 535 no", sign_in=True)


def fail(times, trouble=TROUBLE, route="site"):
    for _ in range(times):
        note_failure(route=route, trouble=trouble)
    return Breaker.objects.get(route=route)


def rest_of(breaker):
    return None if breaker.open_until is None else round((breaker.open_until - timezone.now()).total_seconds())


@pytest.mark.parametrize(
    ("times", "seconds"),
    [(1, None), (2, None), (3, 60), (4, 120), (5, 240), (6, 480), (7, 960), (8, 1800), (9, 1800), (40, 1800)],
)
def test_way_out_rests_after_three_failures_and_longer_each_time(times, seconds):
    breaker = fail(times)

    assert (breaker.failures, rest_of(breaker)) == (times, seconds)
    assert resting_routes() == (["site"] if seconds else [])


@pytest.mark.parametrize(("before", "failures", "seconds"), [(0, 3, 60), (1, 3, 60), (2, 3, 60), (3, 4, 120)])
def test_sign_in_that_is_refused_rests_the_way_out_at_once(before, failures, seconds):
    fail(before) if before else None

    breaker = fail(1, SIGN_IN)

    assert (breaker.failures, rest_of(breaker)) == (failures, seconds)


def test_other_ways_out_do_not_rest_with_it():
    fail(3)
    fail(2, route="mailbox:7")

    assert resting_routes() == ["site"]


def test_way_out_whose_rest_is_over_is_tried_and_rests_longer_when_it_fails_again():
    fail(3)
    Breaker.objects.update(open_until=timezone.now() - timedelta(seconds=1))
    rested = resting_routes()

    breaker = fail(1)

    assert (rested, rest_of(breaker)) == ([], 120)


def test_latest_reason_is_kept_as_far_as_there_is_room():
    fail(1)

    assert fail(1, RouteTrouble("x" * 600)).reason == "x" * 500


@pytest.mark.parametrize("times", [1, 3])
def test_success_forgets_everything_about_its_own_way_out(times):
    fail(times)
    fail(3, route="mailbox:7")

    note_success(route="site")

    breaker = Breaker.objects.get(route="site")
    assert (breaker.failures, breaker.open_until, breaker.reason) == (0, None, "")
    assert resting_routes() == ["mailbox:7"]


def test_person_who_mended_the_cause_lets_it_be_tried_again():
    anna, breaker = StaffFactory(name="Anna"), fail(4)
    fail(3, route="mailbox:7")

    close(breaker=breaker, by=anna)

    breaker.refresh_from_db()
    assert (breaker.failures, breaker.open_until, breaker.reason) == (0, None, "")
    assert resting_routes() == ["mailbox:7"]
    entry = Entry.objects.get(verb="outgoing_route_tried_again")
    assert (entry.actor, entry.facts) == (anna, {"route": "site", "reason": str(TROUBLE)})


@pytest.mark.parametrize("role", [Role.CUSTOMER, Role.CUSTOMER_MANAGER, Role.ACCOUNTANT])
def test_others_close_none(role):
    breaker = fail(3)

    with pytest.raises(NotAllowed):
        close(breaker=breaker, by=UserFactory(role=role))

    assert resting_routes() == ["site"]
