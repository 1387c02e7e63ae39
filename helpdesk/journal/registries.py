"""What the rooms above say of their lines; each registers its part in its `AppConfig.ready`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.db.models import QuerySet

from helpdesk.core.registries import Registry


@dataclass(frozen=True, slots=True)
class Told:
    """How a verb is told.

    `label` says what was done, without who and to what ("changed the status"). `value` is the kind of what stands in
    `before` and `after`, `facts` the kinds of other facts worth a word: the name of a thing (`things`), of a kind of
    value (`values`), or "" for what is shown as it is.
    """

    label: Any
    value: str = ""
    facts: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Thing:
    """A kind of thing that lines are about. `model` is its label (`tickets.ticket`).

    `named(user)` gives those that the user may see as `values_list(key, text, address)`: what they are called and the
    part of their URL. `url` makes the URL of that address, "" where there is no page. `find(word)` is the key of the one
    that people call so, where that isn't the key itself.
    """

    model: str
    label: Any
    named: Callable[[Any], "QuerySet[Any, Any]"]
    url: Callable[[str], str] = lambda address: ""
    find: Callable[[int], int | None] = lambda number: number


verbs: Registry[Told] = Registry("verb of the journal")
"""By verb. What the admin writes of any thing (`team_added`, `team_changed`) needs no words of its own."""

things: Registry[Thing] = Registry("thing of the journal")
"""By the word that stands for the kind in a URL."""

values: Registry[Callable[[Any], str]] = Registry("kind of value of the journal")
"""By name: the value as people read it."""

fields: Registry[Any] = Registry("fact of the journal")
"""By name of a fact: what people call it."""
