"""What administrators see of the search."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from helpdesk.journal.administration import ReadOnlyAdmin
from helpdesk.search.models import NothingFound, Rebuild


@admin.register(NothingFound)
class NothingFoundAdmin(ReadOnlyAdmin):
    """What people looked for in vain: subjects for the knowledge base. What is dealt with can be deleted."""

    list_display = ("words", "times", "by_customers", "last_at")
    ordering = ("-times", "-last_at")
    search_fields = ("words",)
    search_help_text = _("Words")
    fields = ("words", "times", "by_customers", "last_at")


@admin.register(Rebuild)
class RebuildAdmin(ReadOnlyAdmin):
    """How far the rebuilding of the search is."""

    list_display = ("source", "written", "started_at", "finished_at")
    fields = ("source", "written", "started_at", "finished_at")
    ordering = ("-started_at", "-pk")

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False
