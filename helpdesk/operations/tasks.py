"""Bells of the house itself."""

from datetime import timedelta

from celery import shared_task
from django.core.management import call_command
from django.utils import timezone

from helpdesk.accounts.actions import refusals, sheet_files
from helpdesk.accounts.models import SignInLink

LINKS_KEPT = timedelta(days=30)
"""Used and expired links stay so long: a journal line may be looked up against them."""

SHEETS_KEPT = timedelta(days=30)
"""Imports with their rows, and exports: long enough to mend the broken ones, not for ever, for they name people."""


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Once a day: forget sign-in links long past, old imports and exports, refusals, browsers that nobody used for a
    year, and sessions that ended."""
    SignInLink.objects.filter(expires_at__lt=timezone.now() - LINKS_KEPT).delete()
    sheet_files.forget_older(than=timezone.now() - SHEETS_KEPT)
    refusals.forget_older()
    call_command("clearsessions")
