"""Files that come with messages."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace
from datetime import timedelta
from html import unescape
from typing import TYPE_CHECKING
from urllib.parse import unquote
from uuid import UUID, uuid4

from django.core.files.uploadedfile import UploadedFile
from django.db import transaction
from django.db.models import Exists, OuterRef
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused, ensure
from helpdesk.core.filetypes import INLINE_PICTURES
from helpdesk.core.storage import store_content
from helpdesk.core.uploads import NewFile, read_uploads
from helpdesk.search.files.listing import Stored, come, come_together, forget_unneeded
from helpdesk.search.models import FileText
from tickets.models import Attachment, KeptDraft, Message

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


_SHOWN = re.compile(r'src="cid:([^"]*)"')
MOST_SHOWN = 100
UPLOADS_KEPT = timedelta(days=7)
MOST_LISTED = 10_000


def store_files(*, message: Message | None, files: Iterable[NewFile], by: "User | None") -> list[Attachment]:
    """Keep the files and tie them to the message (None: to none yet), in the caller's transaction.

    The bytes are on the disk before the rows are: a row never points at nothing.
    """
    attachments = []
    for position, file in enumerate(files):
        name, digest = store_content(file.content)
        attachments.append(
            Attachment(
                message=message,
                uploaded_by=by,
                filename=file.filename,
                content_type=file.content_type,
                declared_type=file.declared_type,
                content_id=file.content_id[:250],
                is_inline=file.is_inline,
                size=len(file.content),
                sha256=digest,
                file=name,
                position=position,
            )
        )
        come(Stored(name, file.filename, file.content_type, len(file.content)))
    return Attachment.objects.bulk_create(attachments) if attachments else []


@transaction.atomic
def upload(*, upload: UploadedFile, by: "User") -> Attachment:
    """Keep a file ahead of the message it is for: its uploader's alone until a message takes it. A picture can be shown
    in the text, by `cid:` and its `content_id`. Raises Refused."""
    (file,) = read_uploads([upload])
    if file.content_type in INLINE_PICTURES:
        file = replace(file, content_id=f"{uuid4().hex}@helpdesk")
    (kept,) = store_files(message=None, files=[file], by=by)
    return kept


@transaction.atomic
def remove_upload(*, file: Attachment, by: "User") -> None:
    """Forget a file that no message has taken. Raises Refused when one has, NotAllowed when somebody else sent it."""
    found = Attachment.objects.select_for_update().filter(pk=file.pk).first()
    if found is None:
        return
    ensure(found.uploaded_by_id == by.pk)
    if found.message_id is not None:
        raise Refused(_("This file has been sent: it can no longer be taken away."))
    found.delete()
    forget_unneeded([str(found.file)])


def uploads_of(*, by: "User", keys: Collection[UUID], lock: bool = False) -> list[Attachment]:
    """Those of the person's uploads that no message has taken, in the order of their keys."""
    rows = Attachment.objects.select_for_update() if lock else Attachment.objects.all()
    found = rows.filter(pk__in=keys, message__isnull=True, uploaded_by=by).in_bulk() if keys else {}
    return [found[key] for key in dict.fromkeys(keys) if key in found]


def waiting_pictures(html: str, *, by: "User") -> list[Attachment]:
    """Those of the person's uploads that the HTML shows and no message has taken."""
    words = [unquote(unescape(word)) for word in _SHOWN.findall(html)[:MOST_SHOWN]]
    waiting = Attachment.objects.filter(message__isnull=True, uploaded_by=by, content_id__in=words)
    return list(waiting.order_by("pk")) if words else []


def again(keys: Sequence[UUID], *, by: "User") -> list[NewFile]:
    """The person's uploads as files of a second message."""
    files = []
    for each in uploads_of(by=by, keys=keys):
        with each.file.open("rb") as stream:
            content = stream.read()
        files.append(NewFile(each.filename, content, each.content_type, each.declared_type, each.content_id))
    return files


def take_uploads(*, message: Message, keys: Sequence[UUID], by: "User", after: int) -> list[Attachment]:
    """Tie the person's uploads to the message behind its first `after` files, in the caller's transaction. Raises
    Refused when one of them is no longer kept."""
    files = uploads_of(by=by, keys=keys, lock=True)
    if len(files) != len(set(keys)):
        raise Refused(_("A file that was attached here is no longer kept: remove it and attach it again."))
    for position, file in enumerate(files, after):
        file.message, file.position = message, position
    if files:
        Attachment.objects.bulk_update(files, ["message", "position"])
    return files


@transaction.atomic
def sweep_uploads() -> int:
    """Forget uploads of UPLOADS_KEPT ago and older that no message has and no draft holds; returns how many."""
    old = Attachment.objects.filter(message__isnull=True, created_at__lt=timezone.now() - UPLOADS_KEPT)
    drafts = KeptDraft.objects.filter(author__in=old.values("uploaded_by")).values_list("fields", flat=True)
    held = {file["id"] for fields in drafts for file in fields.get("files", [])}
    forgotten = old.exclude(pk__in=held)
    names = list(forgotten.values_list("file", flat=True))
    count = forgotten.delete()[0]
    forget_unneeded(names)
    return count


@transaction.atomic
def list_files() -> int:
    """Have those files read that nobody listed: stored before texts were read at all, or while their text was being
    forgotten. Up to MOST_LISTED contents at once; returns how many."""
    unlisted = Attachment.objects.filter(~Exists(FileText.objects.filter(name=OuterRef("file"))), size__gt=0)
    rows = unlisted.order_by("file", "pk").distinct("file")[:MOST_LISTED]
    found = [Stored(str(row.file), row.filename, row.content_type, row.size) for row in rows]
    if found:
        come_together(found)
    return len(found)
