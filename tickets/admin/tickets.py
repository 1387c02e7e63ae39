"""Tickets are worked at the desk; here they are only looked up."""

from django.contrib import admin
from django.urls import reverse
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator

from helpdesk.journal.administration import ReadOnlyAdmin
from tickets.models import Ticket


@admin.register(Ticket)
class TicketAdmin(ReadOnlyAdmin):
    list_display = ("at_desk", "subject", "status", "requester", "organisation", "assignee", "team", "active_at")
    list_filter = ("status", "team")
    list_select_related = ("requester", "organisation", "assignee", "team")
    search_fields = ("=number", "=requester__email")
    search_help_text = gettext_lazy("A number, or the requester's e-mail address")
    fields = ("number", "subject", "status", "priority", "requester", "organisation", "assignee", "team", "active_at")
    ordering = ("-active_at", "-pk")
    paginator = InfinitePaginator

    @admin.display(description=gettext_lazy("number"), ordering="number")
    def at_desk(self, ticket: Ticket) -> str:
        return f"#{ticket.number}"

    def get_view_on_site_url(self, obj: Ticket | None = None) -> str | None:
        return reverse("desk:ticket", args=[obj.number]) if obj is not None else None
