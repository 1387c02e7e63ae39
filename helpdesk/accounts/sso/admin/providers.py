"""Identity providers: who they are, whom they may speak for, and whether they answer."""

from typing import Any, cast

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import get_language, gettext_lazy
from django.utils.translation import gettext as _
from unfold.admin import TabularInline

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.models import User
from helpdesk.accounts.sso import checks
from helpdesk.accounts.sso.actions import identities
from helpdesk.accounts.sso.enums import Kind
from helpdesk.accounts.sso.forms.providers import ProviderForm
from helpdesk.accounts.sso.models import IdentityProvider, OutsideIdentity, RoleMapping
from helpdesk.accounts.sso.outside import oidc, saml
from helpdesk.journal.administration import ReadOnlyAdmin

AGAIN_SECONDS = 2


class RoleMappingInline(TabularInline):
    model = RoleMapping
    fields = ("group", "role", "teams")
    autocomplete_fields = ("teams",)
    extra = 0


@admin.register(IdentityProvider)
class IdentityProviderAdmin(ProvedAdmin):
    """A provider is switched off, never deleted: its identities remember it. It is tested before it is switched on."""

    form = ProviderForm
    secret_fields = frozenset({"secret"})
    list_display = ("name", "kind", "is_active", "domains", "default_role", "described_at")
    list_filter = ("kind", "is_active")
    search_fields = ("name", "issuer")
    readonly_fields = ("described_at",)
    inlines = (RoleMappingInline,)
    change_form_before_template = "admin/sso/identityprovider/links.html"
    fieldsets = (
        (None, {"fields": (("name", "slug"), ("kind", "is_active"), "described_at")}),
        (
            gettext_lazy("Whom it brings"),
            {"fields": ("domains", ("vouches", "proves_second"), ("default_role", "group_claim"))},
        ),
        ("OpenID Connect", {"fields": (("issuer", "scopes"), ("client_id", "secret"))}),
        ("SAML 2.0", {"fields": ("metadata_url", "metadata", "takes_unsolicited")}),
    )

    def get_urls(self) -> list[URLPattern]:
        mine = path("<int:pk>/test/", self.admin_site.admin_view(self.test_view), name="sso_identityprovider_test")
        return [mine, *super().get_urls()]

    def test_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A POST rings for the test; the page looks again until it is there."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        provider = get_object_or_404(IdentityProvider, pk=pk)
        if request.method == "POST":
            return self._begin(request, provider)
        ticket = request.GET.get("ticket", "")[:64]
        steps = checks.outcome(provider_id=pk, ticket=ticket) if ticket.isascii() and ticket else None
        context = {
            **self.admin_site.each_context(request),
            "title": _("Test of %(name)s") % {"name": provider.name},
            "opts": self.opts,
            "provider": provider,
            "steps": steps,
            "ours": _ours(provider),
            "is_waiting": bool(ticket) and steps is None,
        }
        response = TemplateResponse(request, "admin/sso/identityprovider/test.html", context)
        if context["is_waiting"]:
            response["Refresh"] = str(AGAIN_SECONDS)
        return response

    def _begin(self, request: HttpRequest, provider: IdentityProvider) -> HttpResponse:
        by = cast(User, request.user)
        ticket = checks.begin(provider=provider, by=by, language=get_language() or "en")
        answer = redirect("admin:sso_identityprovider_test", provider.pk)
        if ticket is None:
            self.message_user(request, _("The queue server is away: try again when it is back."), messages.ERROR)
        else:
            answer["Location"] += f"?ticket={ticket}"
        return answer


def _ours(provider: IdentityProvider) -> list[tuple[Any, str]]:
    if provider.kind == Kind.OIDC:
        return [(_("Redirect URI"), oidc.callback_address(provider))]
    return [
        (_("Entity id and metadata"), saml.address_of(provider, "metadata")),
        (_("Assertion consumer (HTTP-POST)"), saml.address_of(provider, "acs")),
    ]


@admin.register(OutsideIdentity)
class OutsideIdentityAdmin(ReadOnlyAdmin):
    """Who is known where by what."""

    list_display = ("person", "known_to", "address", "subject", "linked_at", "used_at")
    list_filter = ("provider",)
    list_select_related = ("user", "provider")
    search_fields = ("address", "subject", "user__name", "user__email")
    fields = ("person", "known_to", "address", "subject", "linked_at", "used_at")
    actions = ("unlink",)

    @admin.display(description=gettext_lazy("person"), ordering="user__name")
    def person(self, identity: OutsideIdentity) -> str:
        return str(identity.user)

    @admin.display(description=gettext_lazy("identity provider"), ordering="provider__name")
    def known_to(self, identity: OutsideIdentity) -> str:
        return identity.provider.name

    @admin.action(description=gettext_lazy("Unlink"))
    def unlink(self, request: HttpRequest, queryset: "QuerySet[OutsideIdentity]") -> None:
        count = 0
        for identity in queryset.select_related("user", "provider"):
            identities.unlink(identity=identity, by=cast(User, request.user))
            count += 1
        self.message_user(request, _("Unlinked: %(count)d") % {"count": count}, messages.SUCCESS)
