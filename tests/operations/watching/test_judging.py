"""When an alert begins and when it is over."""

from datetime import timedelta

import pytest
from django.db.models import F

from helpdesk.journal.models import Entry
from helpdesk.operations.models import Alert, Sample, Threshold
from helpdesk.operations.watching.families import DEFAULTS
from helpdesk.operations.watching.judging import bring_along, judge

pytestmark = pytest.mark.django_db


def lasting():
    return sorted(Alert.objects.lasting().values_list("series", flat=True))


@pytest.mark.parametrize(
    ("figures", "is_raised"),
    [([181, 182], True), ([179, 400], False), ([400, 179], False), ([400], False), ([10, 400, 400], True)],
    ids=["two beyond", "only now", "no longer", "too short", "long enough"],
)
def test_alert_when_a_figure_is_beyond_its_limit_for_so_many_minutes_then_raised(sampled, figures, is_raised):
    sampled("raw_mail", figures)

    judge()

    assert lasting() == (["raw_mail"] if is_raised else [])


def test_alert_when_it_lasts_then_raised_once_and_the_worst_is_kept(sampled):
    sampled("raw_mail", [400, 400])
    judge()
    sampled("raw_mail", [900, 500])

    judge()

    alert = Alert.objects.get()
    assert (alert.value, alert.worst) == (400, 900)
    assert Entry.objects.filter(verb="alert_raised").count() == 1


@pytest.mark.parametrize(
    ("figures", "is_over"),
    [([179, 178], False), ([61, 59], False), ([60, 60], True), ([0, 400], False)],
    ids=["just below the limit", "calm for a minute", "calm", "again"],
)
def test_alert_when_its_figure_falls_then_over_only_where_it_is_well(sampled, figures, is_over):
    sampled("raw_mail", [400, 400])
    judge()
    sampled("raw_mail", figures)

    judge()

    assert (Alert.objects.get().ended_at is not None) is is_over
    assert Entry.objects.filter(verb="alert_over").exists() is is_over


def test_alert_when_over_and_beyond_again_then_a_new_one_and_both_are_history(sampled):
    for figures in ([400, 400], [0, 0], [500, 500]):
        sampled("raw_mail", figures)
        judge()

    history = [(alert.value, alert.ended_at is not None) for alert in Alert.objects.order_by("pk")]
    assert history == [(400, True), (500, False)]


def test_days_left_when_too_few_then_an_alert_and_when_many_none(sampled):
    sampled("certificate:desk.example:443", [13, 13], measure="level")
    sampled("certificate:shop.example:443", [90, 90], measure="level")

    judge()

    assert lasting() == ["certificate:desk.example:443"]


def test_part_of_a_queue_when_it_has_nothing_any_more_then_its_alert_is_over(sampled):
    sampled("route:mailbox:7", [400, 400])
    judge()
    Sample.objects.filter(series="route:mailbox:7").delete()
    sampled("raw_mail", [0, 0])

    judge()

    assert lasting() == []


def test_alert_when_nothing_is_measured_any_more_then_it_stays(sampled):
    sampled("raw_mail", [400, 400])
    judge()
    Sample.objects.update(at=F("at") - timedelta(hours=1))

    judge()

    assert lasting() == ["raw_mail"]


def test_threshold_when_switched_off_then_its_alert_ends_and_none_begins(sampled):
    sampled("raw_mail", [400, 400])
    judge()
    Threshold.objects.filter(family="raw_mail").update(is_active=False)

    judge()
    judge()

    assert lasting() == []
    assert Alert.objects.count() == 1


def test_thresholds_when_changed_then_they_are_not_brought_along_again():
    bring_along()
    Threshold.objects.filter(family="disk").update(limit=95, is_active=False)

    bring_along()

    assert Threshold.objects.count() == len(DEFAULTS)
    assert list(Threshold.objects.filter(family="disk").values_list("limit", "is_active")) == [(95, False)]


def test_thresholds_that_come_along_end_on_the_calm_side_of_their_limit():
    for each in DEFAULTS:
        is_left = each.family == "certificate"
        assert each.ends_at >= each.limit if is_left else each.ends_at <= each.limit, each


@pytest.mark.parametrize("series", ["backup", "certificate:desk.example:443"])
def test_alert_when_nobody_could_say_for_a_quarter_of_an_hour_then_raised(sampled, series):
    sampled(series, [1] * 14, measure="failed")
    judge()
    before = lasting()
    sampled(series, [1] * 15, measure="failed")

    judge()

    assert (before, lasting()) == ([], [series])
