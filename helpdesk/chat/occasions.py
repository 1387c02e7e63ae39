"""The occasions on which colleagues are told of lines, and what is said then."""

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.chat.models import Line
from helpdesk.notifications import registries
from helpdesk.notifications.enums import Channel

WRITTEN = "chat_written"
MENTIONED = "chat_mentioned"
HERE = frozenset({Channel.DESK, Channel.PUSH})
LABELS = {
    WRITTEN: (gettext_lazy("A colleague writes to me in the chat while I am away"), HERE),
    MENTIONED: (gettext_lazy("A colleague calls me in a room of the chat"), HERE | {Channel.EMAIL}),
}
"""What people read, and the usual ways: a letter about every first line would be more talk than the line."""
LONGEST = 200


def register() -> None:
    """Called once when the program starts."""
    places = {
        "who": "Anna Orlova",
        "room": gettext_lazy("Support"),
        "what": gettext_lazy("Anna Orlova writes:"),
        "words": gettext_lazy("The payment was made twice."),
    }
    for name, (label, usual) in LABELS.items():
        registries.occasions.register(
            name, registries.Occasion(label, usual, places, "{{ what }}", "{{ words }}", _help(name))
        )


def _help(name: str) -> object:
    return gettext_lazy("once, until I have read it") if name == WRITTEN else ""


def facts_of(line: Line, reader: User) -> dict[str, str]:
    """By the names that wordings use, in the reader's language."""
    with translation.override(reader.language or settings.LANGUAGE_CODE):
        who, room = str(line.author), line.room.title_for(reader)
        if line.room.is_pair:
            what = _("%(name)s writes:") % {"name": who}
        else:
            what = _("%(name)s calls you in “%(room)s”:") % {"name": who, "room": room}
        return {"who": who, "room": room, "what": what, "words": line.text[:LONGEST] or _("a file")}
