"""Fixed sets of the access vault."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class EntryKind(models.TextChoices):
    SERVER = "server", _("Server")
    PANEL = "panel", _("Panel")
    SHOP = "shop", _("Shop")
    DATABASE = "database", _("Database")
    OTHER = "other", _("Other")


class SecretKind(models.TextChoices):
    PASSWORD = "password", _("Password")
    SSH_KEY = "ssh_key", _("SSH key")
    TOKEN = "token", _("Token")
    OTHER = "other", _("Other")


class Source(models.TextChoices):
    """By which way a secret came in."""

    DESK = "desk", _("The desk")
    CABINET = "cabinet", _("The cabinet")
    LINK = "link", _("A secure link")
    MESSAGE = "message", _("A message")


class RevealKind(models.TextChoices):
    """`used`: by the program itself, on behalf of the person, who did not see it."""

    SHOWN = "shown", _("Shown")
    COPIED = "copied", _("Copied")
    USED = "used", _("Used")


class RequestState(models.TextChoices):
    """Of a request to reveal. `used`: it was approved, and the secret was revealed."""

    WAITING = "waiting", _("Waiting")
    APPROVED = "approved", _("Approved")
    REFUSED = "refused", _("Refused")
    USED = "used", _("Used")


class AccessState(models.TextChoices):
    """Of a temporary access. `failed`: it was never made, and nothing of it is left."""

    WAITING = "waiting", _("Being made")
    ACTIVE = "active", _("Active")
    ENDING = "ending", _("Being removed")
    ENDED = "ended", _("Removed")
    FAILED = "failed", _("Failed")


OVER = frozenset({AccessState.ENDED, AccessState.FAILED})
