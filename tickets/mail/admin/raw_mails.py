"""The raw-mail queue: every mail's state and reason, its source, and what a person may do about it."""

from collections.abc import Callable
from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import Model, QuerySet
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST, require_safe
from unfold.paginator import InfinitePaginator

from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import ReadOnlyAdmin, ToldReason
from tickets.mail.actions import ledger
from tickets.mail.downloads import hand_out
from tickets.mail.enums import RawMailState
from tickets.mail.models import RawMail
from tickets.mail.parsing.types import MailKind
from tickets.mail.permissions import can_handle_raw_mail
from tickets.mail.preview import preview_of
from tickets.mail.queries import COUNTED, counts_by_state

KINDS: dict[str, Any] = {
    MailKind.MESSAGE: gettext_lazy("message"),
    MailKind.BOUNCE: gettext_lazy("bounce"),
    MailKind.FEEDBACK: gettext_lazy("abuse report"),
    MailKind.VACATION: gettext_lazy("out-of-office notice"),
    MailKind.AUTO_REPLY: gettext_lazy("automatic mail"),
}
WAITING = (RawMailState.STORED, RawMailState.PROCESSING)
PUT_ASIDE = (RawMailState.QUARANTINED, RawMailState.IGNORED)


class KindFilter(admin.SimpleListFilter):
    title = gettext_lazy("kind")
    parameter_name = "kind"

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, Any]]:
        return list(KINDS.items())

    def queryset(self, request: HttpRequest, queryset: "QuerySet[RawMail]") -> "QuerySet[RawMail]":
        return queryset.filter(kind=self.value()) if self.value() in KINDS else queryset


@admin.register(RawMail)
class RawMailAdmin(ToldReason, ReadOnlyAdmin):
    """Nothing here can be edited: bytes stay as they came. A row opens its own page (`preview`)."""

    list_display = (
        "number",
        "state",
        "why",
        "kind_told",
        "subject",
        "sender",
        "mailbox",
        "source",
        "size",
        "received_at",
    )
    list_filter = ("state", KindFilter, "mailbox", "source")
    list_select_related = ("mailbox",)
    list_before_template = "admin/mail/rawmail/counts.html"
    search_fields = ("=id", "=sha256", "=envelope_from")
    search_help_text = gettext_lazy("Number, SHA-256 or envelope sender")
    fields = ("state", "why")
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50
    actions = ("replay_chosen", "quarantine_chosen")

    def get_queryset(self, request: HttpRequest) -> "QuerySet[RawMail]":
        return RawMail.objects.visible_to(cast(User, request.user)).without_bytes()

    def has_view_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        return isinstance(request.user, User) and can_handle_raw_mail(request.user)

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        words = dict(RawMailState.choices)
        counts = [
            {"state": state, "word": words[state], "count": f"{COUNTED - 1}+" if count >= COUNTED else count}
            for state, count in counts_by_state().items()
        ]
        answer: HttpResponse = super().changelist_view(request, {"counts": counts, **(extra_context or {})})
        return answer

    @admin.display(description=gettext_lazy("number"), ordering="pk")
    def number(self, raw: RawMail) -> str:
        return f"#{raw.pk}"

    @admin.display(description=gettext_lazy("kind"))
    def kind_told(self, raw: RawMail) -> str:
        return str(KINDS[raw.kind]) if raw.kind in KINDS else raw.kind

    @admin.display(description=gettext_lazy("subject"))
    def subject(self, raw: RawMail) -> str:
        return str(raw.findings.get("subject", ""))[:120]

    @admin.display(description=gettext_lazy("from"))
    def sender(self, raw: RawMail) -> str:
        return str(raw.findings.get("from") or raw.envelope_from)[:120]

    @admin.action(description=gettext_lazy("Work on them again"))
    def replay_chosen(self, request: HttpRequest, queryset: "QuerySet[RawMail]") -> None:
        self._each(request, queryset, lambda raw, by: ledger.replay(raw=raw, by=by))

    @admin.action(description=gettext_lazy("Put aside (quarantine)"))
    def quarantine_chosen(self, request: HttpRequest, queryset: "QuerySet[RawMail]") -> None:
        self._each(request, queryset, lambda raw, by: ledger.quarantine(raw=raw, by=by, reason=""))

    def _each(self, request: HttpRequest, queryset: "QuerySet[RawMail]", act: Callable[[RawMail, User], None]) -> None:
        done = 0
        for raw in queryset:
            try:
                act(raw, cast(User, request.user))
                done += 1
            except Refused as refusal:
                self.message_user(request, f"#{raw.pk}: {refusal}", messages.WARNING)
        self.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = [
            path("<int:pk>/source/", view(require_safe(self.source_view)), name="mail_rawmail_source"),
            path("<int:pk>/replay/", view(require_POST(self.replay_view)), name="mail_rawmail_replay"),
            path("<int:pk>/quarantine/", view(require_POST(self.quarantine_view)), name="mail_rawmail_quarantine"),
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """One mail: state, headers, source, the message it became, and the two things that can be done."""
        if not (object_id.isascii() and object_id.isdigit() and len(object_id) < 19):
            raise Http404
        raw = self._load(request, int(object_id))
        context = {
            **self.admin_site.each_context(request),
            "title": _("Raw mail #%(number)d") % {"number": raw.pk},
            "opts": self.opts,
            "raw": raw,
            "kind": self.kind_told(raw),
            "preview": preview_of(bytes(raw.content)),
            "findings": sorted(raw.findings.items()),
            "is_waiting": raw.state in WAITING,
            "is_put_aside": raw.state in PUT_ASIDE,
        }
        return TemplateResponse(request, "admin/mail/rawmail/preview.html", context)

    def source_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The bytes as a file; where files have a host of their own it leads there."""
        return hand_out(self._load(request, pk))

    def replay_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        return self._decide(request, pk, lambda raw, by: ledger.replay(raw=raw, by=by))

    def quarantine_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        reason = request.POST.get("reason", "").replace("\0", "")
        return self._decide(request, pk, lambda raw, by: ledger.quarantine(raw=raw, by=by, reason=reason))

    def _decide(self, request: HttpRequest, pk: int, act: Callable[[RawMail, User], None]) -> HttpResponse:
        raw = self._load(request, pk)
        try:
            act(raw, cast(User, request.user))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        return redirect("admin:mail_rawmail_change", raw.pk)

    def _load(self, request: HttpRequest, pk: int) -> RawMail:
        if not self.has_view_permission(request):
            raise PermissionDenied
        found = RawMail.objects.visible_to(cast(User, request.user)).select_related("mailbox", "ticket", "message")
        return get_object_or_404(found, pk=pk)
