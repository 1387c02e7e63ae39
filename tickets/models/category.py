"""What requests are about, and what is asked about each kind."""

import pghistory
from django.db import models
from django.db.models import Q
from django.db.models.functions import Now
from django.utils.translation import gettext_lazy as _

from tickets.enums import FieldKind
from tickets.fields import in_words


class Edition(models.Func):
    """The state of all categories and fields in one word: it is another after every change of any of them, and `0`
    while there are none. It rides in the statement that reads a ticket."""

    template = (
        "(SELECT coalesce(sum(extract(epoch FROM changed_at)), 0)::text FROM"
        " (SELECT changed_at FROM tickets_category UNION ALL SELECT changed_at FROM tickets_customfield) AS defined)"
    )
    output_field = models.TextField()


@pghistory.track()
class Category(models.Model):
    """What a request is about. It is switched off, never deleted: its tickets remember it. `name` and `help` are texts
    by the code of their language. `changed_at` tells processes that what they keep of it is old."""

    key = models.SlugField(_("word"), max_length=40, unique=True, help_text=_("Names it in addresses and programs."))
    name = models.JSONField(_("name"), default=dict)
    help = models.JSONField(_("help"), default=dict, blank=True)
    team = models.ForeignKey(
        "accounts.Team",
        verbose_name=_("team"),
        null=True,
        blank=True,
        on_delete=models.SET_NULL,
        related_name="categories",
        help_text=_("New requests go into its queue."),
    )
    is_for_customers = models.BooleanField(_("customers may choose it"), default=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("category")
        verbose_name_plural = _("categories")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z0-9][a-z0-9-]*$"),
                name="category_key_is_a_word",
                violation_error_message=_("The word of a category has small Latin letters, digits and “-”."),
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.name) or self.key


@pghistory.track()
class CustomField(models.Model):
    """A field of one or more categories. It is switched off, never deleted: its values are kept and still told.

    `choices` is `[{"word", "label": {language: text}}]`. It is shown when `shown_when` has one of the words
    `shown_values`.
    """

    key = models.CharField(_("word"), max_length=40, unique=True, help_text=_("Names it in addresses and programs."))
    categories = models.ManyToManyField(Category, verbose_name=_("categories"), related_name="custom_fields")
    kind = models.CharField(_("kind"), max_length=16, choices=FieldKind.choices, default=FieldKind.TEXT)
    label = models.JSONField(_("label"), default=dict)
    help = models.JSONField(_("help"), default=dict, blank=True)
    choices = models.JSONField(_("choices"), default=list, blank=True)
    at_least = models.DecimalField(_("at least"), max_digits=20, decimal_places=5, null=True, blank=True)
    at_most = models.DecimalField(_("at most"), max_digits=20, decimal_places=5, null=True, blank=True)
    is_for_customers = models.BooleanField(_("shown to customers"), default=True)
    is_required_for_customers = models.BooleanField(_("customers must fill it in"), default=False)
    is_required_to_resolve = models.BooleanField(_("must be filled in to resolve"), default=False)
    shown_when = models.ForeignKey(
        "self",
        verbose_name=_("shown when"),
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="shows",
    )
    shown_values = models.JSONField(_("has one of"), default=list, blank=True)
    position = models.PositiveSmallIntegerField(_("position"), default=0)
    is_active = models.BooleanField(_("active"), default=True)
    changed_at = models.DateTimeField(_("changed"), auto_now=True, db_default=Now())

    class Meta:
        verbose_name = _("field")
        verbose_name_plural = _("fields")
        ordering = ["position", "pk"]
        constraints = [
            models.CheckConstraint(
                condition=Q(key__regex=r"^[a-z][a-z0-9_]*$"),
                name="custom_field_key_is_a_word",
                violation_error_message=_("The word of a field has small Latin letters, digits and “_”."),
            ),
            models.CheckConstraint(
                condition=Q(at_least__isnull=True) | Q(at_most__isnull=True) | Q(at_least__lte=models.F("at_most")),
                name="custom_field_limits_in_order",
                violation_error_message=_("“At least” can’t be more than “at most”."),
            ),
            models.CheckConstraint(
                condition=Q(is_for_customers=True) | Q(is_required_for_customers=False),
                name="custom_field_required_is_shown",
            ),
            models.CheckConstraint(
                condition=Q(shown_when__isnull=True) | ~Q(shown_when=models.F("id")),
                name="custom_field_not_shown_by_itself",
            ),
        ]

    def __str__(self) -> str:
        return in_words(self.label) or self.key
