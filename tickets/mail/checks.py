"""Asking mail servers on somebody's behalf: tasks that leave what they found in the cache for the page that waits.

They run in the default queue, so that a busy mail worker keeps nobody waiting. Workers know them because the admin,
which every process loads, imports this module. What is lost with the cache is asked again by pressing the button again.
"""

import secrets
from dataclasses import asdict
from typing import Any

from celery import shared_task
from django.core.cache import cache

from helpdesk.core.bells import ring_now
from helpdesk.core.errors import Refused
from tickets.mail.fetching.diagnosis import test_connection
from tickets.mail.fetching.errors import ServerFailed
from tickets.mail.fetching.proving import proof
from tickets.mail.models import Mailbox

KEPT_SECONDS = 3600
MOST_NAMED = 200
"""So many UIDs of each difference are named; all of them are counted."""


def begin(*, mailbox: Mailbox, what: str) -> str | None:
    """Ring for a check (`connection` or `proof`); the ticket by which its page asks, None while the broker is away."""
    ticket = secrets.token_urlsafe(16)
    task = {"connection": check_connection, "proof": prove}[what]
    return ticket if ring_now(task, mailbox.pk, ticket) else None


def outcome(*, mailbox_id: int, what: str, ticket: str) -> dict[str, Any] | None:
    """What the check found; None as long as it has not."""
    found = cache.get(_key(mailbox_id, what, ticket))
    return found if isinstance(found, dict) else None


@shared_task(ignore_result=True, soft_time_limit=300)
def check_connection(mailbox_id: int, ticket: str) -> None:
    """Try the mailbox's settings step by step."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is not None:
        steps = [asdict(step) for step in test_connection(mailbox)]
        cache.set(_key(mailbox_id, "connection", ticket), {"steps": steps}, KEPT_SECONDS)


@shared_task(ignore_result=True, soft_time_limit=900)
def prove(mailbox_id: int, ticket: str) -> None:
    """Compare what the server holds with what is stored."""
    mailbox = Mailbox.objects.filter(pk=mailbox_id).first()
    if mailbox is not None:
        cache.set(_key(mailbox_id, "proof", ticket), _proof_of(mailbox), KEPT_SECONDS)


def _proof_of(mailbox: Mailbox) -> dict[str, Any]:
    try:
        found = proof(mailbox)
    except (ServerFailed, Refused) as error:
        return {"error": str(error)}
    return {
        "on_server": found.on_server,
        "stored": found.stored,
        "missing": len(found.only_there),
        "only_there": found.only_there[:MOST_NAMED],
        "only_here": found.only_here,
        "as_headers": found.as_headers[:MOST_NAMED],
        "is_complete": found.is_complete,
    }


def _key(mailbox_id: int, what: str, ticket: str) -> str:
    return f"mailbox-check:{mailbox_id}:{what}:{ticket}"
