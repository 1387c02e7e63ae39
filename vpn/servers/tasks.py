"""Turns of hosts, and what is done about servers each day."""

import structlog
from celery import shared_task

from helpdesk.core.bells import ring_now
from helpdesk.core.errors import Refused
from helpdesk.core.retrying import PATIENT, retrying
from vpn.models import Host
from vpn.servers import turning
from vpn.servers.actions import canaries, reporting

log = structlog.get_logger(__name__)


@shared_task(ignore_result=True)
def turn(key: int) -> None:
    """One turn of a host that Helpdesk reaches itself."""
    host = Host.objects.watched().filter(pk=key, is_direct=True).first()
    if host is not None:
        turning.turn(host)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds: each such host, in a task of its own, so that one that hangs holds up no other."""
    for key in Host.objects.watched().filter(is_direct=True).values_list("pk", flat=True):
        ring_now(turn, key)


@shared_task(ignore_result=True)
def keep_canaries() -> None:
    """Every few minutes: servers whose authority signs by itself have a canary, which is still valid."""
    for server in canaries.lacking():
        try:
            canaries.make_canary(server=server)
        except Refused as refusal:
            log.warning("canary_not_made", server=server.slug, reason=str(refusal))


@shared_task(ignore_result=True)
def clean_up() -> None:
    """Once a day: sessions of long ago."""
    retrying(reporting.forget_old, times=PATIENT)
