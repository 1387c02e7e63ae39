"""Bells of the accounts room: long imports and exports, and erasures that are due."""

from datetime import timedelta

from celery import shared_task
from django.utils import timezone

from helpdesk.accounts.actions import erasing
from helpdesk.accounts.actions.exporting import make_export
from helpdesk.accounts.actions.importing import UNDER_WAY, work_off
from helpdesk.accounts.actions.token_use import write_use
from helpdesk.accounts.enums import ExportState
from helpdesk.accounts.models import Export, Import
from helpdesk.core.bells import ring_now
from helpdesk.core.retrying import PATIENT, retrying

SILENCE = timedelta(minutes=1)
"""A batch takes seconds: whoever has not made progress for so long is dead, or was never rung for."""


@shared_task(ignore_result=True)
def erase_due() -> None:
    """Every hour: erase those who asked for it and did not take it back."""
    retrying(erasing.erase_all_due, times=PATIENT)


@shared_task(ignore_result=True)
def note_token_use(key: int, network: str) -> None:
    write_use(key=key, network=network)


@shared_task(ignore_result=True)
def work_off_import(key: int) -> None:
    work_off(key)


@shared_task(ignore_result=True)
def write_export(key: int) -> None:
    make_export(key)


@shared_task(ignore_result=True)
def sweep() -> None:
    """Every few seconds, and when a worker starts: ring for what stands still."""
    silent = timezone.now() - SILENCE

    def left() -> tuple[list[int], list[int]]:
        imports = Import.objects.filter(state__in=UNDER_WAY, touched_at__lt=silent).order_by("pk")
        exports = Export.objects.filter(state=ExportState.MAKING, touched_at__lt=silent).order_by("pk")
        return list(imports.values_list("pk", flat=True)), list(exports.values_list("pk", flat=True))

    imports, exports = retrying(left, times=PATIENT)
    for key in imports:
        ring_now(work_off_import, key)
    for key in exports:
        ring_now(write_export, key)
