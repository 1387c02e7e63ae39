"""Fixed sets of the journal."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Door(models.TextChoices):
    """Where an act came from (`helpdesk.core.context.Origin.door`)."""

    DESK = "desk", _("Desk")
    CABINET = "cabinet", _("Cabinet")
    ADMIN = "admin", _("Administration")
    API = "api", _("API")
    WEB = "web", _("Other pages")
    MAIL = "mail", _("Mail")
    TASK = "task", _("Background work")
    COMMAND = "command", _("Command line")
