"""How much a caller may ask within a minute, counted in the cache for all processes together.

A lost cache opens the API wider, it never shuts it: tokens are checked in the database all the same. The windows are
those of the clock, so a caller may spend two minutes' worth around a full minute, and no more.
"""

import time
from dataclasses import dataclass
from typing import cast

import structlog
from django.core.cache import cache
from django.http import HttpRequest, HttpResponseBase

from helpdesk.core.cache import ForgivingRedisCache

log = structlog.get_logger(__name__)
WINDOW_SECONDS = 60


@dataclass(frozen=True, slots=True)
class Rate:
    """Where a caller stands: `used` of `most` requests of the window, which ends in `ends_in` seconds (1 to 60)."""

    policy: str
    most: int
    used: int
    ends_in: int

    @property
    def is_over(self) -> bool:
        return self.used > self.most


def spend(policy: str, who: str, *, most: int) -> Rate | None:
    """Count one request of `who` under `policy`; None when it is without limit (`most` is 0, or the cache is away)."""
    if most <= 0:
        return None
    window, passed = divmod(int(time.time()), WINDOW_SECONDS)
    used = cast(ForgivingRedisCache, cache).count(f"rate:{policy}:{who}:{window}", seconds=WINDOW_SECONDS)
    if used == most + 1:
        log.warning("api_rate_exceeded", policy=policy, most=most)
    return Rate(policy, most, used, WINDOW_SECONDS - passed) if used else None


def remember(request: HttpRequest, rate: Rate | None) -> None:
    """Let the answer to `request` tell of `rate` (`tell`)."""
    request.META["helpdesk.rate"] = rate


def rate_of(request: HttpRequest) -> Rate | None:
    """What was remembered for this request."""
    return cast(Rate | None, request.META.get("helpdesk.rate"))


def tell(request: HttpRequest, response: HttpResponseBase) -> None:
    """Say in the answer what is left (draft-ietf-httpapi-ratelimit-headers), where anything was counted."""
    rate = rate_of(request)
    if rate is not None:
        response["RateLimit-Policy"] = f'"{rate.policy}";q={rate.most};w={WINDOW_SECONDS}'
        response["RateLimit"] = f'"{rate.policy}";r={max(0, rate.most - rate.used)};t={rate.ends_in}'
