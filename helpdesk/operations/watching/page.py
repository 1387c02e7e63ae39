"""What the page of the queues shows."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import connection
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from helpdesk.core.registries import queue_probes
from helpdesk.operations.enums import Measure
from helpdesk.operations.models import Alert, AlertWay, Pulse, Sample
from helpdesk.operations.watching.families import family_of, label_of, reasons_of, told_of
from helpdesk.operations.watching.figures import age, told
from helpdesk.operations.watching.graphs import POINTS, STEP, Graph, graph, steps
from helpdesk.operations.watching.keeping import latest
from helpdesk.operations.watching.pulses import BEAT

STALE = timedelta(minutes=5)
"""After so long without a sample nothing that the page says is of now."""
THINGS = frozenset({"mailboxes", "directories", "connections", "vpn_hosts", "vpn_host_lists", "vpn_canaries"})
"""Their rows wait for nothing: they are there."""
HOUR = 6
"""Steps of an hour."""
DAY = """
    SELECT series, date_bin('10 minutes', at, timestamptz '2000-01-01') AS step,
           max(waiting) AS waiting, max(oldest_seconds) AS oldest_seconds, sum(came) AS came, sum(went) AS went,
           max(level) AS level
    FROM operations_sample WHERE at >= %s GROUP BY 1, 2 ORDER BY 1, 2
