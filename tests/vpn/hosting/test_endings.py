"""Whoever sees something for a time is told before it ends and when it has, and so is who gave it."""

from datetime import timedelta
from threading import Event, Thread

import pytest
from django.db import IntegrityError, connection, transaction
from django.utils import timezone

from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Notice
from tests.vpn.hosting.makers import granted, put
from vpn.hosting import tasks
from vpn.hosting.actions import news
from vpn.hosting.actions.granting import end_grant, end_run_out
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import EntryDoor, Grant, TemporaryAccess

pytestmark = pytest.mark.django_db


def told():
    return [(each.person.name.split()[0], each.occasion) for each in Notice.objects.order_by("person", "pk")]


def given_until(entry, person, by, *, begun, until):
    """A grant that began and ends so many hours from now."""
    made = granted(entry, person, by)
    now = timezone.now()
    moved = {"granted_at": now + timedelta(hours=begun), "until": now + timedelta(hours=until)}
    Grant.objects.filter(pk=made.pk).update(**moved)
    return made


@pytest.fixture
def access(server, anna, pavel):
    """A temporary access for Anna that Pavel asked for."""
    door = EntryDoor.objects.create(
        entry=server, secret=put(server, pavel), connector="plesk", address="https://p.example:8443", created_by=pavel
    )
    until = timezone.now() + timedelta(days=3)
    return TemporaryAccess.objects.create(
        entry=server, door=door, for_whom=anna, asked_by=pavel, reason="x", name="hdanna", until=until, state="active"
    )


def moved(access, **values):
    TemporaryAccess.objects.filter(pk=access.pk).update(**values)


def test_grant_that_ends_tomorrow_is_told_to_both_once(server, oleg, pavel):
    given_until(server, oleg, pavel, begun=-50, until=23)
    news.spread()
    news.spread()

    assert sorted(told()) == [("Oleg", "vault_grant_ending"), ("Pavel", "vault_grant_ending")]
    assert {each.title for each in Notice.objects.all()} == {"Web server"}


@pytest.mark.parametrize(("begun", "until"), [(-50, 25), (-1, 23)], ids=["later", "given for a day"])
def test_grant_that_ends_later_or_was_given_for_a_day_is_not_told_beforehand(server, oleg, pavel, begun, until):
    given_until(server, oleg, pavel, begun=begun, until=until)
    news.spread()

    assert "vault_grant_ending" not in {occasion for _person, occasion in told()}


def test_grant_whose_time_is_over_ends_is_journalled_and_told_to_both(server, oleg, pavel):
    given = given_until(server, oleg, pavel, begun=-50, until=-1)
    tasks.sweep()
    tasks.sweep()

    given.refresh_from_db()
    assert (given.ended_at, given.ended_by) == (given.until, None)
    line = Line.objects.about(server).get(verb="vault_grant_ran_out")
    assert (line.actor, line.facts) == (None, {"person": oleg.pk})
    assert sorted(told()) == [("Oleg", "vault_grant_ended"), ("Pavel", "vault_grant_ran_out")]


def test_grant_that_was_ended_by_hand_runs_out_no_more(server, oleg, pavel):
    end_grant(grant=granted(server, oleg, pavel), by=pavel)
    Grant.objects.update(granted_at=timezone.now() - timedelta(days=3), until=timezone.now() - timedelta(days=1))

    assert end_run_out() == 0


def test_grant_may_be_given_again_after_it_ran_out(server, oleg, pavel):
    given_until(server, oleg, pavel, begun=-50, until=-1)
    end_run_out()

    assert granted(server, oleg, pavel).ended_at is None


def test_grant_opens_nothing_between_its_end_and_the_sweep(server, root, oleg, pavel):
    given_until(server, oleg, pavel, begun=-50, until=-1)

    with pytest.raises(Refused):
        reveal(secret=root, by=oleg, reason="x")


def test_access_that_ends_tomorrow_is_told_to_whom_it_concerns(access):
    now = timezone.now()
    moved(access, created_at=now - timedelta(days=2), until=now + timedelta(hours=5))
    news.spread()
    news.spread()

    assert sorted(told()) == [("Anna", "vault_access_ending"), ("Pavel", "vault_access_ending")]


def test_access_for_some_hours_is_not_told_beforehand(access):
    moved(access, until=timezone.now() + timedelta(hours=5))
    news.spread()

    assert told() == []


def test_access_that_is_gone_is_told_to_all_but_who_ended_it(access, anna):
    now = timezone.now()
    moved(access, state="ended", made_at=now, ended_at=now, end_asked_at=now, end_asked_by=anna)
    news.spread()
    news.spread()

    assert told() == [("Pavel", "vault_access_ended")]


def test_notices_are_for_whom_they_concern(access, server, oleg, anna, pavel, lena, clara):
    given = granted(server, oleg, pavel)

    assert {each for each in (oleg, anna, pavel, lena, clara) if news.grant_may_be_told(each, given.pk)} == {
        oleg,
        pavel,
    }
    assert {each for each in (oleg, anna, pavel, lena, clara) if news.access_may_be_told(each, access.pk)} == {
        anna,
        pavel,
    }


@pytest.mark.django_db(transaction=True)
def test_two_workers_who_tell_at_once_tell_everybody_once(server, oleg, pavel):
    given_until(server, oleg, pavel, begun=-50, until=23)
    begun, failed = Event(), []

    def hurry():
        begun.set()
        try:
            news.spread()
        except IntegrityError as error:
            failed.append(error)
        finally:
            connection.close()

    with transaction.atomic():
        news.spread()
        other = Thread(target=hurry)
        other.start()
        begun.wait()
        other.join(0.5)
        assert other.is_alive(), "it waits until the first is through"
    other.join()

    assert not failed
    assert sorted(told()) == [("Oleg", "vault_grant_ending"), ("Pavel", "vault_grant_ending")]
