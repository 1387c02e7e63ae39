"""What small files of text say: lists of passwords, keys and settings come as such."""

from collections.abc import Iterable, Iterator

from helpdesk.core.uploads import NewFile
from tickets.models import Attachment

MOST_BYTES = 64 * 1024
MOST_FILES = 10
_BREAKS = "\t\n\r\f"


def small_text_of(file: Attachment) -> str | None:
    """What a file of the store says; None where it is large, gone or no text."""
    if not 0 < file.size <= MOST_BYTES or not file.file.storage.exists(str(file.file)):
        return None
    with file.file.open("rb") as stream:
        return text_of(stream.read(MOST_BYTES + 1))


def small_texts(files: Iterable[Attachment]) -> Iterator[tuple[Attachment, str]]:
    """The first few files that say something, each with that."""
    small = [file for file in files if 0 < file.size <= MOST_BYTES]
    for file in small[:MOST_FILES]:
        if text := small_text_of(file):
            yield file, text


def texts_in(files: Iterable[NewFile]) -> list[str]:
    """What those say that come with a message. Reads nothing but them."""
    small = [file.content for file in files if 0 < len(file.content) <= MOST_BYTES]
    return [text for content in small[:MOST_FILES] if (text := text_of(content))]


def text_of(content: bytes) -> str | None:
    """The text that these bytes are: UTF-8, UTF-16 with its mark, or windows-1251; None where they are none."""
    if len(content) > MOST_BYTES:
        return None
    marked = content.startswith((b"\xff\xfe", b"\xfe\xff"))
    for charset in ("utf-16",) if marked else ("utf-8-sig", "cp1251"):
        try:
            text = content.decode(charset)
        except UnicodeDecodeError:
            continue
        return text if all(each.isprintable() or each in _BREAKS or each.isspace() for each in text) else None
    return None