"""
GROUPS: Sequence[tuple[Any, frozenset[str] | None]] = (
    (lambda: _("Queues"), None),
    (lambda: _("Ways out with mail that is due"), frozenset({"route"})),
    (lambda: _("Workers"), frozenset({"celery", "beat", "broker"})),
    (lambda: _("The machine"), frozenset({"disk", "database", "connections"})),
    (lambda: _("Certificates and backup"), frozenset({"certificate", "backup"})),
)


@dataclass(frozen=True, slots=True)
class Shown:
    """One alert that lasts."""

    alert: Alert
    label: str
    figure: str
    limit: str
    worst: str
    reasons: list[str]


@dataclass(frozen=True, slots=True)
class Card:
    """One series: its state as a word, the figures of now in words, graphs of the day."""

    series: str
    label: str
    state: str
    words: list[str]
    graphs: list[Graph]


@dataclass(frozen=True, slots=True)
class Page:
    """`measured_at` is the newest sample; `is_stale`: nothing of this is of now."""

    measured_at: datetime | None
    is_stale: bool
    alerts: list[Shown]
    groups: list[tuple[str, list[Card]]]
    ways: int
    is_backup_watched: bool = True
    first: datetime = field(default_factory=timezone.now)


def page() -> Page:
    """Everything of now and of the last day, in a constant number of statements."""
    now = timezone.now()
    recent = latest()
    measured_at = recent[0].at if recent else None
    first = _step(now) - STEP * (POINTS - 1)
    day, pulses = _day(first), {pulse.queue: pulse for pulse in Pulse.objects.order_by("pk")}
    alerts = list(Alert.objects.lasting().select_related("threshold", "acknowledged_by"))
    states = {each.series: "known" if each.acknowledged_by_id else "alert" for each in reversed(alerts)}
    cards = [_card(row, states, day.get(row.series, []), pulses, first) for row in recent]
    return Page(
        measured_at=measured_at,
        is_stale=measured_at is None or now - measured_at > STALE,
        alerts=[_shown(each) for each in alerts],
        groups=[(label(), found) for label, families in GROUPS if (found := _of(cards, families))],
        ways=AlertWay.objects.filter(is_active=True).count(),
        is_backup_watched=bool(settings.WATCH_BACKUP_DIR),
        first=first,
    )


def _of(cards: Sequence[Card], families: frozenset[str] | None) -> list[Card]:
    """Of these families; of None those of the registry, in its order, and whatever belongs to no other group."""
    if families is not None:
        return [card for card in cards if family_of(card.series) in families]
    elsewhere = frozenset[str]().union(*(each for _label, each in GROUPS if each))
    order = {name: at for at, (name, _probe) in enumerate(queue_probes.items())}
    mine = [card for card in cards if family_of(card.series) not in elsewhere]
    return sorted(mine, key=lambda card: (order.get(card.series, len(order)), card.series))


def _card(
    row: Sample, states: Mapping[str, str], day: Sequence[dict[str, Any]], pulses: Mapping[str, Pulse], first: datetime
) -> Card:
    series = row.series
    return Card(
        series=series,
        label=label_of(series),
        state=states.get(series, "fine"),
        words=[*_figures(row), *_flow(day, first), *_heard(pulses.get(series.partition(":")[2]), series)],
        graphs=_graphs(row, day, first),
    )


def _figures(row: Sample) -> list[str]:
    words = []
    if row.level is not None:
        words.append(told(row.series, Measure.LEVEL, row.level))
    if row.series in THINGS:
        words.append(_("%(count)d in use") % {"count": row.waiting or 0})
    elif row.waiting is not None:
        words.append(ngettext("%(count)d waits", "%(count)d wait", row.waiting) % {"count": row.waiting})
    if row.series == BEAT:
        words.append(_("went round %(ago)s ago") % {"ago": age(row.oldest_seconds or 0.0)})
    elif row.oldest_seconds:
        said = _("not read for %(age)s at most") if row.series in THINGS else _("the oldest for %(age)s")
        words.append(said % {"age": age(row.oldest_seconds)})
    if row.failed:
        count = {"count": row.failed}
        words.append(ngettext("%(count)d needs a person", "%(count)d need a person", row.failed) % count)
    return words


def _flow(day: Sequence[dict[str, Any]], first: datetime) -> list[str]:
    came, went = (steps(day, name, first)[-HOUR:] for name in ("came", "went"))
    if all(each is None for each in came):
        return []
    figures = {"came": int(sum(each or 0 for each in came)), "went": int(sum(each or 0 for each in went))}
    return [_("within the hour %(came)d came, %(went)d went") % figures]


def _heard(pulse: Pulse | None, series: str) -> list[str]:
    if family_of(series) != "celery" or pulse is None:
        return []
    if pulse.heard_at is None:
        return [_("never heard")]
    ago = age((timezone.now() - pulse.heard_at).total_seconds())
    return [_("heard %(ago)s ago by %(worker)s") % {"ago": ago, "worker": pulse.heard_by}]


def _graphs(row: Sample, day: Sequence[dict[str, Any]], first: datetime) -> list[Graph]:
    def line(name: str, measure: str = "") -> tuple[str, str, list[float | None]]:
        return name, measure or name, steps(day, name, first)

    drawn: list[Graph | None] = []
    if row.level is not None:
        drawn.append(graph(row.series, title="", lines=[line("level")], first=first))
    elif row.waiting is not None and row.series not in THINGS:
        drawn.append(graph(row.series, title=_("Waiting"), lines=[line("waiting")], first=first))
        drawn.append(graph(row.series, title=_("Age of the oldest"), lines=[line("oldest_seconds")], first=first))
    if row.came is not None:
        lines = [line("came", Measure.WAITING), line("went", Measure.WAITING)]
        drawn.append(graph(row.series, title=_("Came and went, in ten minutes"), lines=lines, first=first))
    return [each for each in drawn if each is not None]


def _shown(alert: Alert) -> Shown:
    measure, series = alert.threshold.measure, alert.series
    return Shown(
        alert=alert,
        label=told_of(series, measure),
        figure=told(series, measure, alert.value),
        limit=told(series, measure, alert.threshold.limit),
        worst=told(series, measure, alert.worst),
        reasons=reasons_of(series),
    )


def _day(first: datetime) -> dict[str, list[dict[str, Any]]]:
    names = ("series", "step", "waiting", "oldest_seconds", "came", "went", "level")
    found: dict[str, list[dict[str, Any]]] = {}
    with connection.cursor() as cursor:
        cursor.execute(DAY, [first])
        for row in cursor.fetchall():
            found.setdefault(row[0], []).append(dict(zip(names, row, strict=True)))
    return found


def _step(at: datetime) -> datetime:
    return at.replace(minute=at.minute - at.minute % 10, second=0, microsecond=0)
