"""Who is where, kept in Valkey at best effort: what can't be told is a line in the log, never an error.

What happened to things goes another way (`happenings`), which misses nothing.
"""

import hashlib
import json
import math
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, TypeVar

import structlog
from django.conf import settings
from redis import Redis
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
T = TypeVar("T")

WAIT_SECONDS = 0.25
"""A page waits no longer for the sake of who is there: ringing for work has a second of its own."""
QUIET_SECONDS = 5.0
"""After a failure nobody waits for Valkey again for so long: a page must not hang on it twice."""
HERE_SECONDS = 45
"""Who was not seen for so long is gone: their process died. Streams renew it three times as often."""
WRITING_SECONDS = 20
LATE_SECONDS = 5.0
"""So long after what is kept for lists should have been looked at again it counts as forgotten."""
FACES = "faces:"
"""Before a channel: on it is somebody else now, or they write something else, as lists are told."""

_quiet_until = 0.0


@dataclass(frozen=True, slots=True)
class Present:
    """Somebody on a channel: since when (Unix time), and what they are writing ("" for nothing)."""

    pk: int
    name: str
    since: int
    writes: str = ""


@dataclass(frozen=True, slots=True)
class Company:
    """Everybody on a channel, who came first first, and when (Unix time) that may change by itself."""

    people: tuple[Present, ...] = ()
    until: float | None = None


@lru_cache(maxsize=1)
def _client() -> Redis:
    return Redis.from_url(
        settings.REDIS_URL,
        socket_timeout=WAIT_SECONDS,
        socket_connect_timeout=WAIT_SECONDS,
        retry=None,
        decode_responses=True,
    )


def prefix() -> str:
    """Before all of our channels and keys. Channels are one for all of a server's databases: its number sets apart."""
    return f"helpdesk:{_client().connection_pool.connection_kwargs.get('db', 0)}:live:"


def stir(channel: str) -> None:
    """Tell the pages on the channel that who is there has changed, or what they write."""
    forgiving(None, lambda client: client.publish(prefix() + channel, ""))


def digest(session_key: str) -> str:
    """Names a session to other processes without giving it away."""
    return hashlib.sha256(session_key.encode()).hexdigest()


def arrive(channel: str, *, pk: int, name: str, stream: str, since: int) -> bool:
    """This stream of the person's is open. To be renewed within `HERE_SECONDS`, silently; `stir` tells. Returns whether
    it was not known: it is new, or Valkey has forgotten it."""

    def add(client: Redis) -> bool:
        with client.pipeline() as pipeline:
            pipeline.zadd(_here(channel), {f"{pk}:{stream}:{since}:{name}": time.time() + HERE_SECONDS})
            pipeline.expire(_here(channel), math.ceil(2 * HERE_SECONDS))
            return bool(pipeline.execute()[0])

    return forgiving(False, add)


def leave(channel: str, *, pk: int, name: str, stream: str, since: int) -> None:
    """This stream of the person's has ended."""
    forgiving(None, lambda client: client.zrem(_here(channel), f"{pk}:{stream}:{since}:{name}"))


def write(channel: str, *, pk: int, kind: str) -> None:
    """The person is writing something of this kind, for the next `WRITING_SECONDS`; all who look are told."""

    def add(client: Redis) -> None:
        with client.pipeline() as pipeline:
            pipeline.zadd(_writing(channel), {f"{pk}:{kind}": time.time() + WRITING_SECONDS})
            pipeline.expire(_writing(channel), math.ceil(2 * WRITING_SECONDS))
            pipeline.execute()

    forgiving(None, add)
    stir(channel)


def stop_writing(channel: str, *, pk: int, kind: str) -> None:
    """What the person was writing is said, or thrown away."""
    forgiving(None, lambda client: client.zrem(_writing(channel), f"{pk}:{kind}"))
    stir(channel)


def company(channel: str) -> Company:
    """Who is on the channel now; nobody while Valkey is away."""

    def read(client: Redis) -> Company:
        now = time.time()
        with client.pipeline() as pipeline:
            for key in (_here(channel), _writing(channel)):
                pipeline.zremrangebyscore(key, "-inf", now)
                pipeline.zrange(key, 0, -1, withscores=True)
            _, here, _, writing = pipeline.execute()
        writes = dict(member.split(":", 1) for member, _ in writing)
        people: dict[int, Present] = {}
        for member, _ in sorted(here, key=lambda each: int(each[0].split(":", 3)[2])):
            pk, _stream, since, name = member.split(":", 3)
            people.setdefault(int(pk), Present(int(pk), name, int(since), writes.get(pk, "")))
        return Company(tuple(people.values()), min((score for _, score in (*here, *writing)), default=None))

    return forgiving(Company(), read)


def keep_faces(channel: str, company: Company, *, is_news: bool) -> bool:
    """What lists show of the channel; where that is news, everybody's are told. False when Valkey is away."""

    def put(client: Redis) -> bool:
        with client.pipeline() as pipeline:
            if company.people:
                people = [[each.pk, each.name, each.since, each.writes] for each in company.people]
                pipeline.hset(_faces(), channel, json.dumps([company.until, people]))
                pipeline.expire(_faces(), math.ceil(2 * HERE_SECONDS))
            else:
                pipeline.hdel(_faces(), channel)
            if is_news:
                pipeline.publish(f"{prefix()}{FACES}{channel}", "")
            pipeline.execute()
        return True

    return forgiving(False, put)


def faces(channels: Sequence[str]) -> Mapping[str, tuple[Present, ...]]:
    """Who is on each of these channels where somebody is, in one round trip; nobody while Valkey is away."""
    if not channels:
        return {}
    nobody: list[Any] = []
    kept = forgiving(nobody, lambda client: client.hmget(_faces(), list(channels)))
    found, oldest = {}, time.time() - LATE_SECONDS
    for channel, line in zip(channels, kept, strict=False):
        until, people = json.loads(line) if line else (0, [])
        if people and until > oldest:
            found[channel] = tuple(Present(*each) for each in people)
    return found


def _faces() -> str:
    return f"{prefix()}faces"


def _here(channel: str) -> str:
    return f"{prefix()}here:{channel}"


def _writing(channel: str) -> str:
    return f"{prefix()}writing:{channel}"


def forgiving(fallback: T, call: Callable[[Redis], T]) -> T:
    """What `call` gives, or while Valkey is away the fallback: nobody waits for it longer than WAIT_SECONDS."""
    global _quiet_until
    if time.monotonic() < _quiet_until:
        return fallback
    try:
        return call(_client())
    except RedisError as error:
        _quiet_until = time.monotonic() + QUIET_SECONDS
        log.warning("live_events_away", error=type(error).__name__)
        return fallback
