"""Parts of a file: a download that broke off goes on where it was (RFC 9110, section 14)."""

import re
from typing import IO

from django.http import HttpRequest

ONE = re.compile(r"bytes=([0-9]{1,18})?-([0-9]{1,18})?")


class NoSuchPart(Exception):
    """The part begins behind the end: 416, with the size in `Content-Range`."""


def part_asked_for(request: HttpRequest, *, size: int, tag: str) -> range | None:
    """Which bytes are asked for; None for all of them. `tag` is the strong ETag of the file as it is now, without which
    `If-Range` gets the whole. Several parts at once, and what is no range, get the whole as well, as the RFC has it.

    Raises NoSuchPart.
    """
    given = ONE.fullmatch(request.headers.get("Range", "").strip())
    if given is None or request.method != "GET" or request.headers.get("If-Range", tag) != tag:
        return None
    first, last = given.groups()
    if first is None and last is None:
        return None
    if first is None:
        return _end(int(last), size)
    begin, end = int(first), size if last is None else min(int(last) + 1, size)
    if last is not None and int(last) < begin:
        return None
    if begin >= size:
        raise NoSuchPart
    return range(begin, end)


def _end(length: int, size: int) -> range | None:
    if length == 0:
        raise NoSuchPart
    return range(max(size - length, 0), size) if size else None


class Part:
    """A file that is read from where it stands, for so many bytes and no more."""

    def __init__(self, stream: IO[bytes], length: int) -> None:
        self._stream, self._left = stream, length

    def read(self, size: int = -1) -> bytes:
        chunk = self._stream.read(self._left if size < 0 else min(size, self._left))
        self._left -= len(chunk)
        return chunk

    def close(self) -> None:
        self._stream.close()
