"""The cache while its server is there, and while it is away."""

import pytest
from redis.exceptions import ResponseError

from helpdesk.core.cache import ForgivingRedisCache, JsonSerializer
from tests.peers.ports import free_port


@pytest.fixture
def away():
    return ForgivingRedisCache(f"redis://127.0.0.1:{free_port()}/0", {})


@pytest.fixture
def there(settings):
    cache = ForgivingRedisCache(settings.CACHES["default"]["LOCATION"], settings.CACHES["default"])
    yield cache
    cache.delete_many(["basket", "count"])


@pytest.mark.parametrize(
    ("call", "answer"),
    [
        (lambda cache: cache.get("basket"), None),
        (lambda cache: cache.get("basket", "nothing"), "nothing"),
        (lambda cache: cache.get_many(["basket", "count"]), {}),
        (lambda cache: cache.set("basket", 1), None),
        (lambda cache: cache.set_many({"basket": 1}), []),
        (lambda cache: cache.add("basket", 1), True),
        (lambda cache: cache.delete("basket"), False),
        (lambda cache: cache.incr("count"), 1),
        (lambda cache: cache.incr("count", 5), 5),
        (lambda cache: cache.touch("basket"), False),
        (lambda cache: cache.has_key("basket"), False),
        (lambda cache: cache.get_or_set("basket", lambda: 7), 7),
    ],
    ids=["get", "get-default", "get_many", "set", "set_many", "add", "delete", "incr", "incr-5", "touch", "has", "or"],
)
def test_cache_when_its_server_is_away_then_is_a_miss_and_no_error(away, call, answer):
    assert call(away) == answer


@pytest.mark.parametrize("value", [0, 1, -7, 2**40, "0", "7", True, False, None, 1.5, "ключ", [1, "a"], {"a": []}])
def test_value_comes_back_as_what_it_was(there, value):
    there.set("basket", value)

    found = there.get("basket", "nothing")

    assert (type(found), found) == (type(value), value)


def test_number_is_counted_by_the_server(there):
    there.set("count", 7)

    assert (there.incr("count"), there.incr("count", 3), there.get("count")) == (8, 11, 11)


def test_fault_of_ours_is_not_taken_for_an_absent_server(there):
    there.set("basket", "no number")

    with pytest.raises(ResponseError):
        ForgivingRedisCache.__mro__[1].incr(there, "basket")


@pytest.mark.parametrize("value", [object(), {1, 2}, b"bytes"])
def test_value_that_is_no_json_is_refused(value):
    with pytest.raises(TypeError):
        JsonSerializer().dumps(value)


def test_pickle_that_lies_in_the_cache_never_runs():
    with pytest.raises(ValueError):
        JsonSerializer().loads(b"\x80\x04\x95\x1d\x00\x00\x00\x00\x00\x00\x00\x8c\x05posix\x94\x8c\x06system\x94.")
