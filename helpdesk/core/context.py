"""Who is acting from where, carried beside the call stack so that the journal and the logs need no extra arguments."""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, replace
from uuid import uuid4


@dataclass(frozen=True, slots=True)
class Origin:
    """Where an act comes from: the door (`desk`, `cabinet`, `admin`, `api`, `web` for the other pages, `mail`, `task`,
    `command`), the address, the request. `really` is the key of the person who does it as somebody else."""

    door: str
    request_id: str
    address: str | None = None
    really: int | None = None


_origin: ContextVar[Origin | None] = ContextVar("origin", default=None)


def current_origin() -> Origin:
    """The origin of what runs now; a command's when nobody said otherwise."""
    return _origin.get() or Origin(door="command", request_id="")


@contextmanager
def acting_from(door: str, *, address: str | None = None, request_id: str | None = None) -> Iterator[Origin]:
    """Everything inside the block acts from this door."""
    origin = Origin(door=door, address=address, request_id=request_id or uuid4().hex)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)


@contextmanager
def seen_by(person: int) -> Iterator[Origin]:
    """Everything inside the block is done by the person with this key, whoever it is done as."""
    origin = replace(current_origin(), really=person)
    token = _origin.set(origin)
    try:
        yield origin
    finally:
        _origin.reset(token)
