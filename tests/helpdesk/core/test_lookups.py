"""Conditions that say the same as IN."""

import pytest
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import F, Q

from helpdesk.accounts.models import Team
from helpdesk.core.lookups import Selected, Written
from tests.factories import GrantFactory, TeamFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def teams():
    return [TeamFactory() for _ in range(3)]


def test_written_keys_find_their_rows_and_stand_in_the_statement(teams):
    keys = (teams[0].pk, teams[2].pk)

    found = Team.objects.filter(Written(F("pk"), keys)).order_by("pk")

    assert list(found) == [teams[0], teams[2]]
    sql, parameters = found.query.sql_with_params()
    assert f"IN ({keys[0]}, {keys[1]})" in sql
    assert parameters == ()


def test_no_written_keys_find_nothing_and_leave_the_other_condition(teams):
    assert list(Team.objects.filter(Written(F("pk"), ()))) == []
    assert list(Team.objects.filter(Written(F("pk"), ()) | Q(pk=teams[1].pk))) == [teams[1]]


def test_written_takes_nothing_but_numbers(teams):
    with pytest.raises(ValueError, match="invalid literal"):
        list(Team.objects.filter(Written(F("pk"), ("1) OR (1=1",))))


def test_selected_keys_find_their_rows_alone_and_beside_another_condition(teams):
    granted = GrantFactory(team=teams[0]).contractor
    mine = Selected(F("pk"), ArraySubquery(granted.grants.values("team")))

    assert list(Team.objects.filter(mine)) == [teams[0]]
    assert list(Team.objects.filter(mine | Q(pk=teams[2].pk)).order_by("pk")) == [teams[0], teams[2]]
    assert list(Team.objects.filter(mine, name="Nobody's")) == []
