"""Files that come with lines: the same store, limits and downloads as those of tickets."""

from collections.abc import Collection, Iterable, Sequence
from datetime import timedelta
from typing import TYPE_CHECKING
from uuid import UUID

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.chat.models import Enclosure, Line
from helpdesk.core.erasing import drop_files
from helpdesk.core.errors import Refused, ensure
from helpdesk.core.storage import store_content
from helpdesk.core.uploads import NewFile, read_uploads

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

UPLOADS_KEPT = timedelta(days=7)


def store(*, line: Line | None, files: Iterable[NewFile], by: "User") -> list[Enclosure]:
    """Keep the files and tie them to the line (None: to none yet), in the caller's transaction. The bytes are on the
    disk before the rows are."""
    rows = []
    for position, file in enumerate(files):
        name, digest = store_content(file.content)
        rows.append(
            Enclosure(
                line=line,
                uploaded_by=by,
                filename=file.filename,
                content_type=file.content_type,
                size=len(file.content),
                sha256=digest,
                file=name,
                position=position,
            )
        )
    return Enclosure.objects.bulk_create(rows) if rows else []


@transaction.atomic
def upload(*, upload: UploadedFile, by: "User") -> Enclosure:
    """Keep a file ahead of its line: its uploader's alone until a line takes it. Raises Refused."""
    (kept,) = store(line=None, files=read_uploads([upload]), by=by)
    return kept


@transaction.atomic
def remove_upload(*, file: Enclosure, by: "User") -> None:
    """Forget a file that no line has taken. Raises Refused when one has, NotAllowed when somebody else sent it."""
    found = Enclosure.objects.select_for_update().filter(pk=file.pk).first()
    if found is None:
        return
    ensure(found.uploaded_by_id == by.pk)
    if found.line_id is not None:
        raise Refused(_("This file has been sent: it can no longer be taken away."))
    drop_files([str(found.file)])
    found.delete()


def uploads_of(*, by: "User", keys: Collection[UUID], lock: bool = False) -> list[Enclosure]:
    """Those of the person's uploads that no line has taken, in the order of their keys."""
    rows = Enclosure.objects.select_for_update() if lock else Enclosure.objects.all()
    found = rows.filter(pk__in=keys, line__isnull=True, uploaded_by=by).in_bulk() if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def take(*, line: Line, keys: Sequence[UUID], by: "User", after: int) -> list[Enclosure]:
    """Tie the person's uploads to the line behind its first `after` files, in the caller's transaction. Raises Refused
    when one of them is no longer kept."""
    files = uploads_of(by=by, keys=keys, lock=True)
    if len(files) != len(set(keys)):
        raise Refused(_("A file that was attached here is no longer kept: remove it and attach it again."))
    for position, file in enumerate(files, after):
        file.line, file.position = line, position
    if files:
        Enclosure.objects.bulk_update(files, ["line", "position"])
    return files


@transaction.atomic
def sweep_uploads() -> int:
    """Forget uploads of UPLOADS_KEPT ago and older that no line has; returns how many."""
    old = Enclosure.objects.filter(line__isnull=True, created_at__lt=timezone.now() - UPLOADS_KEPT)
    drop_files(list(old.values_list("file", flat=True)))
    return old.delete()[0]
