"""Where somebody is signed in, and the browsers from which they have been."""

from django.conf import settings
from django.db import models
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.enums import Factor, Way

LONGEST_AGENT = 300


class KnownBrowserQuerySet(models.QuerySet["KnownBrowser"]):
    def trusted(self) -> "KnownBrowserQuerySet":
        """Those that are not asked for a second factor."""
        return self.filter(trusted_until__gt=timezone.now())


class KnownBrowser(models.Model):
    """A browser in which one person has signed in: it holds a secret of which only the SHA-256 is kept.

    Tries from it are counted apart from those of strangers; until `trusted_until` it is not asked for a second factor.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="browsers"
    )
    digest = models.CharField(_("SHA-256"), max_length=64, editable=False)
    agent = models.CharField(_("device"), max_length=LONGEST_AGENT, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    first_at = models.DateTimeField(_("first"), default=timezone.now)
    last_at = models.DateTimeField(_("last"), default=timezone.now)
    trusted_until = models.DateTimeField(_("trusted until"), null=True, blank=True)

    objects = KnownBrowserQuerySet.as_manager()

    class Meta:
        verbose_name = _("known browser")
        verbose_name_plural = _("known browsers")
        ordering = ["-pk"]
        constraints = [models.UniqueConstraint(fields=["user", "digest"], name="browser_once")]

    def __str__(self) -> str:
        return f"#{self.pk}"


class OpenSession(models.Model):
    """One place where somebody is signed in: what they look at to see whether all of them are theirs.

    It stands beside the row of Django's session, under the same key (`helpdesk.accounts.sessions` keeps the two
    together); when that is gone this means nothing.
    """

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="open_sessions"
    )
    session_key = models.CharField(_("key"), max_length=40, unique=True, editable=False)
    browser = models.ForeignKey(
        KnownBrowser, verbose_name=_("browser"), null=True, blank=True, on_delete=models.SET_NULL, related_name="+"
    )
    agent = models.CharField(_("device"), max_length=LONGEST_AGENT, blank=True)
    address = models.GenericIPAddressField(_("address"), null=True, blank=True)
    way = models.CharField(_("way"), max_length=12, choices=Way.choices, default=Way.OTHER)
    factor = models.CharField(_("second factor"), max_length=12, choices=Factor.choices, blank=True)
    started_at = models.DateTimeField(_("since"), default=timezone.now)

    class Meta:
        verbose_name = _("session")
        verbose_name_plural = _("sessions")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"


class Refusal(models.Model):
    """How often the same was refused within an hour: the journal has a line when it doubles, not for each."""

    key = models.CharField(_("key"), max_length=64, unique=True, editable=False)
    count = models.PositiveIntegerField(_("count"), default=0)
    at = models.DateTimeField(_("at"), default=timezone.now, db_index=True)

    class Meta:
        verbose_name = _("refusal")
        verbose_name_plural = _("refusals")
        ordering = ["-pk"]

    def __str__(self) -> str:
        return f"#{self.pk}"
