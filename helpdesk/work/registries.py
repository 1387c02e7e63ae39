"""The kinds of long work; each room registers its own in its `AppConfig.ready`."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import IO, Any, Protocol

from helpdesk.core.registries import Registry
from helpdesk.work.models import Job


class Tell(Protocol):
    """Says how far the work is, and keeps it in this worker's hands. Raises LeaseLost when it is not any more."""

    def __call__(self, done: int, total: int | None) -> None: ...


@dataclass(frozen=True, slots=True)
class Kind:
    """One kind of work. `label` is what people read; `filename` and `content_type` are those of its file.

    `write(job, out, tell)` writes the file's bytes to `out`, calling `tell` every few seconds at the least. It runs in
    the owner's language and time zone, changes nothing else (it may be run again from the start), and raises Refused
    with words for the owner when it can't be done.
    """

    label: Any
    filename: str
    content_type: str
    write: Callable[[Job, IO[bytes], Tell], None]


kinds: Registry[Kind] = Registry("kind of long work")
"""By the value of `Job.kind`."""
