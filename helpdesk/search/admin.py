"""What administrators see of the search."""

from typing import Any

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from helpdesk.journal.administration import ReadOnlyAdmin, ToldReason
from helpdesk.search.files.claiming import read_again
from helpdesk.search.models import FileText, NothingFound, Rebuild


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


@admin.register(FileText)
class FileTextAdmin(ToldReason, ReadOnlyAdmin):
    """Where the texts of files are. The words themselves are shown with the tickets, to whoever may see those."""

    list_display = ("filename", "state", "why", "size", "created_at")
    list_filter = ("state",)
    search_fields = ("filename", "=name")
    search_help_text = _("Name of the file, or its name in the store")
    fields = ("filename", "name", "content_type", "size", "state", "why", "attempts", "created_at", "finished_at")
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50
    actions = ("read_chosen_again",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[FileText]":
        return FileText.objects.without_text()

    @admin.action(description=_("Read them again"))
    def read_chosen_again(self, request: HttpRequest, queryset: "QuerySet[FileText]") -> None:
        count = read_again(files=list(queryset))
        self.message_user(request, gettext("To be read again: %(count)d") % {"count": count}, messages.SUCCESS)
