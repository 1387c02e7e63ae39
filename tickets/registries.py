"""What rooms above show on the ticket page; each registers its part in its `AppConfig.ready`."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from helpdesk.core.registries import Registry

if TYPE_CHECKING:
    from helpdesk.accounts.models import User
    from tickets.models import Message


@dataclass(frozen=True, slots=True)
class MessageOffer:
    """What is offered on a message with a flag of this name: what it looks like, and the page where something is done
    about it, by the message's key. `is_for` asks no database."""

    text: Any
    label: Any
    at_desk: str
    in_cabinet: str
    is_for: Callable[["User", "Message"], bool]


@dataclass(frozen=True, slots=True)
class WritingHint:
    """What people are told of a text before they send it: `found` gives the words of it that are meant, none where
    there is nothing to say. `link` leads to a better way, by the names of pages at the desk and in the cabinet.
    `is_for` asks no database."""

    found: Callable[[str], Sequence[str]]
    text: Any
    link: Any
    at_desk: str
    in_cabinet: str
    is_for: Callable[["User"], bool]


thread_signals: Registry[Any] = Registry("reason for being on a ticket")
"""By the value of `Message.thread_signal`: the words that follow “here because”."""

held_reasons: Registry[Any] = Registry("reason for being held")
"""By the value of `held_because` in `Message.flags`: the sentence that people read who decide about the message."""

event_sentences: Registry[Callable[[dict[str, Any]], str]] = Registry("sentence of the journal")
"""By the verb of a journal entry about a ticket: its facts as a sentence without a subject, "" to say nothing."""

original_sources: Registry[Callable[["Message"], str]] = Registry("source of originals")
"""By channel: the HTML of a message as it came, with its styles; "" when that cannot be had now. Cleaned once more."""


@dataclass(frozen=True, slots=True)
class MenuEntry:
    """A line of the ticket's menu “More”, for whoever may work the ticket: the page behind it asks for itself."""

    label: Any
    url: str


ticket_menu: Registry[Callable[[int], MenuEntry]] = Registry("entry of the ticket's menu")
"""Each gets the ticket's number and asks the database nothing: the menu stands on every page of a ticket."""
message_looks: Registry[Callable[[str, Sequence[Sequence[int]]], bool]] = Registry("look of a message")
"""By the name of a flag: whether a text with folds looks so. Asked of everything that is written, before it is."""

message_offers: Registry[MessageOffer] = Registry("offer on a message")
"""By the name of a flag."""

writing_hints: Registry[WritingHint] = Registry("hint to whoever writes")
