"""What a line says, in pieces that a template prints: plain text, addresses, things, and whom it calls."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings

from helpdesk.chat.registries import Card, Named, cards, named_at, named_by
from helpdesk.core.handles import MENTION

MOST_CARDS = 5
"""So many cards of one line are shown; further things are links."""
_ADDRESS = r"(?<!\w)https?://[^\s<>\"]{1,2000}"
_NUMBER = r"(?<![\w#&/])#[0-9]{1,18}(?!\w)"
_FOUND = re.compile(rf"(?P<address>{_ADDRESS})|(?P<number>{_NUMBER})|{MENTION.pattern}", re.IGNORECASE)
_ENDS = ".,;:!?'»”)]}"


@dataclass(frozen=True, slots=True)
class Piece:
    """A piece of a line: `url` where it leads, `is_outside` when that is elsewhere, `called` whom it calls."""

    text: str
    url: str = ""
    is_outside: bool = False
    called: int = 0


@dataclass(frozen=True, slots=True)
class _Part:
    text: str
    address: str = ""
    named: Named | None = None
    handle: str = ""


def things_named(text: str) -> list[Named]:
    """What a line names, each once, in order."""
    return list(dict.fromkeys(part.named for part in _parts(text) if part.named is not None))


def pieces_of(text: str, *, seen: Mapping[Named, Card], called: Mapping[str, tuple[int, str]]) -> list[Piece]:
    """The line for a reader who may see these things; of others stands the plain number, whatever was written. `called`
    are people by their handles."""
    return [_piece(part, seen, called) for part in _parts(text)]


def _piece(part: _Part, seen: Mapping[Named, Card], called: Mapping[str, tuple[int, str]]) -> Piece:
    if part.named is not None:
        card = seen.get(part.named)
        return Piece(part.text, card.url if card else "")
    if part.address:
        return Piece(part.text, part.address, is_outside=True)
    if part.handle in called:
        key, name = called[part.handle]
        return Piece(f"@{name}", called=key)
    return Piece(part.text)


def _parts(text: str) -> Iterator[_Part]:
    position = 0
    for found in _FOUND.finditer(text):
        part, end = _part(found)
        if found.start() > position:
            yield _Part(text[position : found.start()])
        yield part
        position = end
    if position < len(text):
        yield _Part(text[position:])


def _part(found: "re.Match[str]") -> tuple[_Part, int]:
    """What was found, and where it ends."""
    whole = found[0]
    if found["number"]:
        return _Part(whole, named=named_by("#", whole[1:])), found.end()
    if not found["address"]:
        return _Part(whole, handle=whole[1:].lower()), found.end()
    address = whole.rstrip(_ENDS)
    if whole[len(address) :].startswith(")") and address.count("(") > address.count(")"):
        address += ")"
    named = _own(address)
    shown = f"{cards[named[0]].sign}{named[1]}" if named else address
    return _Part(shown, address=address, named=named), found.start() + len(address)


def _own(address: str) -> Named | None:
    """What stands at an address of this site."""
    try:
        parts, ours = urlsplit(address), urlsplit(settings.SITE_URL)
    except ValueError:  # an opening bracket where a host should be
        return None
    same = (parts.scheme.lower(), parts.netloc.lower()) == (ours.scheme, ours.netloc.lower())
    return named_at(parts.path) if same else None
