"""Bells of the vault."""

import time

from celery import shared_task

from helpdesk.core.retrying import PATIENT, retrying
from vpn.hosting.actions import doors, granting, news, temporary, visiting

LONGEST = 240.0
"""Seconds after which a task makes room for others; the next bell goes on."""


@shared_task(ignore_result=True)
def spread_news() -> None:
    """Tell whoever is to be told what happened."""
    retrying(news.spread, times=PATIENT)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every minute: grants whose time is over, and what nobody rang for."""
    retrying(granting.end_run_out, times=PATIENT)
    spread_news()


@shared_task(ignore_result=True)
def visit_accesses() -> None:
    """Make and remove temporary accesses that are due, until none is."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and visiting.visit_next_access():
        pass


@shared_task(ignore_result=True)
def visit_doors() -> None:
    """Ask doors whose facts were asked for, until all are."""
    until = time.monotonic() + LONGEST
    while time.monotonic() < until and visiting.visit_next_door():
        pass


@shared_task(ignore_result=True)
def sweep_accesses() -> None:
    """Every half minute, and when a worker starts: what is due, what was lost, what nobody rang for."""
    retrying(temporary.end_lost, times=PATIENT)
    visit_accesses()


@shared_task(ignore_result=True)
def sweep_doors() -> None:
    """Likewise for what doors are asked."""
    visit_doors()


@shared_task(ignore_result=True)
def ask_doors() -> None:
    """Every night: all doors tell their sites, disk and certificates."""
    retrying(doors.ask_all, times=PATIENT)
    visit_doors()
