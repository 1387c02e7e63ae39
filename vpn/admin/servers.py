"""Who signs, what is opened, and the texts that go along."""

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_POST

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.holding import proof_to_send
from helpdesk.core.errors import Refused
from vpn.actions import publishing
from vpn.admin.pages import IssuersAdmin, LookedAtAdmin
from vpn.forms.servers import AuthorityForm, GroupForm, ProfileTemplateForm, ServerForm
from vpn.models import Authority, Group, ProfileTemplate, RevocationList, Server


@admin.register(Authority)
class AuthorityAdmin(IssuersAdmin, ProvedAdmin):
    """An authority is switched off, never deleted: certificates are known by it."""

    form = AuthorityForm
    secret_fields = frozenset({"encrypted_key_pem", "archive_password"})
    list_display = ("name", "signer", "is_active", "key_type", "list_due_at", "list_failure")
    search_fields = ("name",)
    fields = (
        ("name", "slug"),
        "is_active",
        ("signer", "socket_path"),
        ("key_type", "client_days"),
        "root_pem",
        "issuing_pem",
        "encrypted_key_pem",
        ("archive_to", "archive_password"),
        ("list_due_at", "list_failure"),
    )
    readonly_fields = ("list_due_at", "list_failure")
    ordering = ("name", "pk")
    change_form_outer_before_template = "admin/vpn/authority/links.html"

    def get_urls(self) -> list[URLPattern]:
        publication = require_POST(proof_to_send(self.publication_view))
        mine = path("<int:pk>/publication/", self.admin_site.admin_view(publication), name="vpn_authority_publication")
        return [mine, *super().get_urls()]

    def publication_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A new revocation list, now."""
        if not self.has_view_permission(request):
            raise PermissionDenied
        authority = get_object_or_404(Authority, pk=pk)
        try:
            made = publishing.publish_list(authority=authority, passphrase=request.POST.get("passphrase", ""))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.WARNING)
        else:
            self.message_user(request, _("List %(number)d is out.") % {"number": made.number}, messages.SUCCESS)
        return redirect("admin:vpn_authority_change", pk)


@admin.register(Server)
class ServerAdmin(IssuersAdmin, ProvedAdmin):
    """A server is switched off, never deleted: keys open it."""

    form = ServerForm
    secret_fields = frozenset({"management_password"})
    list_display = ("name", "engine", "authority", "is_active", "network")
    list_filter = ("engine", "is_active")
    list_select_related = ("authority",)
    search_fields = ("name",)
    autocomplete_fields = ("organisations",)
    change_form_outer_before_template = "admin/vpn/server/links.html"
    ordering = ("name", "pk")
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("engine", "authority"), "is_active", "organisations")}),
        (gettext_lazy("Network"), {"fields": (("network", "dns"), "routes")}),
        (
            "OpenVPN",
            {"fields": ("remotes", ("server_name", "tls_mode"), ("management_address", "management_password"))},
        ),
        ("WireGuard", {"fields": ("endpoint", "public_key", "keepalive_seconds")}),
    )


@admin.register(Group)
class GroupAdmin(IssuersAdmin, ProvedAdmin):
    """Whom a server leads to more networks."""

    form = GroupForm
    list_display = ("name", "server")
    list_filter = ("server",)
    list_select_related = ("server",)
    search_fields = ("name",)
    autocomplete_fields = ("teams", "people")
    fields = ("server", "name", "teams", "people", "routes")
    ordering = ("server__name", "name", "pk")


@admin.register(ProfileTemplate)
class ProfileTemplateAdmin(IssuersAdmin, ProvedAdmin):
    """Texts that go out with every archive."""

    form = ProfileTemplateForm
    list_display = ("name",)
    fields = ("name", "text")
    ordering = ("name",)


@admin.register(RevocationList)
class RevocationListAdmin(LookedAtAdmin):
    """What was published, newest first."""

    list_display = ("number", "authority", "issued_at", "next_update")
    list_filter = ("authority",)
    list_select_related = ("authority",)
    fields = ("authority", "number", "issued_at", "next_update", "pem")
    ordering = ("-pk",)
