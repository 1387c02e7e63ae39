"""The occasions on which staff are told of tickets, and what is said then."""

from collections.abc import Iterable
from typing import Any

from django.conf import settings
from django.utils import translation
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import Team, User
from helpdesk.notifications.enums import Channel
from helpdesk.notifications.registries import Occasion, occasions
from tickets.enums import News, Priority, Status
from tickets.models import PieceOfNews
from tickets.rendering import snippet_of

MENTIONED = "mentioned"
ASSIGNED = "assigned"
QUEUED = "queued"
RECEIVED = "received"
REOPENED = "reopened"
REPLIED = "replied"
NOTED = "noted"
CHANGED = "changed"

EVERYWHERE = frozenset({Channel.DESK, Channel.EMAIL, Channel.PUSH, Channel.GATEWAY})
USUAL = frozenset({Channel.DESK, Channel.EMAIL, Channel.PUSH})
HERE = frozenset({Channel.DESK})
LABELS = {
    MENTIONED: (gettext_lazy("A colleague calls me in a note"), EVERYWHERE),
    ASSIGNED: (gettext_lazy("A ticket is given to me"), EVERYWHERE),
    QUEUED: (gettext_lazy("A ticket comes into the queue of my team"), HERE),
    RECEIVED: (gettext_lazy("The customer writes"), USUAL),
    REOPENED: (gettext_lazy("The customer writes on a finished ticket"), USUAL),
    REPLIED: (gettext_lazy("A colleague answers"), USUAL),
    NOTED: (gettext_lazy("A colleague leaves a note"), USUAL),
    CHANGED: (gettext_lazy("Status, priority, assignee or team change"), USUAL),
}
FOLLOWED = frozenset({RECEIVED, REOPENED, REPLIED, NOTED, CHANGED})
"""Told to whoever watches the ticket, and to whom it is given."""
TITLE = "#{{ ticket.number }} {{ ticket.subject }}"
TEXT = "{{ what }}"


def register() -> None:
    places = {
        "ticket.number": "20481",
        "ticket.subject": gettext_lazy("The basket is empty after paying"),
        "customer": "Clara Weiss",
        "organisation": "Harbour Shop",
        "who": "Anna Orlova",
        "what": gettext_lazy("Anna Orlova left a note: The payment was made twice."),
        "words": gettext_lazy("The payment was made twice."),
    }
    for name, (label, channels) in LABELS.items():
        followed = gettext_lazy("on tickets that are mine or that I watch") if name in FOLLOWED else ""
        occasions.register(name, Occasion(label, channels, places, TITLE, TEXT, followed))


class Sayings:
    """What is said of the pieces at hand, in each reader's language; whom they name is read in two statements."""

    def __init__(self, pieces: Iterable[PieceOfNews]) -> None:
        self._facts: dict[tuple[int, str], dict[str, str]] = {}
        named: dict[str, set[int]] = {"assigned": set(), "team_changed": set()}
        for piece in pieces:
            if piece.verb in named and piece.facts.get("after"):
                named[piece.verb].add(piece.facts["after"])
        self._people = User.objects.in_bulk(named["assigned"])
        self._teams = Team.objects.in_bulk(named["team_changed"])

    def facts(self, piece: PieceOfNews, reader: User) -> dict[str, str]:
        """By the names that wordings use."""
        language = reader.language or settings.LANGUAGE_CODE
        if (piece.pk, language) not in self._facts:
            with translation.override(language):
                self._facts[piece.pk, language] = self._say(piece)
        return self._facts[piece.pk, language]

    def _say(self, piece: PieceOfNews) -> dict[str, str]:
        ticket, message = piece.ticket, piece.message
        return {
            "ticket.number": str(ticket.number),
            "ticket.subject": ticket.subject,
            "customer": str(ticket.requester),
            "organisation": str(ticket.organisation or ""),
            "who": str(piece.actor or _("somebody")),
            "what": self._sentence(piece),
            "words": snippet_of(message.visible_text or message.text) if message else "",
        }

    def _sentence(self, piece: PieceOfNews) -> str:
        who = {"name": str(piece.actor or _("somebody"))}
        if piece.message is not None:
            words = {
                News.OPENED: _("%(name)s asks:"),
                News.RECEIVED: _("%(name)s wrote:"),
                News.REPLIED: _("%(name)s answered:"),
                News.NOTED: _("%(name)s left a note:"),
                News.MENTIONED: _("%(name)s mentioned you in a note:"),
            }[News(piece.kind)]
            return f"{words % who}\n{snippet_of(piece.message.visible_text or piece.message.text)}"
        after: Any = piece.facts.get("after")
        if piece.verb == "status_changed":
            return _("%(name)s set the status to “%(value)s”.") % {**who, "value": Status(str(after)).label}
        if piece.verb == "priority_changed":
            return _("%(name)s set the priority to “%(value)s”.") % {**who, "value": Priority(after).label}
        if piece.verb == "assigned":
            return _("%(name)s gave the ticket to %(value)s.") % {**who, "value": self._people.get(after, _("nobody"))}
        return _("%(name)s put the ticket into the queue of %(value)s.") % {
            **who,
            "value": self._teams.get(after, _("no team")),
        }
