"""One figure of the moment, before it is kept."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """See `Sample`; `came` and `mark` are of the time since the last sample."""

    series: str
    waiting: int | None = None
    failed: int | None = None
    oldest_seconds: float | None = None
    came: int | None = None
    level: float | None = None
    mark: int | None = None
