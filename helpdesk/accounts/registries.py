"""What rooms above add to what is known of customers; each registers its part in its `AppConfig.ready`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.core.registries import Registry

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

Values = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Panel:
    """A box on the card of a person or organisation.

    `values` gets whom the card is about, who looks, and the words of the card's address (for a page of a list); it
    reads in a constant number of statements and gives what `template` shows as `panel`, or None for no box at all.
    `beside_tickets`: the box also stands beside the person's tickets, where it is loaded after the page.
    """

    template: str
    values: Callable[[Any, "User", Mapping[str, str]], Values | None]
    beside_tickets: bool = True


@dataclass(frozen=True, slots=True)
class MergerPart:
    """What changes hands when a person turns out to be another one.

    `move(merged, survivor)` does it and gives exactly what it did as JSON; `give_back(merged, survivor, moved)` undoes
    that and nothing else: what has gone elsewhere since stays there. Both run inside the merger's transaction, with the
    two people locked. `count(person)` says how much there is, for the page that asks.
    """

    label: Any
    count: Callable[["User"], int]
    move: Callable[["User", "User"], Any]
    give_back: Callable[["User", "User", Any], None]


@dataclass(frozen=True, slots=True)
class WayIn:
    """Another way to sign in, a button on that page. `url` is a path of ours that takes `next`."""

    label: Any
    url: str
    icon: str = "arrow-right"


@dataclass(frozen=True, slots=True)
class SecurityPanel:
    """A box on a person's page of how they sign in. `values` gets whose page it is and gives what `template` reads as
    `panel`, or None for no box; it only reads."""

    template: str
    values: Callable[["User"], Values | None]


ways_in: "Registry[Callable[[], list[WayIn]]]" = Registry("way in")
"""Each gives its buttons, none where nothing is set up; asked every time the page is shown."""
security_panels: Registry[SecurityPanel] = Registry("panel of the security page")
person_panels: Registry[Panel] = Registry("panel of a person")
organisation_panels: Registry[Panel] = Registry("panel of an organisation")
merger_parts: Registry[MergerPart] = Registry("part of a merger")

acquaintances: Registry[Callable[["User"], Any]] = Registry("way of knowing people")
"""Whom a member of staff who may not see every customer knows all the same: querysets of people's keys."""
