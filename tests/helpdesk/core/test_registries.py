"""Named things that higher rooms bring."""

import pytest

from helpdesk.core.registries import Registry


@pytest.fixture
def registry():
    registry = Registry("composer")
    registry.register("reply", 1)
    registry.register("notice", 2)
    return registry


def test_things_are_found_by_name_in_the_order_they_came(registry):
    assert list(registry.items()) == [("reply", 1), ("notice", 2)]
    assert registry["notice"] == 2
    assert ("reply" in registry, "forward" in registry) == (True, False)


def test_name_taken_twice_is_an_error_that_says_what_and_which(registry):
    with pytest.raises(ValueError, match="The composer 'reply' is registered already"):
        registry.register("reply", 3)

    assert registry["reply"] == 1


def test_name_that_nobody_registered_is_an_error(registry):
    with pytest.raises(KeyError):
        registry["forward"]
