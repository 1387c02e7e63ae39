"""Queues that are opened to contractors, and shut again."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from helpdesk.accounts.actions.grants import change_grants
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant
from helpdesk.accounts.signals import access_changed
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tickets.models import Ticket

pytestmark = pytest.mark.django_db
SOON = timedelta(hours=1)


@pytest.fixture
def ada():
    return StaffFactory(role=Role.ADMINISTRATOR)


@pytest.fixture
def oleg(ada):
    return StaffFactory(role=Role.CONTRACTOR)


def test_queue_is_opened_by_somebody_until_some_time_and_the_journal_has_it(oleg, ada):
    team, until = TeamFactory(), timezone.now() + SOON
    ticket = TicketFactory(team=team)

    change_grants(person=oleg, queues={team: until}, by=ada)

    grant = Grant.objects.get()
    assert (grant.contractor, grant.granted_by, grant.until) == (oleg, ada, until)
    assert list(Ticket.objects.visible_to(oleg)) == [ticket]
    facts = {"before": [], "after": [team.pk], "until": {str(team.pk): until.isoformat()}}
    assert Entry.objects.about(oleg).get().facts == facts


def test_queue_that_is_no_longer_named_is_shut_and_its_history_has_the_end(oleg, ada):
    kept, shut = GrantFactory(contractor=oleg), GrantFactory(contractor=oleg)
    history = apps.get_model("accounts", "GrantEvent").objects.filter(pgh_obj_id=shut.pk)

    change_grants(person=oleg, queues={kept.team: None}, by=ada)

    assert list(Grant.objects.all()) == [kept]
    assert history.latest("pgh_id").until is not None
    assert Entry.objects.about(oleg).get().facts == {
        "before": [kept.team_id, shut.team_id],
        "after": [kept.team_id],
    }


def test_same_queues_again_change_nothing_and_disturb_nobody(oleg, ada):
    heard = []

    def hear(**facts):
        heard.append(facts)

    grant = GrantFactory(contractor=oleg)
    access_changed.connect(hear)
    change_grants(person=oleg, queues={grant.team: None}, by=ada)
    access_changed.disconnect(hear)

    assert (heard, Entry.objects.about(oleg).exists()) == ([], False)


def test_queue_that_ended_can_be_opened_again(oleg, ada):
    grant = GrantFactory(contractor=oleg, until=timezone.now() - SOON)

    change_grants(person=oleg, queues={grant.team: None}, by=ada)

    assert Grant.objects.live().get() == grant


@pytest.mark.parametrize("role", [role for role in Role if role != Role.ADMINISTRATOR])
def test_only_administrators_open_queues(oleg, role):
    with pytest.raises(NotAllowed):
        change_grants(person=oleg, queues={TeamFactory(): None}, by=StaffFactory(role=role))


def test_nothing_is_opened_to_who_sees_everything_or_nothing_or_into_the_past(oleg, ada):
    for person in (StaffFactory(), UserFactory()):
        with pytest.raises(Refused, match="contractors"):
            change_grants(person=person, queues={TeamFactory(): None}, by=ada)
    with pytest.raises(Refused, match="passed"):
        change_grants(person=oleg, queues={TeamFactory(): timezone.now() - SOON}, by=ada)
    assert not Grant.objects.exists()
