"""Client companies and teams."""

from django.contrib import admin

from helpdesk.accounts.models import Organisation, Team
from helpdesk.journal.administration import JournalledAdmin


@admin.register(Organisation)
class OrganisationAdmin(JournalledAdmin):
    list_display = ("name", "domains", "created_at")
    search_fields = ("name",)
    fields = ("name", "domains", "is_asked_rating", "notes")


@admin.register(Team)
class TeamAdmin(JournalledAdmin):
    """A team is switched off, never deleted: its tickets remember it."""

    list_display = ("name", "line", "is_active")
    list_filter = ("line", "is_active")
    search_fields = ("name",)
    fields = ("name", "line", "members", "is_active")
    autocomplete_fields = ("members",)
