"""Trying a directory on somebody's behalf: a task that leaves what it found in the cache for the page that waits.

Workers know it because the admin, which every process loads, imports this module. What is lost with the cache is asked
again by pressing the button again.
"""

import secrets
from typing import Any

from celery import shared_task
from django.core.cache import cache

from helpdesk.accounts.directory.models import Directory
from helpdesk.accounts.directory.trial import look
from helpdesk.core.bells import ring_now

KEPT_SECONDS = 3600


def begin(*, directory: Directory) -> str | None:
    """Ring for a trial; the ticket by which its page asks, None while the broker is away."""
    ticket = secrets.token_urlsafe(16)
    return ticket if ring_now(check_directory, directory.pk, ticket) else None


def outcome(*, directory_id: int, ticket: str) -> dict[str, Any] | None:
    """What the trial found; None as long as it has not."""
    found = cache.get(_key(directory_id, ticket))
    return found if isinstance(found, dict) else None


@shared_task(ignore_result=True, soft_time_limit=600)
def check_directory(directory_id: int, ticket: str) -> None:
    directory = Directory.objects.filter(pk=directory_id).first()
    if directory is not None:
        cache.set(_key(directory_id, ticket), look(directory), KEPT_SECONDS)


def _key(directory_id: int, ticket: str) -> str:
    return f"directory-check:{directory_id}:{ticket}"
