"""`read`: the bytes of one file to what it says."""

from helpdesk.core.charsets import without_controls
from helpdesk.search.files.reading.archives import LOCKED, opened
from helpdesk.search.files.reading.kinds import Kind, kind_of
from helpdesk.search.files.reading.outcomes import LONGEST, Outcome, Reading, Unread
from helpdesk.search.files.reading.pdf import text_of_pdf
from helpdesk.search.files.reading.plain import text_of_page, text_of_plain
from helpdesk.search.files.reading.word import is_word, text_of_word
from helpdesk.search.files.reading.workbook import is_workbook, text_of_workbook


def read(content: bytes, *, seconds: float) -> Reading:
    """What the file says, at most LONGEST characters. Raises whatever a library raises for a file that is damaged."""
    try:
        text = _text_of(content, seconds)
    except Unread as unread:
        return Reading(unread.outcome, reason=str(unread))
    text = without_controls(text.replace("\0", " "))[:LONGEST].strip()
    return Reading(Outcome.READ if text else Outcome.EMPTY, text)


def _text_of(content: bytes, seconds: float) -> str:
    kind = kind_of(content)
    if kind == Kind.PDF:
        return text_of_pdf(content, seconds=seconds)
    if kind == Kind.ARCHIVE:
        return _text_of_archive(content)
    if kind == Kind.HTML:
        return text_of_page(content)
    if kind == Kind.TEXT:
        return text_of_plain(content)
    raise Unread(Outcome.ENCRYPTED, LOCKED) if kind == Kind.SEALED else Unread(Outcome.OTHER)


def _text_of_archive(content: bytes) -> str:
    archive = opened(content)
    if is_word(archive):
        return text_of_word(archive)
    if is_workbook(archive):
        return text_of_workbook(archive, content)
    raise Unread(Outcome.OTHER)
