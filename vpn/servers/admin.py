"""Hosts of servers: how they fare, who is connected, what is taken there."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.utils import unquote
from django.core.exceptions import PermissionDenied
from django.db.models import Count, Q, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import pgettext_lazy
from django.views.decorators.http import require_POST
from unfold.paginator import InfinitePaginator

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.holding import proof_to_send
from helpdesk.core.errors import Refused
from helpdesk.journal.administration import ReadOnlyAdmin
from vpn.actions import publishing
from vpn.admin.pages import IssuersAdmin, LookedAtAdmin, by
from vpn.enums import Engine, SignerKind
from vpn.models import Ending, Host, Session
from vpn.servers.actions import canaries, ending, hosting, installing
from vpn.servers.forms import HostForm
from vpn.servers.troubles import all_troubles

SHOWN = 100
"""Sessions on the page of a host; of more there is the list."""


@admin.register(Host)
class HostAdmin(IssuersAdmin, ProvedAdmin):
    """The machine of a server, as it last reported."""

    form = HostForm
    list_display = ("server", "is_direct", "reported_at", "list_state", "list_until", "canary_result", "connected")
    list_filter = ("is_direct", "list_state", "canary_result")
    list_select_related = ("server",)
    search_fields = ("server__name",)
    ordering = ("server__name", "pk")
    change_form_outer_before_template = "admin/vpn/host/state.html"
    said = ("server", "is_direct", ("folder", "runs_as"), ("blocks_by", "canary_remote"), "interface")
    fields = (
        *said,
        ("reported_at", "reported_from", "asked_at"),
        ("list_state", "list_number", "list_until"),
        ("canary_result", "canary_detail", "canary_at"),
    )
    readonly_fields = (
        *("reported_at", "reported_from", "asked_at", "list_state", "list_number", "list_until"),
        *("canary_result", "canary_detail", "canary_at"),
    )

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Host]":
        live = Count("server__sessions", filter=Q(server__sessions__ended_at__isnull=True))
        return super().get_queryset(request).select_related("server__authority").annotate(live=live)

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        """A new one has reported nothing."""
        return self.fields if obj is not None else self.said

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> tuple[str, ...]:
        """Which server it is was said once."""
        return (*self.readonly_fields, "server") if obj is not None else self.readonly_fields

    @admin.display(description=pgettext_lazy("people", "connected"), ordering="live")
    def connected(self, host: Any) -> int:
        return int(host.live)

    def save_model(self, request: HttpRequest, obj: Host, form: Any, change: bool) -> None:
        if change:
            hosting.change(host=Host.objects.get(pk=obj.pk), details=form.details(), by=by(request))
        else:
            made = hosting.set_up(server=form.cleaned_data["server"], details=form.details(), by=by(request))
            obj.pk = made.pk

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view
        doing = {"files": self.files_view, "canary": self.canary_view, "ending": self.ending_view}
        mine = [
            path(f"<int:pk>/{name}/", view(require_POST(proof_to_send(act))), name=f"vpn_host_{name}")
            for name, act in doing.items()
        ]
        return [*mine, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """With what is wrong and who is connected above the form."""
        host = self.get_object(request, unquote(object_id))
        shown = _shown(host) if host is not None else {}
        return super().change_view(request, object_id, form_url, {**(extra_context or {}), **shown})

    def files_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The archive for the host; each time with a new token."""
        host = self._host(request, pk)
        is_new, passphrase = "new_certificate" in request.POST, request.POST.get("passphrase", "")
        try:
            content = installing.take_files(host=host, by=by(request), new_certificate=is_new, passphrase=passphrase)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
            return redirect("admin:vpn_host_change", pk)
        name = f"helpdesk-vpn-{host.server.slug}.tar.gz"
        headers = {"Content-Disposition": f'attachment; filename="{name}"', "Cache-Control": "no-store"}
        return HttpResponse(content, content_type="application/gzip", headers=headers)

    def canary_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A canary, and the list that has it; with a passphrase both are signed by it."""
        host, passphrase = self._host(request, pk), request.POST.get("passphrase", "")
        try:
            if host.server.engine != Engine.OPENVPN:
                raise Refused(_("WireGuard has no revocation lists, and so no canaries."))
            canaries.make_canary(server=host.server, by=by(request), passphrase=passphrase)
            if passphrase and host.server.authority is not None:
                publishing.publish_list(authority=host.server.authority, passphrase=passphrase)
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, _("The host tries the new canary at its next turn."), messages.SUCCESS)
        return redirect("admin:vpn_host_change", pk)

    def ending_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put out who is connected by the session `session`."""
        host, chosen = self._host(request, pk), request.POST.get("session", "")
        session = get_object_or_404(
            Session.objects.visible_to(by(request)).live().filter(server=host.server),
            pk=int(chosen) if chosen.isascii() and chosen.isdecimal() and len(chosen) < 19 else 0,
        )
        ending.disconnect(session=session, by=by(request))
        self.message_user(request, _("The host ends the session at its next turn."), messages.SUCCESS)
        return redirect("admin:vpn_host_change", pk)

    def _host(self, request: HttpRequest, pk: int) -> Host:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(Host.objects.visible_to(by(request)).select_related("server__authority"), pk=pk)


@admin.register(Session)
class SessionAdmin(LookedAtAdmin, ReadOnlyAdmin):
    """Who was connected when, from where, and how much went by."""

    list_display = (
        "name",
        "server",
        "key",
        "real",
        "address",
        "connected_at",
        "seen_at",
        "ended_at",
        "received",
        "sent",
    )
    list_filter = ("server",)
    list_select_related = ("server", "key")
    search_fields = ("name", "real")
    fields = (
        ("name", "server", "key"),
        ("real", "address"),
        ("connected_at", "seen_at", "ended_at"),
        ("received", "sent"),
    )
    ordering = ("-pk",)
    paginator = InfinitePaginator
    list_per_page = 50


def _shown(host: Host) -> dict[str, Any]:
    server = host.server
    return {
        "troubles": [each.words for each in all_troubles() if each.server == server.name],
        "sessions": list(server.sessions.live().select_related("key")[:SHOWN]),
        "endings": list(Ending.objects.due().filter(server=server)[:SHOWN]),
        "is_openvpn": server.engine == Engine.OPENVPN,
        "asks_passphrase": server.authority is not None and server.authority.signer == SignerKind.PASSPHRASE,
    }
