"""Kinds of series: what they are called, in which unit their level is, which thresholds they come along with.

A series is named by its family, and after a colon by which of it: `disk:data`, `celery:mail`. Whatever registers a
queue probe is a family too, under the probe's name and label.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.core.registries import queue_probes
from helpdesk.operations.enums import Measure


class Unit(StrEnum):
    """Of a level."""

    NONE = ""
    PERCENT = "percent"
    BYTES = "bytes"
    DAYS = "days"
    HOURS = "hours"


@dataclass(frozen=True, slots=True)
class Family:
    """`is_floor`: the level is what is left, so too little is what matters."""

    label: Any
    unit: Unit = Unit.NONE
    is_floor: bool = False


@dataclass(frozen=True, slots=True)
class Default:
    """A threshold as it comes along."""

    family: str
    measure: Measure
    limit: float
    ends_at: float
    minutes: int = 2


OTHERS = {
    "route": Family(_("Way out")),
    "celery": Family(_("Bells for workers")),
    "beat": Family(_("Beat")),
    "broker": Family(_("Broker"), Unit.PERCENT),
    "disk": Family(_("Disk"), Unit.PERCENT),
    "database": Family(_("Size of the database"), Unit.BYTES),
    "connections": Family(_("Connections of the database"), Unit.PERCENT),
    "certificate": Family(_("Certificate"), Unit.DAYS, is_floor=True),
    "backup": Family(_("Age of the backup"), Unit.HOURS),
}
MINUTE = 60.0
DEFAULTS: Sequence[Default] = (
    Default("raw_mail", Measure.OLDEST, 3 * MINUTE, MINUTE),
    Default("raw_mail", Measure.WAITING, 5000, 500),
    Default("raw_mail", Measure.FAILED, 20, 10),
    Default("mailboxes", Measure.FAILED, 0, 0, minutes=4),
    Default("outbox", Measure.FAILED, 50, 25),
    Default("route", Measure.OLDEST, 3 * MINUTE, MINUTE),
    Default("outbox_resting", Measure.FAILED, 0, 0, minutes=2),
    Default("notices", Measure.OLDEST, 3 * MINUTE, MINUTE),
    Default("news", Measure.OLDEST, 3 * MINUTE, MINUTE),
    Default("webhooks", Measure.OLDEST, 60 * MINUTE, 5 * MINUTE, minutes=5),
    Default("logout_notices", Measure.OLDEST, 15 * MINUTE, MINUTE, minutes=5),
    Default("directories", Measure.FAILED, 0, 0, minutes=4),
    Default("work", Measure.OLDEST, 15 * MINUTE, MINUTE),
    Default("planned", Measure.OLDEST, 3 * MINUTE, MINUTE),
    Default("search", Measure.OLDEST, MINUTE, 10, minutes=4),
    Default("vpn_hosts", Measure.FAILED, 0, 0, minutes=2),
    Default("vpn_host_lists", Measure.FAILED, 0, 0, minutes=1),
    Default("vpn_canaries", Measure.FAILED, 0, 0, minutes=1),
    Default("vpn_endings", Measure.OLDEST, MINUTE, 1, minutes=1),
    Default("celery", Measure.OLDEST, 1.5 * MINUTE, MINUTE),
    Default("beat", Measure.OLDEST, 1.5 * MINUTE, MINUTE),
    Default("broker", Measure.FAILED, 0, 0),
    Default("broker", Measure.LEVEL, 85, 75, minutes=4),
    Default("disk", Measure.LEVEL, 85, 80),
    Default("connections", Measure.LEVEL, 80, 70, minutes=3),
    Default("certificate", Measure.LEVEL, 14, 15),
    Default("certificate", Measure.FAILED, 0, 0, minutes=15),
    Default("backup", Measure.LEVEL, 26, 25),
    Default("backup", Measure.FAILED, 0, 0, minutes=15),
)
"""Seconds for ages, rows for counts, the family's unit for levels. One whose queue does not exist yet does nothing.

What stands still is told within five minutes: so many minutes to become too old, or until a bell is rung that nobody
hears, and `minutes` samples together are no more (tests/operations/watching/test_families.py)."""


def family_of(series: str) -> str:
    return series.partition(":")[0]


def known(name: str) -> Family:
    """The family of this name; one that nothing registers any more is called by its name."""
    if name in OTHERS:
        return OTHERS[name]
    return Family(queue_probes[name].label) if name in queue_probes else Family(name)


def told_of(series: str, measure: str) -> str:
    """The series and which of its figures; a level is the only one that its series has."""
    label = label_of(series)
    return label if measure == Measure.LEVEL else f"{label} – {Measure(measure).label}"


def reasons_of(series: str) -> list[str]:
    """What is wrong, in the language of now, where whoever registered the queue says more than a count."""
    if series not in queue_probes:
        return []
    ask = queue_probes[series].reasons
    return ask() if ask is not None else []


def label_of(series: str) -> str:
    """What people call the series, in the language of now."""
    name, _colon, which = series.partition(":")
    label = str(known(name).label)
    return f"{label}: {which}" if which else label


def names() -> list[tuple[str, Any]]:
    """Every family with its label, for whoever chooses one."""
    return [(name, probe.label) for name, probe in queue_probes.items()] + [
        (name, family.label) for name, family in OTHERS.items()
    ]
