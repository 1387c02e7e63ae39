"""Hooks: set up, tried, watched."""

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.paginator import InfinitePaginator
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import ReadOnlyAdmin, ToldReason
from helpdesk.webhooks.actions import keeping
from helpdesk.webhooks.models import Event, Hook
from helpdesk.webhooks.registries import kinds


class HookForm(forms.ModelForm):
    events = forms.MultipleChoiceField(
        label=gettext_lazy("Events"), choices=[], widget=UnfoldAdminCheckboxSelectMultipleWidget
    )

    class Meta:
        model = Hook
        fields = ("name", "owner", "url", "events", "team", "with_notes", "is_active")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["events"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = [(kind, each.label) for kind, each in kinds.items()]

    def clean(self) -> dict[str, Any]:
        cleaned = super().clean() or {}
        if not self.errors:
            owner = cleaned.get("owner")
            if owner is not None and (not owner.is_active or owner.is_customer):
                raise ValidationError(
                    {"owner": _("A web hook belongs to somebody of the staff, and sees what they see.")}
                )
            try:
                keeping.sound(details_in(cleaned))
            except Refused as refusal:
                raise ValidationError(str(refusal)) from refusal
        return cleaned


def details_in(cleaned: dict[str, Any]) -> keeping.HookDetails:
    """What a form said of a hook."""
    return keeping.HookDetails(
        name=cleaned["name"],
        url=cleaned["url"],
        events=cleaned["events"],
        team=cleaned["team"],
        with_notes=cleaned["with_notes"],
        is_active=cleaned["is_active"],
    )


@admin.register(Hook)
class HookAdmin(ToldReason, ProvedAdmin):
    """The key is shown once, on the page that answers the set-up, and when it is renewed."""

    form = HookForm
    list_display = ("name", "owner", "url", "is_active", "why", "failing_since", "rests_until")
    list_filter = ("is_active",)
    list_select_related = ("owner",)
    search_fields = ("name", "url")
    autocomplete_fields = ("owner", "team")
    fields = ("name", "owner", "url", "events", "team", "with_notes", "is_active")
    actions = ("try_now", "renew_key")
    proved_actions = ("renew_key",)
    ordering = ("name", "pk")

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """As whom it sees is decided once."""
        return ("owner",) if obj is not None else ()

    def save_model(self, request: HttpRequest, obj: Hook, form: Any, change: bool) -> None:
        by = cast(User, request.user)
        if change:
            keeping.change(hook=Hook.objects.get(pk=obj.pk), details=details_in(form.cleaned_data), by=by)
            return
        made = keeping.add(details=details_in(form.cleaned_data), owner=form.cleaned_data["owner"], by=by)
        obj.pk, request.new_hook = made.pk, made  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: Hook, post_url_continue: str | None = None) -> HttpResponse:
        return self._show_key(request, request.new_hook)  # type: ignore[attr-defined]

    @admin.action(description=gettext_lazy("Send a test"))
    def try_now(self, request: HttpRequest, queryset: "QuerySet[Hook]") -> None:
        each_or_told(self, request, queryset, lambda hook, by: keeping.test(hook=hook, by=by))

    @admin.action(description=gettext_lazy("Renew the key"))
    def renew_key(self, request: HttpRequest, queryset: "QuerySet[Hook]") -> HttpResponse | None:
        if queryset.count() != 1:
            self.message_user(request, _("Choose one web hook: each has a key of its own."), messages.WARNING)
            return None
        renewed = keeping.renew_key(hook=queryset.get(), by=cast(User, request.user))
        return self._show_key(request, renewed)

    def _show_key(self, request: HttpRequest, hook: Hook) -> HttpResponse:
        """The one page that ever holds the key; no cache keeps it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The key of the web hook"),
            "opts": self.opts,
            "hook": hook,
        }
        response = TemplateResponse(request, "admin/webhooks/hook/key.html", context)
        response["Cache-Control"] = "no-store"
        return response


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What hooks were told, and how each attempt went."""

    list_display = ("number", "hook", "kind", "thread", "state", "attempts", "last", "created_at", "due_at")
    list_filter = ("state", "hook")
    list_select_related = ("hook",)
    fields = ("hook", "key", "kind", "thread", "facts", "state", "created_at", "due_at", "finished_at", "log")
    readonly_fields = ("log",)
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50
    actions = ("send_again",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Event]":
        return super().get_queryset(request).prefetch_related("tries")

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, event: Event) -> str:
        return f"#{event.pk}"

    @admin.display(description=gettext_lazy("last attempt"), empty_value="")
    def last(self, event: Event) -> str:
        return next((str(each) for each in event.tries.all()), "")

    @admin.display(description=gettext_lazy("attempts"))
    def log(self, event: Event) -> str:
        return "\n".join(f"{each.at:%Y-%m-%d %H:%M:%S} UTC · {each} · {each.answer}" for each in event.tries.all())

    @admin.action(description=gettext_lazy("Send again"))
    def send_again(self, request: HttpRequest, queryset: "QuerySet[Event]") -> None:
        rows = queryset.select_related("hook")
        each_or_told(self, request, rows, lambda event, by: keeping.send_again(event=event, by=by))


def each_or_told(page: Any, request: HttpRequest, rows: "QuerySet[Any]", act: Callable[[Any, User], object]) -> None:
    """Do it to each row, and tell how often it was done and what was refused."""
    done = 0
    for row in rows:
        try:
            act(row, cast(User, request.user))
            done += 1
        except Refused as refusal:
            page.message_user(request, f"{row}: {refusal}", messages.WARNING)
    page.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)
