"""PDF, by pypdf: in Python alone, so that a hostile file can waste time and memory, which have limits, and no more."""

import time
from io import BytesIO

from pypdf import PdfReader

from helpdesk.search.files.reading.archives import LOCKED
from helpdesk.search.files.reading.outcomes import LONGEST, Outcome, Unread

MOST_PAGES = 2_000
NO_PAGE = "No page of it can be read"


def text_of_pdf(content: bytes, *, seconds: float) -> str:
    """The words page by page, as far as they come within so many seconds of processor time. A page that can't be read
    does not hide the others. One that opens without a password is read, whatever it forbids. Raises Unread."""
    end = time.process_time() + seconds
    reader = PdfReader(BytesIO(content), strict=False)
    if reader.is_encrypted and not reader.decrypt(""):
        raise Unread(Outcome.ENCRYPTED, LOCKED)
    pages: list[str] = []
    length = failed = 0
    for number in range(min(len(reader.pages), MOST_PAGES)):
        try:
            pages.append(reader.pages[number].extract_text())
            length += len(pages[-1])
        except (MemoryError, RecursionError):
            raise
        except Exception:  # noqa: BLE001 - whatever the library makes of one page, the others are still pages
            failed += 1
        if length > LONGEST or (pages and time.process_time() > end):
            break
    if failed and not pages:
        raise Unread(Outcome.DAMAGED, NO_PAGE)
    return "\n".join(pages)
