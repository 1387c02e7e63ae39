"""Fixed sets of the operations room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Measure(models.TextChoices):
    """Which figure of a sample a threshold looks at; also the name of its column."""

    WAITING = "waiting", _("waiting")
    OLDEST = "oldest_seconds", _("age of the oldest")
    FAILED = "failed", _("need a person")
    LEVEL = "level", _("level")


class Way(models.TextChoices):
    """By what administrators are told of an alert."""

    MAIL = "mail", _("E-mail")
    GATEWAY = "gateway", _("Web address")
    SERVICE = "service", _("Messenger or SMS")
