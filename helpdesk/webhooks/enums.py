"""Fixed sets of web hooks."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EventState(models.TextChoices):
    """`dropped`: when it was to be sent, the owner could no longer see what it is about."""

    WAITING = "waiting", _("Waiting")
    SENDING = "sending", _("Being sent")
    DELIVERED = "delivered", _("Delivered")
    DROPPED = "dropped", _("Nothing to tell")
    FAILED = "failed", _("Given up")


UNFINISHED = frozenset({EventState.WAITING, EventState.SENDING})
