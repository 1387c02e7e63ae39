"""What is opened to contractors, and that it ends."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.signals import access_ended
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry as Line
from helpdesk.notifications.models import Notice
from tests.vpn.hosting.makers import granted
from vpn.hosting.actions import news
from vpn.hosting.actions.granting import end_grant, grant
from vpn.hosting.models import Entry, Grant


def test_grant_opens_one_entry_and_tells_whoever_gets_it(server, oleg, pavel):
    given = granted(server, oleg, pavel)
    news.spread()

    assert Entry.objects.visible_to(oleg).get() == server
    assert Notice.objects.get().person == oleg
    line = Line.objects.about(server).get(verb="vault_granted")
    assert line.facts == {"person": oleg.pk, "until": {"": given.until.isoformat()}, "reason": "New checkout"}


def test_grant_given_anew_ends_the_one_before(server, oleg, pavel):
    first = granted(server, oleg, pavel)
    second = granted(server, oleg, pavel, days=7)

    first.refresh_from_db()
    assert first.ended_by == pavel
    assert Grant.objects.live().get() == second


def test_grant_when_ended_then_nothing_is_seen_and_they_are_told(server, oleg, pavel):
    given = granted(server, oleg, pavel)
    news.spread()
    end_grant(grant=given, by=pavel)
    end_grant(grant=given, by=pavel)
    news.spread()

    assert Entry.objects.visible_to(oleg).count() == 0
    assert [each.occasion for each in Notice.objects.order_by("pk")] == ["vault_granted", "vault_grant_ended"]
    assert Line.objects.about(server).filter(verb="vault_grant_ended").count() == 1


@pytest.mark.parametrize("who", ["anna", "clara"])
def test_grant_to_somebody_who_needs_none_is_refused(request, server, pavel, who):
    with pytest.raises(Refused):
        granted(server, request.getfixturevalue(who), pavel)


def test_grant_until_the_past_or_without_a_reason_is_refused(server, oleg, pavel):
    now = timezone.now()
    for until, reason in ((now, "x"), (now + timedelta(days=1), " ")):
        with pytest.raises(Refused):
            grant(entry=server, user=oleg, until=until, reason=reason, by=pavel)


def test_grant_is_given_and_ended_by_keepers_alone(server, oleg, pavel, anna):
    with pytest.raises(NotAllowed):
        granted(server, oleg, anna)
    given = granted(server, oleg, pavel)
    with pytest.raises(NotAllowed):
        end_grant(grant=given, by=oleg)


@pytest.mark.parametrize(("is_active", "left"), [(False, 0), (True, 1)])
def test_grants_end_with_whoever_leaves_and_not_with_a_session(server, oleg, pavel, is_active, left):
    granted(server, oleg, pavel)
    oleg.is_active = is_active
    oleg.save()

    access_ended.send(sender=type(oleg), user=oleg)

    assert Grant.objects.live().count() == left
