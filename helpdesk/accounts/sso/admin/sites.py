"""Sites: whom they let in, where people are sent, their secrets; and the notices that went to them."""

from typing import Any, cast

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.holding import proof_first
from helpdesk.accounts.models import User
from helpdesk.accounts.sso.actions import sites
from helpdesk.accounts.sso.forms.sites import KINDS, SiteForm
from helpdesk.accounts.sso.models import LogoutNotice, Site
from helpdesk.accounts.sso.sites.issuer import issuer
from helpdesk.journal.administration import ReadOnlyAdmin


@admin.register(Site)
class SiteAdmin(ProvedAdmin):
    """A site is switched off, never deleted: who was there stays told. Its secret is shown once."""

    form = SiteForm
    list_display = ("called", "home_url", "kind", "is_active", "is_unasked", "notice_uri")
    list_filter = ("is_active", "skip_consent")
    search_fields = ("name", "id")
    change_form_before_template = "admin/sso/site/links.html"
    fieldsets = (
        (None, {"fields": (("name", "home_url"), ("type", "is_active"), "skip_consent")}),
        (gettext_lazy("Where people are sent"), {"fields": ("redirect_uris", "return_uris", "notice_uri")}),
        (gettext_lazy("People"), {"fields": ("allowed_roles", "may_learn")}),
    )

    @admin.display(description=gettext_lazy("name"), ordering="name")
    def called(self, site: Site) -> str:
        return site.name

    @admin.display(description=gettext_lazy("kind"), ordering="type")
    def kind(self, site: Site) -> str:
        return str(dict(KINDS).get(site.type, site.type))

    @admin.display(description=gettext_lazy("lets in without asking"), ordering="skip_consent", boolean=True)
    def is_unasked(self, site: Site) -> bool:
        return site.skip_consent

    def save_model(self, request: HttpRequest, obj: Site, form: Any, change: bool) -> None:
        if not change:
            request.new_secret = sites.new_secret(obj)  # type: ignore[attr-defined]
        super().save_model(request, obj, form, change)
        sites.end_unfit(site=obj)

    def response_add(self, request: HttpRequest, obj: Site, post_url_continue: str | None = None) -> HttpResponse:
        return self._shown(request, obj, "" if obj.is_public else request.new_secret)  # type: ignore[attr-defined]

    def get_urls(self) -> list[URLPattern]:
        view = self.admin_site.admin_view(proof_first(self.secret_view))
        mine = path("<int:pk>/secret/", view, name="sso_site_secret")
        return [mine, *super().get_urls()]

    def secret_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """A GET asks, a POST makes the new secret and shows it."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        site = get_object_or_404(Site, pk=pk)
        if request.method == "POST" and not site.is_public:
            return self._shown(request, site, sites.rotate_secret(site=site, by=cast(User, request.user)))
        context = {**self.admin_site.each_context(request), "title": site.name, "opts": self.opts, "site": site}
        return TemplateResponse(request, "admin/sso/site/new_secret.html", context)

    def _shown(self, request: HttpRequest, site: Site, secret: str) -> HttpResponse:
        """The one page that ever holds the secret; no cache keeps it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("What %(name)s needs to know") % {"name": site.name},
            "opts": self.opts,
            "site": site,
            "secret": secret,
            "issuer": issuer(),
        }
        response = TemplateResponse(request, "admin/sso/site/secret.html", context)
        response["Cache-Control"] = "no-store"
        return response


@admin.register(LogoutNotice)
class LogoutNoticeAdmin(ReadOnlyAdmin):
    """Which sites were told that somebody signed out, and what they answered."""

    list_display = ("site", "person", "state", "attempts", "created_at", "done_at", "reason")
    list_filter = ("state",)
    list_select_related = ("visit__site", "visit__user")
    search_fields = ("visit__site__name", "visit__user__email")
    fields = ("site", "person", "state", "attempts", "next_at", "created_at", "done_at", "reason")

    @admin.display(description=gettext_lazy("site"))
    def site(self, notice: LogoutNotice) -> str:
        return notice.visit.site.name

    @admin.display(description=gettext_lazy("person"))
    def person(self, notice: LogoutNotice) -> str:
        return str(notice.visit.user)
