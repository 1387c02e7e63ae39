"""The journal, to be read."""

import json
from typing import Any

from django.contrib import admin
from django.contrib.contenttypes.models import ContentType
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _
from unfold.paginator import InfinitePaginator

from helpdesk.journal.administration import ReadOnlyAdmin
from helpdesk.journal.enums import Door
from helpdesk.journal.models import Entry


class KindFilter(admin.SimpleListFilter):
    """By the kind of thing: `kind=accounts__user`; with `subject_id` about one thing alone."""

    title = _("kind of thing")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        kinds = ContentType.objects.order_by("app_label", "model")
        return [
            (f"{kind.app_label}__{kind.model}", kind.name) for kind in kinds if kind.app_label in ROOMS and kind.name
        ]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Entry]") -> "QuerySet[Entry]":
        label, _separator, model = (self.value() or "").partition("__")
        if not model:
            return queryset
        return queryset.filter(subject_type__app_label=label, subject_type__model=model)


ROOMS = frozenset({"accounts", "tickets", "mail", "notifications"})


class DoorFilter(admin.SimpleListFilter):
    title = _("door")
    parameter_name = "door"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        return [(door.value, str(door.label)) for door in Door]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Entry]") -> "QuerySet[Entry]":
        return queryset.filter(door=self.value()) if self.value() in Door.values else queryset


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """Who did what, when, from where. Nobody adds, changes or deletes a line: the database itself refuses."""

    list_display = ("at", "actor", "verb", "subject_type", "subject_id", "door", "address", "short_facts")
    list_filter = (KindFilter, DoorFilter, "at")
    list_select_related = ("actor", "subject_type")
    search_fields = ("verb", "request_id__exact", "actor__email__exact")
    search_help_text = _("A verb, a request's id, or the actor's e-mail address")
    fields = ("at", "actor", "verb", "subject_type", "subject_id", "door", "address", "request_id", "all_facts")
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50

    def lookup_allowed(self, lookup: str, value: str, request: HttpRequest | None = None) -> bool:
        return lookup == "subject_id" or super().lookup_allowed(lookup, value, request)

    @admin.display(description=_("facts"))
    def short_facts(self, entry: Entry) -> str:
        text = json.dumps(entry.facts, ensure_ascii=False)
        return text if len(text) <= 120 else f"{text[:119]}…"

    @admin.display(description=_("facts"))
    def all_facts(self, entry: Entry) -> str:
        return json.dumps(entry.facts, ensure_ascii=False, indent=2)
