"""Fixed sets of the chat."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RoomKind(models.TextChoices):
    PAIR = "pair", _("Two people")
    TEAM = "team", _("Team")
