"""Who acts from where."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from helpdesk.core.context import Origin, acting_from, current_origin

NOBODY = Origin(door="command", request_id="")


def test_origin_when_nobody_said_then_is_a_command():
    assert current_origin() == NOBODY


def test_origin_inside_a_block_is_the_blocks_and_afterwards_what_it_was():
    with acting_from("web", address="192.0.2.1", request_id="one"):
        outer = current_origin()
        with acting_from("mail", request_id="two"):
            inner = current_origin()
        again = current_origin()

    assert outer == again == Origin(door="web", request_id="one", address="192.0.2.1")
    assert inner == Origin(door="mail", request_id="two", address=None)
    assert current_origin() == NOBODY


def test_origin_when_the_block_is_left_by_an_error_then_is_what_it_was():
    with pytest.raises(ZeroDivisionError), acting_from("api"):
        raise ZeroDivisionError

    assert current_origin() == NOBODY


def test_request_when_unnamed_then_gets_a_name_of_its_own():
    with acting_from("web") as first:
        pass
    with acting_from("web") as second:
        pass

    assert len(first.request_id) == len(second.request_id) == 32
    assert first.request_id != second.request_id


def test_origin_of_one_thread_is_not_that_of_another():
    with acting_from("web"), ThreadPoolExecutor(1) as other:
        assert other.submit(current_origin).result() == NOBODY
