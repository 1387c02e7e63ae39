"""Files that come with messages."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.filetypes import detect_type
from helpdesk.core.sanitising import clean_name
from helpdesk.core.storage import store_content
from tickets.models import Attachment, Message

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


@dataclass(frozen=True, slots=True)
class NewFile:
    """A file on its way in; `content_type` is our own finding."""

    filename: str
    content: bytes
    content_type: str
    declared_type: str = ""
    content_id: str = ""
    is_inline: bool = False


def read_uploads(uploads: Iterable[UploadedFile]) -> list[NewFile]:
    """Uploaded files as they will be kept. Raises Refused naming the file that is too large."""
    files = []
    for upload in uploads:
        name = clean_name(upload.name or "")[:255] or _("file")
        if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            words = _("“%(name)s” is larger than %(limit)s MB: send a link to it instead.")
            raise Refused(words % {"name": name, "limit": limit})
        upload.seek(0)  # it may be read again, when the action is
        content = upload.read()
        files.append(
            NewFile(
                filename=name,
                content=content,
                content_type=detect_type(content, (upload.content_type or "").lower(), name),
                declared_type=(upload.content_type or "")[:127],
            )
        )
    return files


def store_files(*, message: Message, files: Iterable[NewFile], by: "User | None") -> list[Attachment]:
    """Keep the files and tie them to the message, in the caller's transaction.

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
    return Attachment.objects.bulk_create(attachments) if attachments else []
