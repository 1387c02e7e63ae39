"""What a lower room shows of a higher one: the higher room registers in its `AppConfig.ready`."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any, Generic, TypeVar

T = TypeVar("T")


class Registry(Generic[T]):
    """Named things in the order of registration. A name taken twice is a programming error."""

    def __init__(self, what: str) -> None:
        self.what = what
        self._things: dict[str, T] = {}

    def register(self, name: str, thing: T) -> None:
        if name in self._things:
            raise ValueError(f"The {self.what} {name!r} is registered already.")
        self._things[name] = thing

    def __getitem__(self, name: str) -> T:
        return self._things[name]

    def get(self, name: str, default: T) -> T:
        return self._things.get(name, default)

    def __contains__(self, name: str) -> bool:
        return name in self._things

    def items(self) -> Iterator[tuple[str, T]]:
        return iter(self._things.items())


@dataclass(frozen=True, slots=True)
class QueueProbe:
    """A queue that is watched: how many wait, and how long the oldest has.

    `arrivals` counts what has come since a mark (see `helpdesk.core.arrivals`); `parts` names what the queue is made of
    where one part may stand still alone, each with a state of its own. `reasons` says in the language of now what is
    wrong, a sentence each, where a count says too little.
    """

    label: Any
    measure: Callable[[], "QueueState"]
    arrivals: Callable[[int | None], "Arrivals"] | None = None
    parts: Callable[[], dict[str, "QueueState"]] | None = None
    reasons: Callable[[], list[str]] | None = None


@dataclass(frozen=True, slots=True)
class QueueState:
    """Counts of rows; age of the oldest waiting row in seconds."""

    waiting: int
    failed: int
    oldest_seconds: float


@dataclass(frozen=True, slots=True)
class Arrivals:
    """How many rows came after the last mark, and the mark for the next count."""

    came: int
    mark: int


@dataclass(frozen=True, slots=True)
class CabinetCard:
    """One of the large things on the cabinet's first page beside the requests. `is_for` says whom it is shown."""

    title: Any
    text: Any
    url_name: str
    icon: str
    is_for: Callable[[Any], bool]


@dataclass(frozen=True, slots=True)
class RailLink:
    """A page of a higher room in the menu of a door. `is_for` says whom it is shown, without a statement."""

    label: Any
    url_name: str
    is_for: Callable[[Any], bool]


desk_links: Registry[RailLink] = Registry("link of the desk")
cabinet_links: Registry[RailLink] = Registry("link of the cabinet")
cabinet_cards: Registry[CabinetCard] = Registry("card of the cabinet")
queue_probes: Registry[QueueProbe] = Registry("queue probe")

needed_files: Registry[Callable[[set[str]], set[str]]] = Registry("room that keeps files")
"""Which of these names in the store rows of the room still point at: equal files are kept once for everybody."""

frames: Registry[Callable[..., dict[str, Any]]] = Registry("frame")
"""By the door ("desk"): what stands round every page of it for the person who looks, as its base template reads it; the
keyword `current` names what is shown."""
