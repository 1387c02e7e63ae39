"""API tokens: issued and revoked, never read again."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget

from helpdesk.accounts.actions import tokens
from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.models import ApiToken, User
from helpdesk.accounts.scopes import Scope


class NewTokenForm(forms.ModelForm):
    scopes = forms.MultipleChoiceField(
        label=gettext_lazy("may"),
        choices=Scope.choices,
        initial=[Scope.READ],
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )

    class Meta:
        model = ApiToken
        fields = ("user", "name", "scopes", "expires_at")


@admin.register(ApiToken)
class ApiTokenAdmin(ProvedAdmin):
    """The token itself is shown once, on the page that answers its issue."""

    form = NewTokenForm
    list_display = ("user", "name", "hint", "scopes", "created_at", "last_used_at", "expires_at", "revoked_at")
    list_filter = (("revoked_at", admin.EmptyFieldListFilter),)
    list_select_related = ("user",)
    search_fields = ("name", "user__email", "user__name")
    autocomplete_fields = ("user",)
    fields = ("user", "name", "scopes", "expires_at")
    actions = ("revoke",)
    ordering = ("-pk",)

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The list's action revokes; a row itself is never edited."""
        return obj is None and super().has_change_permission(request, obj)

    def save_model(self, request: HttpRequest, obj: ApiToken, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        secret = tokens.issue(
            user=asked["user"],
            by=cast(User, request.user),
            name=asked["name"],
            scopes=asked["scopes"],
            expires_at=asked["expires_at"],
        )
        obj.pk = ApiToken.objects.get(digest=tokens.digest_of(secret)).pk
        request.new_token = secret  # type: ignore[attr-defined]

    def response_add(self, request: HttpRequest, obj: ApiToken, post_url_continue: str | None = None) -> HttpResponse:
        """The one page that ever holds the token; no cache keeps it."""
        context = {
            **self.admin_site.each_context(request),
            "title": _("The new token"),
            "opts": self.opts,
            "token": request.new_token,  # type: ignore[attr-defined]
            "owner": obj.user,
        }
        response = TemplateResponse(request, "admin/accounts/apitoken/issued.html", context)
        response["Cache-Control"] = "no-store"
        return response

    @admin.action(description=gettext_lazy("Revoke"))
    def revoke(self, request: HttpRequest, queryset: "QuerySet[ApiToken]") -> None:
        count = 0
        for token in queryset.filter(revoked_at__isnull=True):
            tokens.revoke(token=token, by=cast(User, request.user))
            count += 1
        self.message_user(request, _("Revoked: %(count)d") % {"count": count}, messages.SUCCESS)
