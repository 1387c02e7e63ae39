"""Fixed sets of the tickets room."""

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


class Audience(models.TextChoices):
    """In whose rail a saved view stands."""

    PRIVATE = "private", _("Only me")
    TEAM = "team", _("A team")
    EVERYBODY = "everybody", _("Everybody")
