"""Mails that lie in files: single ones, folders of them, mbox (RFC 4155) and Maildir."""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from django.conf import settings

from tickets.mail.actions.storing import MOST_HEADER_BYTES

# Beside mails people keep descriptions and lists; given by name, even these are read as mails.
NOT_MAILS = frozenset({".xml", ".json", ".jsonl", ".md", ".csv", ".py", ".html", ".pdf", ".zip", ".gz"})
SINGLE_MAILS = frozenset({".eml", ".msg", ".txt"})
OUTLOOK = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
# "From sender weekday month day hh:mm[:ss] year": a line of a mail that begins with "From " hardly looks like this.
SEPARATOR = re.compile(rb"From \S.*\d{1,2}:\d{2}.*\b\d{4}\b")
QUOTED_SEPARATOR = re.compile(rb">+From ")


@dataclass(frozen=True, slots=True)
class FoundMail:
    """One mail and where it was; `full_size` when it is too large and only its beginning was read."""

    path: str
    content: bytes
    full_size: int | None = None


@dataclass(frozen=True, slots=True)
class Unreadable:
    """A path that gave no mail; `reason` is one sentence."""

    path: str
    reason: str


def find_mails(path: Path) -> Iterator[FoundMail | Unreadable]:
    """Every mail at `path`, in a lasting order, one in memory at a time."""
    if path.is_dir():
        yield from _of_folder(path)
    else:
        yield from _of_file(path)


def _of_folder(folder: Path) -> Iterator[FoundMail | Unreadable]:
    """All files below, but no dot files and nothing that is plainly no mail; of a Maildir what lies in cur and new."""
    if (folder / "cur").is_dir() and (folder / "new").is_dir():
        for path in sorted([*(folder / "cur").iterdir(), *(folder / "new").iterdir()], key=lambda found: found.name):
            if path.is_file() and not path.name.startswith("."):
                yield from _of_single(path)
        others = (path for path in folder.iterdir() if path.name not in ("cur", "new", "tmp") and path.is_dir())
        # Maildir++ keeps further folders beside these, as ".Name".
        for path in sorted(others):
            yield from _of_folder(path)
        return
    try:
        entries = sorted(folder.iterdir())
    except OSError as error:
        yield Unreadable(str(folder), f"{folder} can't be read: {error.strerror}.")
        return
    for path in entries:
        if path.name.startswith("."):
            continue
        if path.is_dir():
            yield from _of_folder(path)
        elif path.is_file() and path.suffix.lower() not in NOT_MAILS:
            yield from _of_file(path)


def _of_file(path: Path) -> Iterator[FoundMail | Unreadable]:
    if path.suffix.lower() not in SINGLE_MAILS and _begins_with(path, b"From "):
        yield from _of_mbox(path)
    else:
        yield from _of_single(path)


def _begins_with(path: Path, mark: bytes) -> bool:
    try:
        with path.open("rb") as stream:
            return stream.read(len(mark)) == mark
    except OSError:
        return False  # told when it is read


def _of_single(path: Path) -> Iterator[FoundMail | Unreadable]:
    try:
        with path.open("rb") as stream:
            size = os.fstat(stream.fileno()).st_size
            is_too_large = size > settings.MAIL_MAX_BYTES
            content = stream.read(MOST_HEADER_BYTES if is_too_large else -1)
    except OSError as error:
        yield Unreadable(str(path), f"{path} can't be read: {error.strerror}.")
        return
    if content.startswith(OUTLOOK):
        yield Unreadable(str(path), f"{path} is in Outlook's own format; save it as .eml in Outlook first.")
    else:
        yield FoundMail(str(path), content, size if is_too_large else None)


def _of_mbox(path: Path) -> Iterator[FoundMail | Unreadable]:
    try:
        with path.open("rb") as stream:
            for content, size in _mbox_parts(stream):
                yield FoundMail(str(path), content, size if size > settings.MAIL_MAX_BYTES else None)
    except OSError as error:
        yield Unreadable(str(path), f"{path} can't be read: {error.strerror}.")


def _mbox_parts(stream: IO[bytes]) -> Iterator[tuple[bytes, int]]:
    """(content, size) of each mail, without the separators and with the quoting of lines like them undone. Of one that
    is too large, `content` is only its beginning."""
    stream.readline()
    content = bytearray()
    size = 0
    after_blank = False
    for line in stream:
        if after_blank and SEPARATOR.match(line):
            yield _without_last_blank(content), size
            content.clear()
            size, after_blank = 0, False
            continue
        after_blank = line in (b"\n", b"\r\n")
        kept = line[1:] if QUOTED_SEPARATOR.match(line) else line
        size += len(kept)
        if size <= settings.MAIL_MAX_BYTES or len(content) < MOST_HEADER_BYTES:
            content += kept
    yield _without_last_blank(content), size


def _without_last_blank(content: bytearray) -> bytes:
    """The empty line before a separator belongs to the separator."""
    for ending in (b"\r\n\r\n", b"\n\n"):
        if content.endswith(ending):
            return bytes(content[: -len(ending) // 2])
    return bytes(content)
