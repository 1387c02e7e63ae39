"""What rooms above add to what is known of customers; each registers its part in its `AppConfig.ready`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
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
class HandOver:
    """What somebody who leaves has in their hands.

    `count` says how much there is; `few(person, most)` names the first ones, each a text with its URL ("" for none).
    `give(person, successor, by)` hands all of it over, and returns what to say and the page to look at ("" to stay);
    None where it is not handed over by one click. It raises Refused.
    """

    label: Any
    count: Callable[["User"], int]
    few: Callable[["User", int], list[tuple[str, str]]]
    give: Callable[["User", "User", "User"], tuple[str, str]] | None = None


@dataclass(frozen=True, slots=True)
class Access:
    """A line of what a person may see or do: what it is, why, and until when (None for good)."""

    what: Any
    why: Any
    url: str = ""
    until: datetime | None = None


@dataclass(frozen=True, slots=True)
class AccessPart:
    """A part of the page that says what a person may see, and why. `lines(person)` reads in a constant number of
    statements; no line at all is said as `nothing`, and without that the part is left out."""

    label: Any
    lines: Callable[["User"], list[Access]]
    nothing: Any = ""


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


@dataclass(frozen=True, slots=True)
class PersonLink:
    """A page of a higher room about a person, on their page in the administration. `url` gets the person and who looks,
    and gives "" where there is nothing for them to do there; no statement."""

    label: Any
    url: Callable[["User", "User"], str]


person_links: Registry[PersonLink] = Registry("link from a person")
handovers: Registry[HandOver] = Registry("kind of thing that is handed over")
access_parts: Registry[AccessPart] = Registry("part of a person's access")
ways_in: "Registry[Callable[[], list[WayIn]]]" = Registry("way in")
"""Each gives its buttons, none where nothing is set up; asked every time the page is shown."""
security_panels: Registry[SecurityPanel] = Registry("panel of the security page")
person_panels: Registry[Panel] = Registry("panel of a person")
organisation_panels: Registry[Panel] = Registry("panel of an organisation")
merger_parts: Registry[MergerPart] = Registry("part of a merger")

acquaintances: Registry[Callable[["User"], Any]] = Registry("way of knowing people")
"""Whom a member of staff who may not see every customer knows all the same: querysets of people's keys."""

login_names: Registry[Callable[[], bool]] = Registry("list of login names")
"""Each says whether people may sign in just now by a name that is no address."""

names_elsewhere: Registry[Callable[["User"], str]] = Registry("keeper of names")
"""Each says by which name it knows the person whose password it keeps: "" for anybody else."""

passwords_elsewhere: Registry[Callable[["User", "User"], str]] = Registry("keeper of passwords")
"""Each says, of a person and whoever wants to give them a password here, why that can't be: "" where it can."""
