"""Documents of office programs are archives of XML. Both old tricks are met before a parser sees anything: archives
that unpack into far more than they are, and documents that define entities. What is in an archive is never unpacked any
further."""

import re
from collections.abc import Iterable
from io import BytesIO
from zipfile import ZIP_DEFLATED, ZIP_STORED, BadZipFile, ZipFile

from helpdesk.search.files.reading.outcomes import Outcome, Unread

MOST_MEMBERS = 5_000
MOST_UNPACKED = 100 * 1024 * 1024
TOO_MUCH = "It unpacks into too much"
STRANGE = "It holds what no office program writes"
LOCKED = "It has a password"
NO_ARCHIVE = "The archive is damaged"
_SEALED = 0x1  # general purpose bit 0 of APPNOTE.TXT, 4.4.4
_DECLARED_ENCODING = re.compile(rb"<\?xml[^>]{0,200}encoding\s*=\s*[\"']([\w.-]{1,40})[\"']")
_HARMLESS_ENCODINGS = (b"utf-8", b"us-ascii", b"ascii")


def opened(content: bytes) -> ZipFile:
    """The archive, of a size that can be looked through. Raises Unread."""
    try:
        archive = ZipFile(BytesIO(content))
    except BadZipFile as error:
        raise Unread(Outcome.DAMAGED, NO_ARCHIVE) from error
    if len(archive.infolist()) > MOST_MEMBERS:
        raise Unread(Outcome.LARGE, TOO_MUCH)
    return archive


def ensure_harmless(archive: ZipFile, names: Iterable[str]) -> None:
    """These members may be unpacked and parsed. Raises Unread."""
    members = [archive.getinfo(name) for name in names]
    if sum(member.file_size for member in members) > MOST_UNPACKED:
        raise Unread(Outcome.LARGE, TOO_MUCH)
    for member in members:
        if member.flag_bits & _SEALED:
            raise Unread(Outcome.ENCRYPTED, LOCKED)
        if member.compress_type not in (ZIP_STORED, ZIP_DEFLATED):
            raise Unread(Outcome.DAMAGED, STRANGE)
        _ensure_plain(archive.read(member))  # stops at the size that was looked at above


def _ensure_plain(document: bytes) -> None:
    """No document type, and an encoding in which none could hide."""
    declared = _DECLARED_ENCODING.search(document[:400])
    is_readable = declared is None or declared[1].lower() in _HARMLESS_ENCODINGS
    if not is_readable or b"\0" in document[:4] or b"<!DOCTYPE" in document or b"<!ENTITY" in document:
        raise Unread(Outcome.DAMAGED, STRANGE)
