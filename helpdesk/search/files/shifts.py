"""A worker's while at the files: reading what waits, and having documents say what changed."""

import threading
import time

from django.conf import settings
from django.core.files.storage import default_storage

from helpdesk.search.files import claiming
from helpdesk.search.files.reader import read_together
from helpdesk.search.files.reading.outcomes import Outcome, Reading
from helpdesk.search.files.reading.plain import HEAD_BYTES
from helpdesk.search.models import FileText
from helpdesk.search.registries import holders

SECONDS = 5.0
"""After so long nothing further is begun: other work of the queue waits."""
TOLD = 20
TOO_LARGE = "It has more bytes than are read"
GONE = "It is not in the store"
_turn = threading.Lock()
"""One thread of a worker reads; the others have other work to do."""


def work_shift() -> bool:
    """Read what waits for some seconds. True when nothing is left, or another thread is at it."""
    if not _turn.acquire(blocking=False):
        return True
    try:
        end = time.monotonic() + SECONDS
        while read_some() or tell_some():
            if time.monotonic() > end:
                return False
        return True
    finally:
        _turn.release()


def read_some() -> int:
    """Claim files, have them read, write what became of them; how many there were."""
    claimed = claiming.claim()
    at_hand: list[tuple[FileText, bytes]] = []
    for row in claimed:
        content = _content_of(row)
        if isinstance(content, Reading):
            claiming.finish(row, content)
        else:
            at_hand.append((row, content))
    readings = read_together([content for _row, content in at_hand]) if at_hand else []
    for place, ((row, _content), reading) in enumerate(zip(at_hand, readings, strict=True)):
        if reading is not None:
            claiming.finish(row, reading)
        else:
            claiming.put_back(row, blame=place == 0 or readings[place - 1] is not None)
    return len(claimed)


def _content_of(row: FileText) -> bytes | Reading:
    """The bytes to be read, of a text its beginning; or why there is nothing to read."""
    is_text = row.content_type.startswith("text/")
    if row.size > settings.FILE_TEXT_MAX_BYTES and not is_text:
        return Reading(Outcome.LARGE, reason=TOO_LARGE)
    try:
        with default_storage.open(row.name, "rb") as stream:
            return bytes(stream.read(HEAD_BYTES if is_text else -1))
    except FileNotFoundError:
        return Reading(Outcome.DAMAGED, reason=GONE)


def tell_some() -> int:
    """Have the rooms write those documents anew that hold texts which changed; how many texts. What changes once more
    meanwhile is told once more."""
    changed = list(FileText.objects.changed().values_list("name", "changed_at")[:TOLD])
    if changed:
        for _room, write_anew in holders.items():
            write_anew([name for name, _at in changed])
    for name, at in changed:
        FileText.objects.filter(name=name, changed_at=at).update(changed_at=None)
    return len(changed)
