"""What doors told, as it is kept and as pages show it."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from typing import Any

from django.utils import timezone
from django.utils.dateparse import parse_datetime

from vpn.hosting.connectors import Disk, Site, SiteCertificate
from vpn.hosting.models import EntryDoor

SOON = timedelta(days=14)
"""How long before its end a certificate is pointed at."""
SHOWN = 50
"""Rows of a kind on a page; all of them are counted."""


@dataclass(frozen=True, slots=True)
class ShownCertificate:
    name: str
    ends_at: datetime
    days: int
    is_soon: bool


@dataclass(frozen=True, slots=True)
class ShownDisk:
    name: str
    used: int
    limit: int | None
    percent: int | None


@dataclass(frozen=True, slots=True)
class ShownFacts:
    sites: Sequence[dict[str, Any]]
    site_count: int
    disks: Sequence[ShownDisk]
    certificates: Sequence[ShownCertificate]
    ending: int
    """Certificates that end within SOON, or have ended."""


def as_kept(sites: list[Site], disks: list[Disk], certificates: list[SiteCertificate]) -> dict[str, object]:
    """As JSON."""
    return {
        "sites": [asdict(each) for each in sites],
        "disks": [asdict(each) for each in disks],
        "certificates": [{"name": each.name, "ends_at": each.ends_at.isoformat()} for each in certificates],
    }


def shown(door: EntryDoor) -> ShownFacts:
    """What the door told last; the certificates that end first stand first. No statement."""
    facts, now = door.facts, timezone.now()
    dated = [(each["name"], parse_datetime(each["ends_at"])) for each in facts.get("certificates", [])]
    certificates = sorted(
        (
            ShownCertificate(name, ends, (ends - now).days, is_soon=ends - now < SOON)
            for name, ends in dated
            if ends is not None
        ),
        key=lambda each: (each.ends_at, each.name),
    )
    sites = facts.get("sites", [])
    return ShownFacts(
        sites=sites[:SHOWN],
        site_count=len(sites),
        disks=[_disk(**each) for each in facts.get("disks", [])[:SHOWN]],
        certificates=certificates[:SHOWN],
        ending=sum(each.is_soon for each in certificates),
    )


def _disk(name: str, used: int, limit: int | None) -> ShownDisk:
    return ShownDisk(name, used, limit, round(100 * used / limit) if limit else None)
