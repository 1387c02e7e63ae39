"""Spreadsheets that come into the address book and go out of it."""

from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import ExportState, ImportState, RowState, SheetFormat

if TYPE_CHECKING:
    from helpdesk.accounts.models.user import User


class OwnedQuerySet(models.QuerySet[Any]):
    def visible_to(self, user: "User") -> "OwnedQuerySet":
        """Whoever brought it or had it made, as long as they may keep the address book; nobody else."""
        return self.filter(by=user) if user.can(Capability.KEEP_ADDRESS_BOOK) else self.none()


class Owned(models.Model):
    """A spreadsheet of one member of staff, kept in the store under `file`."""

    by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name=_("person"), on_delete=models.CASCADE, related_name="+"
    )
    format = models.CharField(_("format"), max_length=8, choices=SheetFormat.choices)
    file = models.FileField(_("file"), max_length=100, blank=True)
    created_at = models.DateTimeField(_("created"), db_default=Now())
    touched_at = models.DateTimeField(_("last progress"), db_default=Now())

    objects = OwnedQuerySet.as_manager()

    class Meta:
        abstract = True


class Import(Owned):
    """People that somebody brings in a file.

    `delimiter` and `encoding` are how a CSV is read. `header` and `sample` are what its first rows say, `matching` the
    field of each column ("" for none). `expected` is how many rows there are, as far as that is known. What became of
    each row stands with the row.
    """

    filename = models.CharField(_("name"), max_length=255)
    delimiter = models.CharField(_("delimiter"), max_length=1, blank=True)
    encoding = models.CharField(_("encoding"), max_length=16, blank=True)
    header = models.JSONField(_("header"), default=list)
    sample = models.JSONField(_("first rows"), default=list)
    matching = models.JSONField(_("fields of the columns"), default=list)
    expected = models.PositiveIntegerField(_("rows"), default=0)
    state = models.CharField(_("state"), max_length=16, choices=ImportState.choices, default=ImportState.MATCHING)

    class Meta:
        verbose_name = _("import")
        verbose_name_plural = _("imports")
        indexes = [
            models.Index(fields=["by", "-id"], name="import_by"),
            models.Index(
                fields=["touched_at"], name="import_under_way", condition=models.Q(state__in=["checking", "importing"])
            ),
        ]

    def __str__(self) -> str:
        return self.filename


class ImportRow(models.Model):
    """One line of the file: its cells as they stand there, the address it is about, and what became of it.

    `number` is the line as a spreadsheet counts it. `faults` are `[[RowFault, detail]]`.
    """

    source = models.ForeignKey(Import, verbose_name=_("import"), on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField(_("row"))
    cells = ArrayField(models.TextField(), verbose_name=_("cells"), default=list)
    address = models.CharField(_("address"), max_length=254, blank=True)
    state = models.CharField(_("state"), max_length=8, choices=RowState.choices)
    faults = models.JSONField(_("faults"), default=list)

    class Meta:
        verbose_name = _("row of an import")
        verbose_name_plural = _("rows of an import")
        constraints = [
            models.UniqueConstraint(fields=["source", "number"], name="import_row_once"),
            models.UniqueConstraint(
                fields=["source", "address"],
                name="import_row_address_once",
                condition=~models.Q(state="broken"),
            ),
            models.CheckConstraint(
                condition=models.Q(state="broken") | models.Q(faults=[]), name="import_row_sound_without_faults"
            ),
        ]
        indexes = [models.Index(fields=["source", "state", "number"], name="import_row_state")]

    def __str__(self) -> str:
        return f"{self.source_id}:{self.number}"


class Export(Owned):
    """The address book, or what a filter leaves of it, as a file. `criteria` are the words of the filter."""

    criteria = models.JSONField(_("filter"), default=dict)
    expected = models.PositiveIntegerField(_("rows"), default=0)
    written = models.PositiveIntegerField(_("rows written"), default=0)
    size = models.PositiveBigIntegerField(_("size, bytes"), default=0)
    state = models.CharField(_("state"), max_length=8, choices=ExportState.choices, default=ExportState.MAKING)

    class Meta:
        verbose_name = _("export")
        verbose_name_plural = _("exports")
        indexes = [
            models.Index(fields=["by", "-id"], name="export_by"),
            models.Index(fields=["touched_at"], name="export_under_way", condition=models.Q(state="making")),
        ]

    def __str__(self) -> str:
        return f"#{self.pk}"
