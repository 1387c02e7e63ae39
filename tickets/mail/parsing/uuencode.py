"""uuencoded files inside plain text become files, in one pass over the lines."""

import re
from dataclasses import dataclass

from tickets.mail.parsing.transfer import uudecode_line

BEGIN = re.compile(r"^begin (?:0?[0-7]{3}) (\S.{0,500}?)[ \t]*$", re.MULTILINE)
MAX_BLOCKS = 100


@dataclass(frozen=True, slots=True)
class EncodedFile:
    name: str
    content: bytes


def take_files(text: str) -> tuple[str, list[EncodedFile]]:
    """The text without its uuencoded blocks, and their files. A block without valid lines stays text."""
    if "begin " not in text:
        return text, []
    kept: list[str] = []
    files: list[EncodedFile] = []
    position = 0
    while len(files) < MAX_BLOCKS and (begin := BEGIN.search(text, position)):
        content, after = _read_block(text, begin.end() + 1)
        if content:
            kept.append(text[position : begin.start()])
            files.append(EncodedFile(begin[1], content))
            position = after
        else:
            kept.append(text[position : begin.end()])
            position = begin.end()
    return "".join(kept) + text[position:], files


def _read_block(text: str, position: int) -> tuple[bytes, int]:
    content: list[bytes] = []
    end = len(text)
    while position < end:
        line_end = text.find("\n", position)
        line_end = end if line_end == -1 else line_end
        line = text[position:line_end].rstrip("\r")
        if line == "end" or line.rstrip() == "end":
            return b"".join(content), min(end, line_end + 1)
        if not line.isascii() or not _looks_encoded(line):
            break
        content.append(uudecode_line(line.encode("ascii")))
        position = line_end + 1
    return b"".join(content), position


def _looks_encoded(line: str) -> bool:
    """A length character and about as many characters as it asks; the empty line and "`" close a block."""
    if not line or line == "`":
        return True
    length = (ord(line[0]) - 32) & 63
    wanted = (length + 2) // 3 * 4
    return 32 <= ord(line[0]) <= 96 and wanted - 4 <= len(line) - 1 <= wanted + 2
