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
    """A kind of thing that lines are about.

    `model` is its model; `seen(user)` are those that the user may see; `text` and `address` are expressions over them:
    what each is called, and what `url` makes its URL of ("" where there is no page). The link is shown to whoever has
    the capability `needs`. `key(number)` is the key of the one that people know by a number, where that isn't the key
    itself.
    """

    label: Any
    model: Any
    seen: Callable[[Any], "QuerySet[Any]"]
    text: Any
    address: Any
    url: Callable[[str], str] = lambda address: ""
    needs: str = "enter_desk"
    key: Callable[[int], int | None] = lambda number: number


verbs: Registry[Told] = Registry("verb of the journal")
"""By verb. Every verb that is written has words here."""

things: Registry[Thing] = Registry("thing of the journal")
"""By the word that stands for the kind in a URL."""

values: Registry[Callable[[Any], str]] = Registry("kind of value of the journal")
"""By name: the value as people read it."""

fields: Registry[Any] = Registry("fact of the journal")
"""By name of a fact: what people call it."""
