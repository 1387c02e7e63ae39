"""What a host says of itself, held against what can be said: whoever has a host must not spoil more than its rows."""

from datetime import UTC, datetime
from typing import Annotated, Any

from django.utils.translation import gettext as _
from pydantic import BaseModel, Field, ValidationError

from helpdesk.core.errors import Refused
from vpn.enums import CanaryResult, ListState

Count = Annotated[int, Field(ge=0, le=2**62)]
Moment = Annotated[int, Field(ge=0, le=4_102_444_800)]
"""Seconds since 1970, before 2100."""
TEXT = r"^[^\x00]*$"
"""What PostgreSQL keeps."""
Short = Annotated[str, Field(max_length=64, pattern=TEXT)]
Words = Annotated[str, Field(max_length=300, pattern=TEXT)]
MOST_SESSIONS = 20_000


class ListFound(BaseModel):
    """The revocation list where OpenVPN looks for it."""

    state: ListState
    number: Count | None = None
    next_update: Moment | None = None
    restored: ListState | None = None
    refused: Words = ""


class CanaryTried(BaseModel):
    result: CanaryResult
    detail: Annotated[str, Field(max_length=200, pattern=TEXT)] = ""


class Connected(BaseModel):
    """One line of OpenVPN's `status 3`."""

    name: Short
    client: Count = 0
    real: Short = ""
    address: Short = ""
    received: Count = 0
    sent: Count = 0
    since: Moment = 0


class Peer(BaseModel):
    """One line of WireGuard's dump; `handshake` is 0 for one that never was there."""

    public_key: Short
    real: Short = ""
    allowed: Annotated[str, Field(max_length=400, pattern=TEXT)] = ""
    handshake: Moment = 0
    received: Count = 0
    sent: Count = 0


class Ended(BaseModel):
    id: Count
    done: bool
    count: Count = 0


class Report(BaseModel):
    """Of one turn. What could not be looked at is None, and its reason stands in `troubles`."""

    troubles: Annotated[list[Words], Field(max_length=20)] = []
    crl: ListFound | None = None
    canary: CanaryTried | None = None
    sessions: Annotated[list[Connected], Field(max_length=MOST_SESSIONS)] | None = None
    peers: Annotated[list[Peer], Field(max_length=MOST_SESSIONS)] | None = None
    ended: Annotated[list[Ended], Field(max_length=MOST_SESSIONS)] = []


def read_report(said: Any) -> Report:
    """Raises Refused for what is no report."""
    try:
        return Report.model_validate(said)
    except ValidationError as error:
        raise Refused(_("This is no report of a VPN host.")) from error


def moment(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, tz=UTC)
