"""Bells of the vault."""

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from vpn.hosting.actions import news


@shared_task(ignore_result=True)
def spread_news() -> None:
    """Tell whoever is to be told what happened."""
    retrying(news.spread, times=PATIENT)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every minute: what nobody rang for."""
    spread_news()
