"""Names of attachments that are safe to show and to store: no path, no control or direction characters, bounded."""

import re
from itertools import count

from helpdesk.core.sanitising import clean_name

MAX_NAME_BYTES = 255
MAX_EXTENSION = 16
LONGEST_RAW_NAME = 4096
FORBIDDEN = re.compile(r'[<>:"|?*\x00-\x1f/\\]')
RESERVED = re.compile(r"^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)", re.IGNORECASE)


def safe_filename(name: str, fallback: str) -> str:
    """`name` without its folders and dangerous characters, at most 255 bytes; `fallback` when nothing is left."""
    last = name[-LONGEST_RAW_NAME:].replace("\\", "/").rstrip("/").rpartition("/")[2]
    cleaned = clean_name(FORBIDDEN.sub("_", last)).strip(" .")
    if not cleaned.strip("_. "):
        return fallback
    if RESERVED.match(cleaned):
        cleaned = "_" + cleaned
    return _shortened(cleaned)


def _shortened(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    if not dot or not stem:
        stem, extension = name, ""
    if len(extension) > MAX_EXTENSION:
        stem, extension = name, ""
    ending = ("." + extension if extension else "").encode("utf-8")[: MAX_EXTENSION * 4 + 1]
    kept = stem.encode("utf-8")[: MAX_NAME_BYTES - len(ending)].decode("utf-8", "ignore").rstrip(" .")
    shown = kept + ending.decode("utf-8", "ignore")
    tail = shown.rpartition(".")[2]
    return shown if len(tail) <= MAX_EXTENSION or "." not in shown else shown.replace(".", "_")


class Names:
    """Gives each attachment of a mail a name of its own, numbering the nameless and the equal."""

    def __init__(self) -> None:
        self._taken: set[str] = set()
        self._numbers = count(1)

    def unique(self, name: str) -> str:
        candidate, number = name, 2
        while candidate.lower() in self._taken:
            stem, dot, extension = name.rpartition(".")
            stem, ending = (stem, dot + extension) if dot and stem else (name, "")
            mark = f" ({number}){ending}"
            candidate = (
                stem.encode("utf-8")[: MAX_NAME_BYTES - len(mark.encode("utf-8"))].decode("utf-8", "ignore") + mark
            )
            number += 1
        self._taken.add(candidate.lower())
        return candidate

    def nameless(self, extension: str) -> str:
        return f"attachment-{next(self._numbers)}{extension}"
