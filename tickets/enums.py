"""Fixed sets of the tickets room."""

from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _


class Status(models.TextChoices):
    """Where a ticket stands. `waiting` is for the customer; `resolved` reopens on a reply; `closed` is final."""

    NEW = "new", _("New")
    OPEN = "open", _("Open")
    WAITING = "waiting", _("Waiting")
    ON_HOLD = "on_hold", _("On hold")
    RESOLVED = "resolved", _("Resolved")
    CLOSED = "closed", _("Closed")


UNFINISHED = (Status.NEW, Status.OPEN, Status.WAITING, Status.ON_HOLD)
FINISHED = (Status.RESOLVED, Status.CLOSED)


class Priority(models.IntegerChoices):
    LOW = 1, _("Low")
    NORMAL = 2, _("Normal")
    HIGH = 3, _("High")
    URGENT = 4, _("Urgent")


class Score(models.IntegerChoices):
    """How well a request was resolved, in the requester's eyes."""

    BAD = 1, _("Bad")
    SO_SO = 2, _("So-so")
    GOOD = 3, _("Good")


class MessageKind(models.TextChoices):
    """`inbound`: said by a customer; `reply`: said to them; `note`: among staff and never leaving them."""

    INBOUND = "inbound", _("Inbound")
    REPLY = "reply", _("Reply")
    NOTE = "note", _("Note")


class Channel(models.TextChoices):
    """The way a message came."""

    MAIL = "mail", _("Mail")
    DESK = "desk", _("Desk")
    CABINET = "cabinet", _("Cabinet")
    PHONE = "phone", _("Phone")
    API = "api", _("API")


class Approval(models.TextChoices):
    """Whether a message from somebody who is not of the conversation may count."""

    NONE = "", _("Not needed")
    PENDING = "pending", _("Waiting for approval")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")


class Relation(models.TextChoices):
    """What a ticket has to do with another, as read on the one that points."""

    RELATED = "related", _("see also")
    DUPLICATE = "duplicate", _("duplicate of")
    CHILD = "child", _("child of")
    SPLIT = "split", _("split from")

    @classmethod
    def word(cls, kind: str, *, points: bool) -> str:
        """What a link of this kind says on the ticket that points, or on the one that is pointed at."""
        return str(cls(kind).label if points else FROM_THE_OTHER[kind])


FROM_THE_OTHER: dict[str, Any] = {
    Relation.RELATED: _("see also"),
    Relation.DUPLICATE: _("duplicated by"),
    Relation.CHILD: _("child"),
    Relation.SPLIT: _("split off"),
}


class Audience(models.TextChoices):
    """For whom a saved view or a template is."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("A team")
    EVERYBODY = "everybody", _("Everybody")


class Writing(models.TextChoices):
    """What an agent writes: the kinds of the composer."""

    REPLY = "reply", _("Reply")
    NOTE = "note", _("Note")
    FORWARD = "forward", _("Forward")


class FieldKind(models.TextChoices):
    """What a field of a category holds, and how its value is kept in JSON: texts, choices, links, addresses and dates
    (ISO 8601) as strings, numbers as numbers, yes or no as a boolean, several choices as a list of strings."""

    TEXT = "text", _("Text")
    LONG_TEXT = "long_text", _("Long text")
    WHOLE = "whole", _("Whole number")
    DECIMAL = "decimal", _("Number with decimals")
    DATE = "date", _("Date")
    YES_NO = "yes_no", _("Yes or no")
    CHOICE = "choice", _("One choice")
    SEVERAL = "several", _("Several choices")
    LINK = "link", _("Link")
    EMAIL = "email", _("E-mail")


class News(models.TextChoices):
    """What happens on a ticket that people may be told of."""

    OPENED = "opened", _("A new ticket")
    RECEIVED = "received", _("The customer writes")
    REPLIED = "replied", _("A colleague answers")
    NOTED = "noted", _("A colleague leaves a note")
    CHANGED = "changed", _("Status, priority, assignee or team change")
    MENTIONED = "mentioned", _("A colleague calls me in a note")
