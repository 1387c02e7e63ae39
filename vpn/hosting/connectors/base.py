"""What every connector takes and gives."""

import secrets
import string
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from helpdesk.core.errors import Refused

MOST = 500
"""Rows of one kind that are kept of what a panel tells."""
SHORT = 200
"""Letters of one word of a panel's."""
LETTERS = string.ascii_letters + string.digits


@dataclass(frozen=True, slots=True)
class Door:
    """Where the panel or server is and as whom we come. `authority`: certificates in PEM that vouch for it in place of
    the system's; `host_key`: the SSH host key that a person confirmed; `options`: as the connector's `options` name."""

    address: str
    login: str
    secret: str = field(repr=False)
    authority: str = ""
    host_key: str = ""
    options: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Wanted:
    """An access to be made: `name` is what the account, key or line is called over there, in small letters and digits;
    `person` and `email` whose it is; `until` when it ends (UTC)."""

    name: str
    person: str
    email: str
    until: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What the person gets: a login with a password, a link to click, or an SSH key. `note`: one more sentence."""

    login: str = ""
    secret: str = field(default="", repr=False)
    url: str = field(default="", repr=False)
    is_key: bool = False
    note: str = ""


@dataclass(frozen=True, slots=True)
class Site:
    name: str
    owner: str = ""
    is_active: bool = True


@dataclass(frozen=True, slots=True)
class Disk:
    """`used` and `limit` in bytes; None where there is no limit."""

    name: str
    used: int
    limit: int | None = None


@dataclass(frozen=True, slots=True)
class SiteCertificate:
    name: str
    ends_at: datetime


@dataclass(frozen=True, slots=True)
class Facts:
    sites: list[Site]
    disks: list[Disk]
    certificates: list[SiteCertificate]


@dataclass(frozen=True, slots=True)
class Option:
    """One more thing to be said of a door."""

    name: str
    label: Any
    help: Any


class Connector(Protocol):
    """One kind of panel. Every function raises Refused with one sentence; none of them waits longer than a minute."""

    label: Any
    example: str
    """An address as people write it."""
    secret_help: Any
    options: tuple[Option, ...]

    def sound(self, address: str) -> str:
        """The address as it is kept. Raises Refused; asks nobody."""

    def check(self, door: Door) -> str:
        """What answers there, in a few words."""

    def make_access(self, door: Door, wanted: Wanted) -> Given: ...

    def remove_access(self, door: Door, name: str) -> None:
        """The access of that name is gone afterwards; there may have been none."""

    def left_over(self, door: Door) -> str:
        """What of an access can't be ended from here and until when, in one sentence; "" for nothing. Asks nobody."""

    def sites(self, door: Door) -> list[Site]: ...

    def disk(self, door: Door) -> list[Disk]: ...

    def certificates(self, door: Door) -> list[SiteCertificate]: ...


class HostKeyUnknown(Refused):
    """A server's key is to be looked at by a person first. `key` is as in `known_hosts`, without the name."""

    def __init__(self, words: str, key: str) -> None:
        super().__init__(words)
        self.key = key


class HostKeyChanged(HostKeyUnknown):
    """It is not the key that a person confirmed."""


def new_password() -> str:
    """24 letters and digits, with one of each kind that panels ask for (about 142 bits)."""
    while True:
        made = (
            "".join(secrets.choice(LETTERS) for _ in range(22)) + secrets.choice("-_") + secrets.choice(string.digits)
        )
        if any(each.isupper() for each in made) and any(each.islower() for each in made):
            return made


def tidy(text: object) -> str:
    """A panel's word as it may be kept: a line of visible letters, not too long. Raises nothing."""
    kept = "".join(each for each in str(text) if unicodedata.category(each)[0] != "C")
    return " ".join(kept.split())[:SHORT]
