"""Files of imports and exports in the store."""

from datetime import datetime

from django.db import transaction

from helpdesk.accounts.models import Export, Import
from helpdesk.core.erasing import drop_files
from helpdesk.core.registries import needed_files


def register() -> None:
    """Say which files are still needed; called once when the program starts."""
    needed_files.register("address book", _needed)


@transaction.atomic
def forget_older(*, than: datetime) -> None:
    """Imports with their rows, and exports, created before; their files too."""
    for rows in (Import.objects.filter(created_at__lt=than), Export.objects.filter(created_at__lt=than)):
        drop_files(list(rows.values_list("file", flat=True)))
        rows.delete()


def _needed(names: set[str]) -> set[str]:
    kept = Import.objects.filter(file__in=names).order_by().values_list("file", flat=True)
    return set(kept.union(Export.objects.filter(file__in=names).order_by().values_list("file", flat=True)))
