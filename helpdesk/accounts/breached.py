"""Passwords that thieves know: looked up in a local file, by halving, so that it costs neither memory nor the network.

The file is what the Pwned Passwords downloader writes in one piece: lines `SHA-1:COUNT` in capitals, in order of the
hash (https://haveibeenpwned.com/Passwords). Lines without a count are read as well.
"""

import hashlib
import re
from pathlib import Path
from typing import BinaryIO

import structlog
from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

log = structlog.get_logger(__name__)
LONGEST_LINE = 64
_LINE = re.compile(rb"[0-9A-F]{40}(:\d{1,12})?")


class BreachedPasswordValidator:
    """Refuses what is in the file `BREACHED_PASSWORDS`; without one, nothing. A file that can't be read is a line in
    the log: nobody is kept from choosing a password by it."""

    def validate(self, password: str, user: object = None) -> None:
        if not settings.BREACHED_PASSWORDS:
            return
        try:
            with Path(settings.BREACHED_PASSWORDS).open("rb") as file:
                is_known = contains(file, password)
        except OSError as error:
            log.error("breached_passwords_unread", path=settings.BREACHED_PASSWORDS, error=type(error).__name__)
            return
        if is_known:
            raise ValidationError(
                _("Thieves know this password from another site. Choose one that you use nowhere else."),
                code="password_breached",
            )

    def get_help_text(self) -> str:
        return _("It must not be one that was stolen from another site.")


def contains(file: BinaryIO, password: str) -> bool:
    """Whether the password's SHA-1 is in the file. About 36 reads of a few bytes for a billion lines."""
    wanted = hashlib.new("sha1", password.encode(), usedforsecurity=False).hexdigest().upper().encode()
    low, high = 0, file.seek(0, 2)
    while low < high:
        middle = (low + high) // 2
        start, line = _line_at(file, middle, low)
        found = line[:40].upper()
        if found == wanted:
            return True
        if found < wanted:
            low = start + len(line) + 1
        else:
            high = start
    return False


def first_fault(file: BinaryIO) -> str:
    """What is wrong with the file, of which every line is looked at; "" when it can be used."""
    before = b""
    for number, line in enumerate(file, start=1):
        line = line.rstrip(b"\r\n")
        if not _LINE.fullmatch(line):
            return f"line {number} is no SHA-1 in capitals with a count"
        if line[:40] <= before:
            return f"line {number} is out of order: download the file ordered by hash"
        before = line[:40]
    return "" if before else "it is empty"


def _line_at(file: BinaryIO, position: int, low: int) -> tuple[int, bytes]:
    """The line in which the byte at the position stands, and where that begins, not before `low`."""
    back = max(low, position - LONGEST_LINE)
    file.seek(back)
    part = file.read(position - back + LONGEST_LINE)
    begin = part.rfind(b"\n", 0, position - back) + 1
    end = part.find(b"\n", begin)
    return back + begin, part[begin:] if end < 0 else part[begin:end]
