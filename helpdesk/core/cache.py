"""The cache may be gone at any moment: then everything is a miss, slower and never an error."""

import json
from collections.abc import Callable
from typing import Any, ParamSpec, TypeVar

import structlog
from django.core.cache.backends.redis import RedisCache
from redis.exceptions import RedisError

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")


class JsonSerializer:
    """JSON instead of pickle: what lies in the cache can never run."""

    def dumps(self, value: Any) -> bytes | int:
        return value if type(value) is int else json.dumps(value).encode()

    def loads(self, data: bytes) -> Any:
        return json.loads(data)


class ForgivingRedisCache(RedisCache):
    """Django's Redis cache that answers `default` (or False) while the server is away."""

    def count(self, key: str, *, seconds: int) -> int:
        """Add one to the count under `key`, which is forgotten `seconds` after its first; 0 while the server is away.

        One atomic round trip: what several processes count together is exact.
        """
        return self._forgive(0, self._count, self.make_and_validate_key(key), seconds)

    def _count(self, key: str, seconds: int) -> int:
        with self._cache.get_client(key, write=True).pipeline() as pipeline:
            pipeline.incr(key)
            pipeline.expire(key, seconds, nx=True)
            return int(pipeline.execute()[0])

    def _forgive(self, fallback: T, call: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        try:
            return call(*args, **kwargs)
        except RedisError as error:
            log.warning("cache_away", error=type(error).__name__)
            return fallback

    def get(self, key: Any, default: Any = None, version: int | None = None) -> Any:
        return self._forgive(default, super().get, key, default, version)

    def set(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> None:
        self._forgive(None, super().set, key, value, *args, **kwargs)

    def add(self, key: Any, value: Any, *args: Any, **kwargs: Any) -> bool:
        return self._forgive(True, super().add, key, value, *args, **kwargs)

    def get_many(self, keys: Any, version: int | None = None) -> dict[Any, Any]:
        return self._forgive({}, super().get_many, keys, version)

    def set_many(self, data: Any, *args: Any, **kwargs: Any) -> list[Any]:
        return self._forgive([], super().set_many, data, *args, **kwargs)

    def delete(self, key: Any, version: int | None = None) -> bool:
        return self._forgive(False, super().delete, key, version)

    def incr(self, key: Any, delta: int = 1, version: int | None = None) -> int:
        return self._forgive(delta, super().incr, key, delta, version)

    def touch(self, key: Any, *args: Any, **kwargs: Any) -> bool:
        return self._forgive(False, super().touch, key, *args, **kwargs)

    def has_key(self, key: Any, version: int | None = None) -> bool:
        return self._forgive(False, super().has_key, key, version)
