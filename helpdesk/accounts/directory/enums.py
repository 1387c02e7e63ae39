"""Fixed sets of the directory."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class Kind(models.TextChoices):
    """What the server is; `presets.py` says what follows from it."""

    OPENLDAP = "openldap", "OpenLDAP"
    ACTIVE_DIRECTORY = "ad", "Active Directory"


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the first byte (ldaps)")
    STARTTLS = "starttls", "StartTLS"
    PLAIN = "plain", _("None (only for a server on this machine)")


class Membership(models.TextChoices):
    """How it is found out which groups somebody is in."""

    MEMBER_OF = "member_of", _("The person's attribute names the groups")
    NESTED = "nested", _("Active Directory is asked, groups within groups included")
    MEMBERS = "members", _("The group's attribute names the people")


class Scope(models.TextChoices):
    """What a run reads."""

    WHOLE = "whole", _("Everything")
    CHANGES = "changes", _("What changed")


class RunState(models.TextChoices):
    WAITING = "waiting", _("Waiting")
    RUNNING = "running", _("Running")
    DONE = "done", _("Done")
    STOPPED = "stopped", _("Stopped: to be confirmed")
    FAILED = "failed", _("Failed")


UNFINISHED = frozenset({RunState.WAITING, RunState.RUNNING})


class Out(models.TextChoices):
    """Why somebody of the directory may not come in."""

    DISABLED = "disabled", _("Disabled in the directory")
    EXPIRED = "expired", _("Expired in the directory")
    GONE = "gone", _("No longer in the directory")
    NO_ROLE = "no_role", _("In no group that gives a role")


class Deed(models.TextChoices):
    """What a run does with one person, or would do."""

    ADDED = "added", _("Added")
    LINKED = "linked", _("Linked with an account that was here")
    CHANGED = "changed", _("Changed")
    ROLE = "role", _("Another role or other teams")
    OUT = "out", _("Out")
    BACK = "back", _("Back")
    SKIPPED = "skipped", _("Left out")
    SAME = "same", _("As before")
    OUTSIDE = "outside", _("Not let in")
