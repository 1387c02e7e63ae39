"""Bells and daily work of keys."""

import structlog
from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from vpn.actions import linking, news, proposing, publishing, reminding, renewing

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def publish_due() -> None:
    """Revocation lists that are due: rung when something was revoked, and every minute for what was not heard."""
    for refusal in publishing.publish_due():
        log.warning("revocation_list_not_published", reason=refusal)


@shared_task(ignore_result=True)
def end_due() -> None:
    """Links that nobody used, and keys that were replaced."""
    retrying(linking.end_overdue, times=PATIENT)
    retrying(renewing.end_due, times=PATIENT)


@shared_task(ignore_result=True)
def remind() -> None:
    """Once a day: keys that run out, keys that nobody uses."""
    retrying(reminding.remind, times=PATIENT)
    retrying(proposing.propose_unused, times=PATIENT)


@shared_task(ignore_result=True)
def spread_news() -> None:
    """Tell those who issue keys who asks for one: rung when somebody does, and every minute for what was not heard."""
    retrying(news.spread, times=PATIENT)
