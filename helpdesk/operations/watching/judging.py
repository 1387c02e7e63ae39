"""Holding samples against thresholds: which alerts begin, which are over."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from django.utils import timezone

from helpdesk.operations.actions import alerts
from helpdesk.operations.enums import Measure
from helpdesk.operations.models import Alert, Sample, Threshold
from helpdesk.operations.watching.families import DEFAULTS, family_of, known

SLACK = timedelta(minutes=2)
"""A round that took long, or was left out, is no reason to begin counting anew."""


@dataclass(frozen=True, slots=True)
class Course:
    """The latest figures of one series under one threshold, newest first."""

    threshold: Threshold
    figures: Sequence[float]

    @property
    def is_long_enough(self) -> bool:
        return len(self.figures) >= self.threshold.minutes

    @property
    def is_beyond(self) -> bool:
        return self.is_long_enough and all(self._worse(each, self.threshold.limit) for each in self.figures)

    @property
    def is_calm(self) -> bool:
        return self.is_long_enough and not any(self._worse(each, self.threshold.ends_at) for each in self.figures)

    @property
    def worst(self) -> float:
        return min(self.figures) if self.is_floor else max(self.figures)

    @property
    def is_floor(self) -> bool:
        """Of what is left too little is worse; whether it can be said at all is a count like others."""
        return self.threshold.measure == Measure.LEVEL and known(self.threshold.family).is_floor

    def _worse(self, figure: float, than: float) -> bool:
        return figure < than if self.is_floor else figure > than


def bring_along() -> None:
    """Thresholds that come with the program and are not there yet. Those that were changed or switched off stay so."""
    there = set(Threshold.objects.values_list("family", "measure"))
    missing = [each for each in DEFAULTS if (each.family, each.measure) not in there]
    rows = [
        Threshold(
            family=each.family, measure=each.measure, limit=each.limit, ends_at=each.ends_at, minutes=each.minutes
        )
        for each in missing
    ]
    Threshold.objects.bulk_create(rows, ignore_conflicts=True)


def judge() -> None:
    """Raise what is beyond its limit, end what is calm again, note what has become worse."""
    bring_along()
    thresholds = list(Threshold.objects.order_by("pk"))
    samples = _recent(max((each.minutes for each in thresholds), default=1))
    lasting = {(each.threshold_id, each.series): each for each in Alert.objects.lasting()}
    for threshold in thresholds:
        mine = {series: rows for series, rows in samples.items() if family_of(series) == threshold.family}
        gone = {series for key, series in lasting if key == threshold.pk} - mine.keys()
        for series, rows in mine.items():
            course = _course(threshold, rows)
            _judge_one(threshold, series, course, lasting.get((threshold.pk, series)))
        for series in gone if samples else ():
            alerts.end(alert=lasting[threshold.pk, series])


def _judge_one(threshold: Threshold, series: str, course: Course, alert: Alert | None) -> None:
    if alert is None:
        if threshold.is_active and course.is_beyond:
            alerts.open_alert(threshold=threshold, series=series, value=course.figures[0])
    elif course.is_calm or not threshold.is_active:
        alerts.end(alert=alert)
    elif course.figures:
        alerts.note_worst(alert=alert, value=course.worst, is_floor=course.is_floor)


def _course(threshold: Threshold, rows: Sequence[Sample]) -> Course:
    since = timezone.now() - timedelta(minutes=threshold.minutes) - SLACK
    figures = [getattr(row, threshold.measure) for row in rows if row.at >= since][: threshold.minutes]
    return Course(threshold, [float(each) for each in figures if each is not None])


def _recent(minutes: int) -> dict[str, list[Sample]]:
    """The fine samples of so many minutes, by series, newest first. What has none of them is no longer measured."""
    since = timezone.now() - timedelta(minutes=minutes) - SLACK
    found: dict[str, list[Sample]] = {}
    for row in Sample.objects.filter(at__gte=since, span=1).order_by("-at", "-pk"):
        found.setdefault(row.series, []).append(row)
    return found
