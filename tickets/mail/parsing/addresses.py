"""Address lists in one pass over the characters (RFC 5322 and what is sent instead of it).

The standard library's readers recurse on comments and take quadratic time on long lists, so hostile headers stop them.
"""

import re

from tickets.mail.parsing import caps
from tickets.mail.parsing.headers import decode_header
from tickets.mail.parsing.types import Address

SPECIAL = re.compile(r'[",;:<>()\\]')
SIMPLE = re.compile(r'^\s*(?:"([^"\\]*)"|([^",;:<>()\\@]*))\s*<([^<>()\s,;:"\\@]+@[^<>()\s,;:"\\@]+)>\s*$')
BARE = re.compile(r"^\s*([^\s\"<>,;:()\\@]+@[^\s\"<>,;:()\\@]+)\s*$")
IN_TEXT = re.compile(r"<([^<>\s@]{1,300}@[^<>\s@]{1,300})>")
MOST_PIECES_LOOKED_AT = 20
LONGEST_NAME = 1000
LONGEST_ADDRESS = 998


def read_addresses(values: list[str], hint: str = "", warnings: set[str] | None = None) -> tuple[Address, ...]:
    """Every address of the given headers, in order; groups are opened, empty entries left out."""
    found: list[Address] = []
    for value in values:
        found.extend(_read_one(value, hint, caps.MAX_ADDRESSES - len(found)))
        if len(found) >= caps.MAX_ADDRESSES:
            if warnings is not None:
                warnings.add(f"More than {caps.MAX_ADDRESSES} addresses; the rest were not read")
            break
    return tuple(found)


def _read_one(value: str, hint: str, limit: int) -> list[Address]:
    simple = SIMPLE.match(value) if len(value) < LONGEST_NAME else None
    if simple:
        name = simple[1] if simple[1] is not None else simple[2]
        return [Address(_name(name, hint), _address(simple[3]))]
    bare = BARE.match(value) if len(value) < LONGEST_NAME else None
    if bare:
        return [Address("", _address(bare[1]))]
    found: list[Address] = []
    carried = ""
    for entry in _entries(value):
        if len(found) >= limit:
            break
        address = _entry_address(entry, carried, hint)
        carried = ""
        if address is None:
            continue
        if not address.address and not entry.angle and not entry.last:
            carried = entry.phrase + ", "
            continue
        found.append(address)
    return found


class _Entry:
    """One mailbox as it stands in the header: words before the angle brackets, what is in them, comments."""

    __slots__ = ("angle", "comment", "last", "phrase", "quoted")

    def __init__(self) -> None:
        self.phrase = ""
        self.angle = ""
        self.comment = ""
        self.quoted = False
        self.last = False


def _entries(value: str) -> list[_Entry]:
    entries: list[_Entry] = []
    entry, text = _Entry(), _Pieces()
    position, end, quotes_left, angles_left = 0, len(value), True, True
    while position < end and len(entries) <= caps.MAX_ADDRESSES * 2:
        special = SPECIAL.search(value, position)
        if special is None:
            text.phrase.append(value[position:])
            break
        at, mark = special.start(), special[0]
        text.phrase.append(value[position:at])
        position = at + 1
        if mark == '"' and quotes_left:
            closing = _closing_quote(value, position)
            quotes_left = closing != -1
            if quotes_left:
                text.phrase.append(value[position:closing].replace("\\", ""))
                entry.quoted = True
                position = closing + 1
        elif mark == "(":
            position = _comment_end(value, position)
            text.comment.append(value[at + 1 : position - 1])
        elif mark == "<" and angles_left:
            closing = value.find(">", position)
            angles_left = closing != -1
            text.angle.append(value[position : closing if angles_left else end])
            position = closing + 1 if angles_left else end
        elif mark in ",;":
            entries.append(text.fill(entry))
            entry, text = _Entry(), _Pieces()
            entry.last = mark == ";"
            if mark == ";":
                entries[-1].last = True
        elif mark == ":":
            if any("@" in piece for piece in text.phrase[-MOST_PIECES_LOOKED_AT:]):
                text.phrase.append(mark)
            else:
                text.phrase.clear()
        elif mark == "\\":
            text.phrase.append(value[position : position + 1])
            position += 1
    entries.append(text.fill(entry))
    entries[-1].last = True
    return entries


class _Pieces:
    __slots__ = ("angle", "comment", "phrase")

    def __init__(self) -> None:
        self.phrase: list[str] = []
        self.angle: list[str] = []
        self.comment: list[str] = []

    def fill(self, entry: _Entry) -> _Entry:
        entry.phrase = "".join(self.phrase).strip()
        entry.comment = " ".join(self.comment).strip()
        entry.angle = next(
            (angle for angle in reversed(self.angle) if "@" in angle), self.angle[-1] if self.angle else ""
        )
        return entry


def _closing_quote(value: str, position: int) -> int:
    while True:
        closing = value.find('"', position)
        if closing <= 0 or value[closing - 1] != "\\" or value[closing - 2] == "\\":
            return closing
        position = closing + 1


def _comment_end(value: str, position: int) -> int:
    depth = 1
    for found in re.compile(r"[()]").finditer(value, position):
        depth += 1 if found[0] == "(" else -1
        if depth == 0:
            return found.end()
    return len(value) + 1


def _entry_address(entry: _Entry, carried: str, hint: str) -> Address | None:
    phrase = (carried + entry.phrase).strip()
    if entry.angle:
        return Address(_name(phrase or entry.comment, hint), _address(entry.angle))
    if not phrase and not entry.comment:
        return None
    if "@" in phrase:
        words = phrase.split()
        address = next(word for word in words if "@" in word)
        rest = " ".join(word for word in words if word is not address)
        return Address(_name(rest or entry.comment, hint), _address(address))
    decoded = _name(phrase, hint)
    if not decoded:
        return None
    hidden = IN_TEXT.search(decoded)
    if hidden:
        return Address(decoded[: hidden.start()].strip(' "'), _address(hidden[1]))
    if len(phrase.split()) == 1 and not entry.quoted and "=?" not in phrase and not carried and entry.last:
        return Address(_name(entry.comment, hint), _address(phrase))
    return Address(decoded, "")


def _name(text: str, hint: str) -> str:
    return decode_header(text[:LONGEST_NAME], hint).strip().strip('"').strip() if text else ""


def _address(text: str) -> str:
    if not text.isascii() or "=?" in text:
        text = decode_header(text[:LONGEST_ADDRESS])
    text = (
        "".join(text.split()).strip("<>").rpartition(":")[2]
        if text.lstrip().startswith("@")
        else "".join(text.split()).strip("<>")
    )
    return "".join(character for character in text.removeprefix("mailto:") if character.isprintable())[:LONGEST_ADDRESS]
