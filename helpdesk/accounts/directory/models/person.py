"""Which of our people is which entry of a directory."""

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.directory.enums import Out
from helpdesk.accounts.directory.models.directory import Directory


class DirectoryPerson(models.Model):
    """An entry and the person it stands for. `uid` is the entry's stable id, which outlives renames and moves.

    `out_because`: the directory, not an administrator here, has put them out; so it may let them back in. `phone` and
    `given_teams` (keys) are what came from there: other numbers and teams of theirs are none of its business.
    """

    directory = models.ForeignKey(
        Directory, verbose_name=_("directory"), on_delete=models.PROTECT, related_name="people"
    )
    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="directory_person"
    )
    uid = models.CharField(_("stable id"), max_length=200)
    dn = models.CharField(_("place in the directory (DN)"), max_length=1000)
    login = models.CharField(_("login name"), max_length=200, blank=True)
    title = models.CharField(_("job title"), max_length=200, blank=True)
    phone = models.CharField(_("phone"), max_length=254, blank=True)
    given_teams = ArrayField(models.BigIntegerField(), verbose_name=_("teams"), default=list, blank=True)
    linked_at = models.DateTimeField(_("known since"), auto_now_add=True)
    out_because = models.CharField(_("out because"), max_length=16, choices=Out.choices, blank=True)
    out_at = models.DateTimeField(_("out since"), null=True, blank=True)

    class Meta:
        verbose_name = _("person of a directory")
        verbose_name_plural = _("people of directories")
        ordering = ["pk"]
        constraints = [
            models.UniqueConstraint(fields=["directory", "uid"], name="directory_person_once"),
            models.CheckConstraint(
                condition=Q(out_because="", out_at__isnull=True) | (~Q(out_because="") & Q(out_at__isnull=False)),
                name="directory_person_out_since",
            ),
        ]

    def __str__(self) -> str:
        return self.login or self.uid
