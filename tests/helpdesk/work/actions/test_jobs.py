"""Long work: asked for once, done once, swept when old."""

from datetime import timedelta

import pytest
from django.core.files.storage import default_storage
from django.utils import timezone, translation
from kombu.exceptions import OperationalError as BrokerError

from helpdesk.core import bells
from helpdesk.core.errors import Refused
from helpdesk.journal.models import Entry
from helpdesk.work import tasks
from helpdesk.work.actions import doing, sweeping
from helpdesk.work.actions.asking import MOST_AT_ONCE, ask
from helpdesk.work.enums import JobState
from helpdesk.work.models import Job
from helpdesk.work.probes import work_state
from helpdesk.work.registries import Kind, kinds
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
KIND = "of_a_test"
PAST = timedelta(seconds=-1)


@pytest.fixture
def work(monkeypatch):
    """A kind of work whose doing a test may replace; it writes the word it was asked for."""

    def write(job, out, tell):
        seen.append((translation.get_language(), str(timezone.get_current_timezone())))
        tell(1, 2)
        act(job)
        out.write(job.asked["word"].encode())

    seen, act = [], lambda job: None
    monkeypatch.setitem(kinds._things, KIND, Kind("Work", "word.txt", "text/plain", write))

    def doing_so(other):
        nonlocal act
        act = other

    write.seen, write.does = seen, doing_so
    return write


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", language="ru", time_zone="Europe/Moscow")


def test_work_is_written_down_told_and_done_in_the_owners_language(work, anna, django_capture_on_commit_callbacks):
    with django_capture_on_commit_callbacks(execute=False) as bells_rung:
        job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    doing.do(key=job.pk)

    job.refresh_from_db()
    assert (len(bells_rung), job.state, job.done, job.total, job.size) == (1, JobState.DONE, 1, 2, 5)
    with default_storage.open(job.file) as file:
        assert file.read() == b"hello"
    assert work.seen == [("ru", "Europe/Moscow")]
    entry = Entry.objects.get(verb="work_asked_for")
    assert (entry.actor, entry.subject_id, entry.facts) == (anna, job.pk, {"kind": KIND, "asked": {"word": "hello"}})


def test_work_asked_for_twice_is_the_same_until_it_is_done(work, anna):
    first, second = (ask(kind=KIND, by=anna, asked={"word": "hello"}) for _ in range(2))
    doing.do(key=first.pk)
    third = ask(kind=KIND, by=anna, asked={"word": "hello"})

    assert first == second != third
    assert Entry.objects.filter(verb="work_asked_for").count() == 2


def test_too_much_work_at_once_is_refused(work, anna):
    for word in range(MOST_AT_ONCE):
        ask(kind=KIND, by=anna, asked={"word": str(word)})

    with pytest.raises(Refused, match="under way"):
        ask(kind=KIND, by=anna, asked={"word": "more"})


def test_bell_rung_again_does_nothing_again(work, anna):
    job = ask(kind=KIND, by=anna, asked={"word": "hello"})

    for _ in range(3):
        tasks.work(job.pk)
    tasks.work(job.pk + 1)

    assert len(work.seen) == 1


def test_work_in_other_hands_is_left_to_them(work, anna):
    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    doing.claim(key=job.pk)

    doing.do(key=job.pk)

    assert work.seen == []


def test_lost_bell_is_rung_again_by_the_sweep(work, anna, monkeypatch):
    def away(*_):
        raise BrokerError

    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    monkeypatch.setattr(tasks.work, "delay", away)
    monkeypatch.setattr(bells, "_quiet_until", 0.0)
    tasks.sweep()
    rung = []
    monkeypatch.setattr(tasks.work, "delay", rung.append)
    monkeypatch.setattr(bells, "_quiet_until", 0.0)

    tasks.sweep()

    assert rung == [job.pk]


def test_work_of_a_dead_worker_is_done_by_another_and_the_dead_one_wakes_to_nothing(work, anna):
    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    dead = doing.claim(key=job.pk)
    Job.objects.update(lease_until=timezone.now() + PAST)

    doing.do(key=job.pk)

    assert Job.objects.get().state == JobState.DONE
    with pytest.raises(doing.LeaseLost):
        doing.finish(job=dead, name="of-the-dead", size=1)
    with pytest.raises(doing.LeaseLost):
        doing.tell(job=dead, done=1, total=1, lease=timezone.now())
    assert Job.objects.get().file != "of-the-dead"


def test_worker_that_lost_its_lease_leaves_no_file(work, anna):
    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    work.does(lambda job: Job.objects.update(attempts=2))

    doing.do(key=job.pk)

    assert not default_storage.exists(f"work/{job.pk}-1")
    assert Job.objects.get().file == ""


def test_work_that_breaks_off_again_and_again_fails_and_says_so(work, anna):
    def fault(job):
        raise ZeroDivisionError

    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    work.does(fault)
    for _ in range(doing.MOST_ATTEMPTS):
        with pytest.raises(ZeroDivisionError):
            doing.do(key=job.pk)
        Job.objects.update(lease_until=timezone.now() + PAST)

    doing.do(key=job.pk)

    job.refresh_from_db()
    assert (job.state, job.reason, work_state().failed) == (JobState.FAILED, doing.BROKEN, 1)


def test_work_that_is_refused_fails_with_the_words_for_its_owner(work, anna):
    def refuse(job):
        raise Refused("The door is shut.")

    job = ask(kind=KIND, by=anna, asked={"word": "hello"})
    work.does(refuse)

    doing.do(key=job.pk)

    job.refresh_from_db()
    assert (job.state, job.reason) == (JobState.FAILED, "The door is shut.")


def test_work_past_its_time_goes_with_its_file_and_other_work_stays(work, anna):
    old, kept = (ask(kind=KIND, by=anna, asked={"word": word}) for word in ("old", "kept"))
    for job in (old, kept):
        doing.do(key=job.pk)
    Job.objects.filter(pk=old.pk).update(expires_at=timezone.now() + PAST)
    name = Job.objects.get(pk=old.pk).file

    assert sweeping.clear_expired() == 1

    assert [job.pk for job in Job.objects.all()] == [kept.pk]
    assert not default_storage.exists(name)


def test_work_is_seen_by_nobody_but_its_owner(work, anna):
    job = ask(kind=KIND, by=anna, asked={"word": "hello"})

    assert list(Job.objects.visible_to(anna)) == [job]
    assert not Job.objects.visible_to(UserFactory()).exists()
    assert not Job.objects.visible_to(StaffFactory(role="administrator")).exists()


def test_health_sees_what_waits(work, anna):
    ask(kind=KIND, by=anna, asked={"word": "hello"})

    found = work_state()

    assert (found.waiting, found.failed, found.oldest_seconds >= 0) == (1, 0, True)
