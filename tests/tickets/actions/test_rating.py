"""What a requester says of how it was resolved."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import Role
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import TicketFactory, UserFactory
from tickets.actions import conversation, rating, status
from tickets.enums import Score, Status
from tickets.models import Survey


@pytest.fixture
def solved(clara):
    return TicketFactory(requester=clara, status=Status.RESOLVED)


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def test_rating_is_kept_on_the_ticket_and_the_journal_learns_no_words(solved, clara, told):
    survey = rating.rate(ticket=solved, by=clara, score=Score.GOOD, words=" Quick, thank you ")

    solved.refresh_from_db()
    assert (solved.rating, survey.score, survey.words, survey.rated_by) == (3, 3, "Quick, thank you", clara)
    assert lines(solved) == [("rated", {"survey": survey.pk, "before": None, "after": 3})]
    assert [(name, facts["change"]) for name, facts in told] == [("ticket_changed", "rated")]


def test_rating_twice_the_same_is_one_line_and_another_changes_it(solved, clara):
    for score in (Score.GOOD, Score.GOOD, Score.BAD):
        rating.rate(ticket=solved, by=clara, score=score)

    solved.refresh_from_db()
    assert solved.rating == Score.BAD
    assert [facts["after"] for _, facts in lines(solved)] == [3, 1]
    assert Survey.objects.count() == 1


@pytest.mark.parametrize("score", [0, 4, -1])
def test_rating_refuses_a_score_that_there_is_not(solved, clara, score):
    with pytest.raises(Refused):
        rating.rate(ticket=solved, by=clara, score=score)

    assert not Survey.objects.exists()


@pytest.mark.parametrize("state", [Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD])
def test_rating_refuses_what_is_not_resolved(clara, state):
    with pytest.raises(Refused):
        rating.rate(ticket=TicketFactory(requester=clara, status=state), by=clara, score=3)


def test_rating_refuses_when_the_days_are_over(solved, clara, settings):
    settings.RATING_DAYS = 3
    solved.resolved_at = timezone.now() - timedelta(days=3, minutes=1)
    solved.save()

    with pytest.raises(Refused):
        rating.rate(ticket=solved, by=clara, score=3)


def test_rating_is_the_requesters_alone(solved, clara, anna, sergei):
    manager = UserFactory(role=Role.CUSTOMER_MANAGER, organisation=clara.organisation)

    for person in (anna, sergei, manager):
        with pytest.raises(NotAllowed):
            rating.rate(ticket=solved, by=person, score=1)

    assert lines(solved) == []


def test_each_resolution_is_rated_for_itself(solved, clara, anna):
    rating.rate(ticket=solved, by=clara, score=Score.BAD, words="Still broken")
    status.reopen(ticket=solved, by=clara)
    conversation.reply(ticket=solved, by=anna, text="Now it works.", then=Status.RESOLVED)

    solved.refresh_from_db()
    again = rating.rate(ticket=solved, by=clara, score=Score.GOOD)

    assert [(each.score, each.words) for each in Survey.objects.order_by("pk")] == [(1, "Still broken"), (3, "")]
    assert rating.survey_of(solved) == again


def test_more_words_on_a_resolved_ticket_are_the_same_resolution(solved, clara, anna):
    rating.rate(ticket=solved, by=clara, score=Score.GOOD)
    conversation.reply(ticket=solved, by=anna, text="Thank you!", then=Status.RESOLVED)
    status.change_status(ticket=solved, by=anna, status=Status.CLOSED)

    solved.refresh_from_db()

    assert rating.survey_of(solved) is not None


def test_token_names_its_survey_and_no_other(solved):
    survey = Survey.objects.create(ticket=solved, resolved_at=solved.resolved_at)
    token = rating.token_of(survey)

    assert rating.survey_by(token) == survey
    assert rating.survey_by(token.replace(f"{survey.pk}:", f"{survey.pk + 1}:")) is None
    assert rating.survey_by("1:x") is None
    assert rating.survey_by("") is None
