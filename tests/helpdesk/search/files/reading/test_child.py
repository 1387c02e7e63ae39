"""The child answers for every file in order, also for one that breaks it."""

import pytest

from helpdesk.search.files import reader
from helpdesk.search.files.reader import read_together
from helpdesk.search.files.reading.outcomes import Outcome, Reading
from helpdesk.search.files.reading.wire import answers, pack_answer


def test_files_are_read_in_their_order():
    readings = read_together([b"first", b"\0", b"second"])

    assert [(each.outcome, each.text) for each in readings] == [
        (Outcome.READ, "first"),
        (Outcome.OTHER, ""),
        (Outcome.READ, "second"),
    ]


def test_child_takes_no_further_file_when_its_time_is_over(monkeypatch):
    monkeypatch.setattr(reader, "BUDGET_SECONDS", 0)

    readings = read_together([b"first", b"second"])

    assert [each and each.text for each in readings] == ["first", None]


def test_child_that_cannot_start_reads_nothing(monkeypatch):
    monkeypatch.setattr(reader, "BUDGET_SECONDS", -1000.0)  # it is given no time at all

    assert read_together([b"first"]) == [None]


@pytest.mark.parametrize("cut", [0, 3, 20, -1])
def test_answer_that_broke_off_is_none(cut):
    whole = pack_answer(Reading(Outcome.READ, "Корзина \U0001f6d2", ""))

    assert list(answers(whole + whole[:cut])) == [Reading(Outcome.READ, "Корзина \U0001f6d2", "")]
