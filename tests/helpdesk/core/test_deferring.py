"""Rows that are written together at the end of a block."""

import pytest

from helpdesk.core.deferring import write_soon, writing_together


@pytest.fixture
def written():
    return []


def writer_of(written, name):
    def write(rows):
        written.append((name, rows))

    return write


def test_row_when_there_is_no_block_then_written_at_once(written):
    write_soon(writer_of(written, "journal"), 1)

    assert written == [("journal", [1])]


def test_rows_when_in_a_block_then_each_writer_gets_its_own_together_in_order(written):
    journal, states = writer_of(written, "journal"), writer_of(written, "states")

    with writing_together():
        for row in (1, 2):
            write_soon(states, row)
            write_soon(journal, row * 10)
        before_the_end = list(written)

    assert before_the_end == []
    assert written == [("states", [1, 2]), ("journal", [10, 20])]


def test_block_when_nothing_was_deferred_then_nobody_is_called(written):
    with writing_together():
        pass

    assert written == []


def test_block_when_left_by_an_error_then_nothing_is_written_and_the_next_row_is_written_at_once(written):
    journal = writer_of(written, "journal")

    def fail():
        with writing_together():
            write_soon(journal, 1)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    write_soon(journal, 2)
    assert written == [("journal", [2])]


def test_block_inside_a_block_when_it_ends_then_only_its_own_rows_are_written(written):
    journal = writer_of(written, "journal")

    with writing_together():
        write_soon(journal, 1)
        with writing_together():
            write_soon(journal, 2)
        inner = list(written)
        write_soon(journal, 3)

    assert inner == [("journal", [2])]
    assert written == [("journal", [2]), ("journal", [1, 3])]


def test_writer_when_it_defers_in_turn_then_that_is_written_at_once(written):
    journal = writer_of(written, "journal")

    with writing_together():
        write_soon(lambda rows: write_soon(journal, len(rows)), "x")

    assert written == [("journal", [1])]
