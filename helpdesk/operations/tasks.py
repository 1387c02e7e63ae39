"""Bells of the house itself."""

from datetime import timedelta
from typing import Any

from celery import Task, shared_task
from django.core.management import call_command
from django.utils import timezone

from helpdesk.accounts.actions import refusals, sheet_files
from helpdesk.accounts.models import KeptAnswer, SignInLink, User
from helpdesk.operations.models import AlertWay
from helpdesk.operations.watching import keeping, pulses, telling

LINKS_KEPT = timedelta(days=30)
"""Used and expired links stay so long: a journal line may be looked up against them."""

SHEETS_KEPT = timedelta(days=30)
"""Imports with their rows, and exports: long enough to mend the broken ones, not for ever, for they name people."""

ANSWERS_KEPT = timedelta(days=3)
"""A program that was not answered asks again within minutes, or after a weekend when somebody looks."""


@shared_task(ignore_result=True, bind=True)
def pulse(self: "Task[Any, Any]", queue: str) -> None:
    """The bell of this queue was heard."""
    pulses.hear(queue=queue, by=str(self.request.hostname or ""))


@shared_task(ignore_result=True)
def try_way(way_id: int, person_id: int) -> None:
    """Send a test by a way to tell of alerts; one that is gone meanwhile is not tried."""
    way = AlertWay.objects.select_related("mailbox", "messenger").filter(pk=way_id).first()
    person = User.objects.active().filter(pk=person_id).first()
    if way is not None and person is not None:
        telling.send_test(way=way, person=person)


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Once a day: forget sign-in links long past, old imports and exports, kept answers, refusals, browsers that nobody
    used for a year, and sessions that ended; thin the samples of the watch."""
    SignInLink.objects.filter(expires_at__lt=timezone.now() - LINKS_KEPT).delete()
    sheet_files.forget_older(than=timezone.now() - SHEETS_KEPT)
    KeptAnswer.objects.filter(created_at__lt=timezone.now() - ANSWERS_KEPT).delete()
    refusals.forget_older()
    keeping.thin()
    call_command("clearsessions")
