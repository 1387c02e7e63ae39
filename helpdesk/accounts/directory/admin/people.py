"""Which of our people are which entries."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from helpdesk.accounts.directory.models import DirectoryPerson
from helpdesk.journal.administration import ReadOnlyAdmin


@admin.register(DirectoryPerson)
class DirectoryPersonAdmin(ReadOnlyAdmin):
    """To look at: what is in it comes from the directory."""

    list_display = ("user", "login", "title", "directory", "out_because", "out_at", "linked_at")
    list_filter = ("directory", "out_because")
    list_select_related = ("user", "directory")
    search_fields = ("login", "user__name", "user__email", "uid", "dn")
    fields = ("user", "directory", "login", "title", "phone", "dn", "uid", "linked_at", "out_because", "out_at")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[DirectoryPerson]":
        """Without the directory's secret: a key that is lost must not shut this page."""
        found: QuerySet[DirectoryPerson] = super().get_queryset(request)
        return found.defer("directory__bind_password", "directory__ca_certificate")
