"""The outbox: what was sent, what waits, and what needs a person."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import ReadOnlyAdmin, ToldReason
from helpdesk.notifications import actions, breakers
from helpdesk.notifications.models import Breaker, Delivery

NEEDED = "needed"


class PersonNeededFilter(admin.SimpleListFilter):
    """Unknown, held and failed rows: nothing happens to them by itself."""

    title = gettext_lazy("a person")
    parameter_name = "person"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return [(NEEDED, gettext_lazy("is needed"))]

    def queryset(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> "QuerySet[Delivery]":
        if self.value() == NEEDED:
            return queryset.filter(pk__in=Delivery.objects.needing_a_person().order_by().values("pk"))
        return queryset


@admin.register(Delivery)
class DeliveryAdmin(ToldReason, ReadOnlyAdmin):
    """One row: one recipient. The content of a sign-in link or notice is not shown: it may open doors."""

    list_display = (
        "number",
        "recipient",
        "state",
        "why",
        "attempts",
        "channel",
        "purpose",
        "route",
        "created_at",
        "due_at",
    )
    list_filter = (PersonNeededFilter, "state", "channel", "purpose")
    search_fields = ("=recipient", "=message_id")
    search_help_text = gettext_lazy("Recipient or Message-ID, exactly")
    fields = (
        "recipient",
        "person",
        "channel",
        "purpose",
        "state",
        "why",
        "status_code",
        "attempts",
        "route",
        "conversation",
        "message_id",
        "created_at",
        "due_at",
        "trying_since",
        "data_at",
        "finished_at",
    )
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50
    actions = ("release", "settle_arrived", "give_up")

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, delivery: Delivery) -> str:
        return f"#{delivery.pk}"

    @admin.action(description=gettext_lazy("Send again"))
    def release(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        self._each(request, queryset, lambda row, by: actions.release(delivery=row, by=by))

    @admin.action(description=gettext_lazy("It arrived"))
    def settle_arrived(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        self._each(request, queryset, lambda row, by: actions.settle(delivery=row, by=by, arrived=True))

    @admin.action(description=gettext_lazy("Give up"))
    def give_up(self, request: HttpRequest, queryset: "QuerySet[Delivery]") -> None:
        self._each(request, queryset, lambda row, by: actions.settle(delivery=row, by=by, arrived=False))

    def _each(
        self, request: HttpRequest, queryset: "QuerySet[Delivery]", act: Callable[[Delivery, User], object]
    ) -> None:
        done = 0
        for delivery in queryset:
            try:
                act(delivery, cast(User, request.user))
                done += 1
            except Refused as refusal:
                self.message_user(request, f"#{delivery.pk}: {refusal}", messages.WARNING)
        self.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)


@admin.register(Breaker)
class BreakerAdmin(ToldReason, ReadOnlyAdmin):
    """Ways out that fail for everybody and rest meanwhile."""

    list_display = ("route", "failures", "open_until", "why")
    fields = ("route", "failures", "open_until", "why")
    ordering = ("route", "pk")
    actions = ("try_now",)

    @admin.action(description=gettext_lazy("Try again now"))
    def try_now(self, request: HttpRequest, queryset: "QuerySet[Breaker]") -> None:
        for breaker in queryset:
            breakers.close(breaker=breaker, by=cast(User, request.user))
        self.message_user(request, _("They are tried again."), messages.SUCCESS)
