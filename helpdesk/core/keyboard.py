"""Keys that do something by themselves on the desk, and what a person may make of them."""

from collections.abc import Mapping

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.core.errors import Refused

USUAL = {
    "j": gettext_lazy("Next row"),
    "k": gettext_lazy("Previous row"),
    "p": gettext_lazy("Show the last message of the row"),
    "x": gettext_lazy("Choose the row"),
    "a": gettext_lazy("Take the chosen, or the ticket"),
    "s": gettext_lazy("Status of the chosen; on a ticket: put it aside"),
    "w": gettext_lazy("Watch the ticket, or no longer"),
    "l": gettext_lazy("Have the ticket to yourself, let it go"),
    "e": gettext_lazy("Resolve the chosen"),
    "z": gettext_lazy("Undo what was just changed"),
    "f": gettext_lazy("Filter and columns"),
    "r": gettext_lazy("Reply"),
    "m": gettext_lazy("Write a note"),
    "n": gettext_lazy("New ticket"),
    "/": gettext_lazy("Search"),
    "?": gettext_lazy("Show these shortcuts"),
}
"""By its usual key, which is also how templates and scripts call it: what an action does."""


def keys_with(own: Mapping[str, str]) -> dict[str, str]:
    """The key of every action for somebody who changed these; "" for one that has none."""
    return {usual: own.get(usual, usual) for usual in USUAL}


def changed_keys(said: Mapping[str, str]) -> dict[str, str]:
    """What is to be kept of the keys that somebody wants, by their usual ones: those that differ.

    Raises Refused for what no single key types, for an action that there is not, and where two would share a key.
    """
    wanted = {usual: key.strip().lower() for usual, key in said.items()}
    if not wanted.keys() <= USUAL.keys():
        raise Refused(_("There is no such action. Choose from the list."))
    keys = keys_with(wanted)
    taken: dict[str, str] = {}
    for usual, key in keys.items():
        if key and not (len(key) == 1 and key.isascii() and key.isprintable()):
            raise Refused(_("“%(key)s” is not a key: write one Latin letter, a digit or a sign.") % {"key": key[:20]})
        if key and key in taken:
            facts = {"key": key.upper(), "one": USUAL[taken[key]], "other": USUAL[usual]}
            raise Refused(_("“%(key)s” can't be both “%(one)s” and “%(other)s”: give one of them another key.") % facts)
        taken[key] = usual
    return {usual: key for usual, key in keys.items() if key != usual}
