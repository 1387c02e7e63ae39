"""Where the search's own server is, read from the setting `SEARCH_URL`."""

import re
from dataclasses import dataclass
from urllib.parse import parse_qsl, urlsplit

from django.core.exceptions import ImproperlyConfigured

PORT = 9306
_TABLE = re.compile(r"[a-z_][a-z0-9_]{0,60}(:[a-z_][a-z0-9_]{0,60})?", re.ASCII)
FORM = "sphinxql://host:9306/?index=helpdesk"


@dataclass(frozen=True, slots=True)
class Shelf:
    """A real-time index that takes documents, on the server where it lies."""

    host: str
    port: int
    table: str


@dataclass(frozen=True, slots=True)
class Address:
    """The index that is asked, and the shelves that documents are written to, each to one of them by its number. The
    index is the one shelf, or a distributed index over all of them."""

    host: str
    port: int
    index: str
    shelves: tuple[Shelf, ...]


def read_address(url: str) -> Address | None:
    """The address in `sphinxql://host:9306/?index=helpdesk&write=part0,part1@other:9306`; None for "", which is
    PostgreSQL. Raises ImproperlyConfigured with one sentence."""
    if not url:
        return None
    try:
        parts = urlsplit(url)
        host, port = parts.hostname, parts.port or PORT
        given = dict(parse_qsl(parts.query, strict_parsing=bool(parts.query)))
    except ValueError as error:
        raise ImproperlyConfigured(f"SEARCH_URL can't be read ({error}): write it as {FORM}.") from error
    if parts.scheme != "sphinxql" or not host or parts.path not in ("", "/") or parts.username or parts.fragment:
        raise ImproperlyConfigured(f"SEARCH_URL is empty for PostgreSQL, or of the form {FORM}.")
    if unknown := given.keys() - {"index", "write"}:
        raise ImproperlyConfigured(f"SEARCH_URL knows “index” and “write”, not “{min(unknown)}”.")
    index = given.get("index", "helpdesk")
    written = given.get("write", index).split(",")
    return Address(host, port, _table(index), tuple(_shelf(each, host, port) for each in written))


def _shelf(text: str, host: str, port: int) -> Shelf:
    table, at, where = text.partition("@")
    if not at:
        return Shelf(host, port, _table(table))
    name, colon, number = where.rpartition(":")
    if colon and not number.isdecimal():
        raise ImproperlyConfigured(f"SEARCH_URL writes to “{text[:80]}”, which is not of the form index@host:port.")
    return Shelf(name if colon else where, int(number) if colon else PORT, _table(table))


def _table(name: str) -> str:
    if not _TABLE.fullmatch(name):
        raise ImproperlyConfigured(
            f"SEARCH_URL names an index “{name[:80]}”: its name has small letters, digits and “_” alone."
        )
    return name
