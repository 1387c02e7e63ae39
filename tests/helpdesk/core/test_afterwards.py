"""What is done when the answer of a request is out."""

import pytest
from django.db import OperationalError
from django.http import HttpResponse

from helpdesk.core.afterwards import afterwards


def close(response):
    """As the server does; `response.close()` would end connections of the test's too."""
    for do in response._resource_closers:
        do()


def test_it_is_done_when_the_answer_is_closed_and_not_before():
    done, response = [], HttpResponse("words")
    afterwards(response, lambda: done.append(1), what="a note")
    before = list(done)

    close(response)

    assert (before, done) == ([], [1])


def test_what_the_database_says_against_it_is_a_line_in_the_log(caplog):
    def fail():
        raise OperationalError("away")

    response = HttpResponse("words")
    afterwards(response, fail, what="a note")

    close(response)

    [line] = [each.getMessage() for each in caplog.records if "not_done_afterwards" in each.getMessage()]
    assert "a note" in line


@pytest.mark.parametrize("number", [1, 3])
def test_everything_is_done_though_one_thing_fails(number):
    done, response = [], HttpResponse("words")
    for at in range(number):
        afterwards(response, lambda at=at: done.append(at), what="a note")

    close(response)

    assert done == list(range(number))
