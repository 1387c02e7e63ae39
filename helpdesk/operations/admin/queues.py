"""The page of the queues."""

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _

from helpdesk.journal.administration import ReadOnlyAdmin
from helpdesk.operations.models import Sample
from helpdesk.operations.watching.page import page


@admin.register(Sample)
class SampleAdmin(ReadOnlyAdmin):
    """One page of all series; a sample alone says little."""

    fields = ("series", "at", "span", "waiting", "failed", "oldest_seconds", "came", "went", "level")

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """Every queue, the workers and the machine: now in words, the last day as graphs."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        context = {
            **self.admin_site.each_context(request),
            "title": _("Queues and the machine"),
            "opts": self.opts,
            "page": page(),
        }
        return TemplateResponse(request, "admin/operations/sample/list.html", context)
