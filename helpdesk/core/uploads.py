"""Files on their way in."""

from collections.abc import Iterable
from dataclasses import dataclass

from django.conf import settings
from django.core.files.uploadedfile import UploadedFile
from django.utils.translation import gettext as _

from helpdesk.core.errors import Refused
from helpdesk.core.filetypes import detect_type
from helpdesk.core.sanitising import clean_name

REFUSED_KINDS = frozenset({"application/vnd.microsoft.portable-executable", "application/x-elf"})
"""Programs: no mail server takes them, so they would not arrive."""


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
    """Uploaded files as they will be kept. Raises Refused naming the file that is too large or of a refused kind."""
    files = []
    for upload in uploads:
        name = clean_name(upload.name or "")[:255] or _("file")
        if (upload.size or 0) > settings.UPLOAD_MAX_BYTES:
            limit = settings.UPLOAD_MAX_BYTES // (1024 * 1024)
            words = _("“%(name)s” is larger than %(limit)s MB: send a link to it instead.")
            raise Refused(words % {"name": name, "limit": limit})
        upload.seek(0)  # it may be read again, when the action is
        files.append(_new_file(name, upload.read(), upload.content_type or ""))
    return files


def _new_file(name: str, content: bytes, declared: str) -> NewFile:
    content_type = detect_type(content, declared.lower(), name)
    if content_type in REFUSED_KINDS:
        words = _("“%(name)s” is a program, and mail servers refuse those: put it into an archive with a password.")
        raise Refused(words % {"name": name})
    return NewFile(filename=name, content=content, content_type=content_type, declared_type=declared[:127])
