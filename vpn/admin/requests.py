"""Who asks for keys, and what is answered."""

from collections.abc import Callable
from functools import partial

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from helpdesk.accounts.holding import proof_to_send
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from vpn.actions import requesting
from vpn.admin.pages import LookedAtAdmin, by
from vpn.models import KeyRequest


@admin.register(KeyRequest)
class KeyRequestAdmin(LookedAtAdmin):
    """Approving leads to the page that issues, filled in."""

    list_display = ("device_name", "person", "server", "until", "state", "asked_at", "decided_by")
    list_filter = ("state", "server")
    list_select_related = ("person", "server", "decided_by")
    search_fields = ("person__name", "person__email", "device_name", "reason")
    fields = (
        ("person", "asked_by", "asked_at"),
        ("device_name", "server", "until"),
        ("reason", "ticket"),
        ("state", "decided_by", "decided_at"),
        ("answer", "key"),
    )
    ordering = ("-pk",)
    change_form_outer_before_template = "admin/vpn/keyrequest/links.html"

    def get_queryset(self, request: HttpRequest) -> "QuerySet[KeyRequest]":
        return KeyRequest.objects.visible_to(by(request))

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        mine = [
            path(
                "<int:pk>/approval/",
                view(require_POST(proof_to_send(self.approval_view))),
                name="vpn_keyrequest_approval",
            ),
            path(
                "<int:pk>/refusal/", view(require_POST(proof_to_send(self.refusal_view))), name="vpn_keyrequest_refusal"
            ),
        ]
        return [*mine, *super().get_urls()]

    def approval_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Yes: on to issuing."""
        wish = self._wish(request, pk)
        issue = f"{reverse('admin:vpn_key_issue')}?request={pk}"
        return self._done(request, wish, partial(requesting.approve, request=wish, by=by(request)), issue)

    def refusal_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """No, and why."""
        wish, answer = self._wish(request, pk), request.POST.get("answer", "")
        there = reverse("admin:vpn_keyrequest_changelist")
        return self._done(request, wish, partial(requesting.refuse, request=wish, by=by(request), answer=answer), there)

    def _done(self, request: HttpRequest, wish: KeyRequest, act: Callable[[], object], there: str) -> HttpResponse:
        try:
            retrying(act)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return SeeOther(reverse("admin:vpn_keyrequest_change", args=[wish.pk]))
        return SeeOther(there)

    def _wish(self, request: HttpRequest, pk: int) -> KeyRequest:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return get_object_or_404(self.get_queryset(request), pk=pk)
