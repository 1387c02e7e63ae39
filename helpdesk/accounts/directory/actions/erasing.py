"""What directories keep of a person who is erased."""

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.core.erasing import Erased


def forget(erased: Erased) -> None:
    """In the caller's transaction. Who is erased is nobody of a directory any more: an entry that still stands there
    makes somebody new. Reports of runs name them no longer."""
    DirectoryPerson.objects.filter(user=erased.person).delete()
    for run in SyncRun.objects.exclude(lines=[]).order_by("pk"):
        lines = erased.out_of_value(run.lines)
        if lines != run.lines:
            SyncRun.objects.filter(pk=run.pk).update(lines=lines)
