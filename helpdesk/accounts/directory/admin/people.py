"""Which of our people are which entries."""

from django.contrib import admin

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
