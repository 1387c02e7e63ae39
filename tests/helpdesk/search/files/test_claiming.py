"""Files are claimed under leases and end in one state."""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.search.files import claiming
from helpdesk.search.files.reading.outcomes import Outcome, Reading
from helpdesk.search.models import FileText

pytestmark = pytest.mark.django_db
WORDS = Reading(Outcome.READ, "words")


def waiting(name="aa", **facts):
    return FileText.objects.create(**{"name": name, "content_type": "text/plain", "size": 3, **facts})


def names(rows):
    return [row.name for row in rows]


def test_claimed_files_are_nobody_elses_until_the_lease_is_over():
    waiting("aa"), waiting("bb")

    first, second = claiming.claim(), claiming.claim()

    assert (names(first), names(second)) == (["aa", "bb"], [])
    FileText.objects.filter(name="bb").update(lease_until=timezone.now() - timedelta(seconds=1))
    assert names(claiming.claim()) == ["bb"]


def test_only_so_many_bytes_are_claimed_at_once(monkeypatch):
    monkeypatch.setattr(claiming, "MOST_BYTES", 10)
    waiting("aa", size=20), waiting("bb", size=5), waiting("cc", size=5), waiting("dd", size=1)

    assert [names(claiming.claim()) for _turn in range(3)] == [["aa"], ["bb", "cc"], ["dd"]]


def test_file_that_its_reader_died_of_is_claimed_alone_and_given_up_the_third_time():
    waiting("aa"), waiting("bb")

    for _turn in range(claiming.MOST_ATTEMPTS):
        FileText.objects.filter(name="aa").update(
            state="reading", attempts=_turn + 1, lease_until=timezone.now() - timedelta(seconds=1)
        )
        claimed = claiming.claim()
        if _turn < 2:
            assert names(claimed) == ["aa"]

    assert names(claimed) == ["bb"]
    given_up = FileText.objects.get(name="aa")
    assert (given_up.state, given_up.reason, given_up.lease_until) == ("damaged", claiming.DIED, None)


def test_finished_file_says_its_words_and_is_to_be_told():
    waiting()
    (row,) = claiming.claim()

    claiming.finish(row, WORDS)

    row.refresh_from_db()
    assert (row.state, row.text, row.lease_until) == ("read", "words", None)
    assert row.changed_at == row.finished_at


def test_file_that_says_what_it_said_before_is_not_told_again():
    row = waiting(state="read", text="words", finished_at=timezone.now())
    assert claiming.read_again(files=[row]) == 1
    (row,) = claiming.claim()

    claiming.finish(row, WORDS)

    row.refresh_from_db()
    assert (row.state, row.text, row.changed_at) == ("read", "words", None)


def test_file_that_another_worker_has_by_now_stays_as_it_is():
    waiting()
    (row,) = claiming.claim()
    FileText.objects.update(lease_until=timezone.now() - timedelta(seconds=1))
    (again,) = claiming.claim()

    claiming.finish(row, WORDS)
    claiming.put_back(row, blame=True)

    again.refresh_from_db()
    assert (again.state, again.attempts, again.text) == ("reading", 2, "")


@pytest.mark.parametrize(("blame", "attempts", "is_due"), [(False, 0, True), (True, 1, False)])
def test_file_that_was_put_back_waits(blame, attempts, is_due):
    waiting()
    (row,) = claiming.claim()

    claiming.put_back(row, blame=blame)

    row.refresh_from_db()
    assert (row.state, row.attempts, row.due_at <= timezone.now()) == ("waiting", attempts, is_due)


def test_only_files_that_came_to_an_end_are_read_again():
    done = waiting("aa", state="slow", reason="Reading it took too long", finished_at=timezone.now(), attempts=3)
    rows = [done, waiting("bb")]

    assert claiming.read_again(files=rows) == 1

    done.refresh_from_db()
    assert (done.state, done.reason, done.attempts, done.finished_at) == ("waiting", "", 0, None)
