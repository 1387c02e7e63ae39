"""Alerts and their thresholds."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminSelectWidget

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.journal.administration import JournalledAdmin, ReadOnlyAdmin
from helpdesk.operations.actions import alerts
from helpdesk.operations.enums import Measure
from helpdesk.operations.models import Alert, Threshold
from helpdesk.operations.watching.families import known, names, told_of
from helpdesk.operations.watching.figures import told


@admin.register(Alert)
class AlertAdmin(ReadOnlyAdmin):
    """What was raised, who knew, when it was over."""

    list_display = ("what", "figure", "most", "opened_at", "told_by", "acknowledged_by", "ended_at")
    list_select_related = ("threshold", "acknowledged_by")
    list_filter = (("ended_at", admin.EmptyFieldListFilter),)
    fields = (
        "what",
        "figure",
        "most",
        "opened_at",
        "told_at",
        "told_by",
        "acknowledged_at",
        "acknowledged_by",
        "ended_at",
        "end_told_at",
    )
    readonly_fields = ("what", "figure", "most")
    ordering = ("-opened_at", "-pk")
    paginator = InfinitePaginator
    list_per_page = 50

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(require_POST(self.acknowledge_view))
        return [path("<int:pk>/acknowledge/", view, name="operations_alert_acknowledge"), *super().get_urls()]

    def acknowledge_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Somebody looks after it."""
        by = cast(User, request.user)
        alert = get_object_or_404(Alert.objects.visible_to(by), pk=pk)
        try:
            alerts.acknowledge(alert=alert, by=by)
        except Refused as refusal:
            messages.warning(request, str(refusal))
        return SeeOther(reverse("admin:operations_sample_changelist"))

    @admin.display(description=gettext_lazy("what"), ordering="series")
    def what(self, alert: Alert) -> str:
        return told_of(alert.series, alert.threshold.measure)

    @admin.display(description=gettext_lazy("figure"))
    def figure(self, alert: Alert) -> str:
        return told(alert.series, alert.threshold.measure, alert.value)

    @admin.display(description=gettext_lazy("worst"))
    def most(self, alert: Alert) -> str:
        return told(alert.series, alert.threshold.measure, alert.worst)


class ThresholdForm(forms.ModelForm):
    family = forms.ChoiceField(label=gettext_lazy("what"), choices=[], widget=UnfoldAdminSelectWidget)

    class Meta:
        model = Threshold
        fields = ("family", "measure", "limit", "ends_at", "minutes", "is_active")
        help_texts = {
            "limit": gettext_lazy(
                "Seconds for an age, rows for counts; a level is in percent, days left, hours or bytes. Of days left"
                " too few raise an alert, of all else too many."
            ),
            "ends_at": gettext_lazy("The alert is over when the figure is no worse than this."),
            "minutes": gettext_lazy("For so many minutes in a row, for the beginning as for the end."),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if field := self.fields.get("family"):
            cast(forms.ChoiceField, field).choices = names()

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        limit, ends_at = cleaned.get("limit"), cleaned.get("ends_at")
        family = cleaned.get("family") or self.instance.family
        if limit is not None and ends_at is not None:
            is_floor = known(family).is_floor and cleaned.get("measure", self.instance.measure) == Measure.LEVEL
            if ends_at < limit if is_floor else ends_at > limit:
                raise ValidationError(
                    {"ends_at": _("An alert would be over while its figure is still beyond the limit.")}
                )
        return cleaned


@admin.register(Threshold)
class ThresholdAdmin(JournalledAdmin):
    """When an alert is raised."""

    form = ThresholdForm
    list_display = ("what", "measure", "beyond", "until", "minutes", "is_active")
    list_filter = ("is_active",)
    fields = ("family", "measure", "limit", "ends_at", "minutes", "is_active")
    ordering = ("family", "measure", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Of what it is was decided once: alerts point at it."""
        return ("family", "measure") if obj is not None else ()

    @admin.display(description=gettext_lazy("what"), ordering="family")
    def what(self, threshold: Threshold) -> str:
        return str(known(threshold.family).label)

    @admin.display(description=gettext_lazy("alert beyond"))
    def beyond(self, threshold: Threshold) -> str:
        return told(threshold.family, threshold.measure, threshold.limit)

    @admin.display(description=gettext_lazy("over at"))
    def until(self, threshold: Threshold) -> str:
        return told(threshold.family, threshold.measure, threshold.ends_at)
