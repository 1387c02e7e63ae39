"""Bells of the tickets room."""

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from tickets.actions import exporting, files, scheduling
from tickets.actions.archiving import archive_old
from tickets.actions.holding import release_forgotten
from tickets.actions.news import spread_news
from tickets.actions.snoozing import wake_due


@shared_task(ignore_result=True)
def make_exports() -> None:
    """Make the archives that people asked for; also what beat rings for, and then old ones go."""
    retrying(exporting.make_all, times=PATIENT)


@shared_task(ignore_result=True)
def spread() -> None:
    """Tell watchers what happened."""
    spread_news()


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds: bring back what was put aside until now, end forgotten locks, tell what nobody rang for."""
    wake_due()
    release_forgotten()
    spread_news()


@shared_task(ignore_result=True)
def archive() -> None:
    """Once a night."""
    archive_old()


@shared_task(ignore_result=True)
def send_planned() -> None:
    """Every few seconds, and when a worker starts: send what people planned for now."""
    scheduling.send_what_is_due()


@shared_task(ignore_result=True)
def list_files() -> None:
    """Every hour, and when a worker starts: have files read that nobody listed."""
    while files.list_files() == files.MOST_LISTED:
        pass


@shared_task(ignore_result=True)
def sweep_uploads() -> None:
    """Once a day: forget files that were sent ahead of a message that never came."""
    files.sweep_uploads()
