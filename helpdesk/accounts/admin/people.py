"""People and their addresses."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import PermissionDenied, ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline
from unfold.forms import AdminPasswordChangeForm

from helpdesk.accounts.actions import passwords
from helpdesk.accounts.actions.people import clear_bounce
from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, Grant, User
from helpdesk.journal.actions import record
from helpdesk.journal.administration import JournalledAdmin, ReadOnlyAdmin


class PersonForm(forms.ModelForm):
    class Meta:
        model = User
        fields = (
            "name",
            "email",
            "role",
            "organisation",
            "language",
            "time_zone",
            "signature",
            "notes",
            "is_active",
            "is_auditor",
        )

    def clean_email(self) -> str | None:
        """Lower case; an address belongs to one person."""
        email = (self.cleaned_data["email"] or "").lower() or None
        owners = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=email).exclude(user=self.instance.pk)
        if email and owners.exists():
            raise ValidationError(_("This address belongs to somebody else already."))
        return email

    def clean(self) -> dict[str, Any] | None:
        """Who sees only a part of the tickets must not read of all of them."""
        cleaned, asked = super().clean(), self.cleaned_data
        if asked.get("is_auditor") and not role_has(asked.get("role", ""), Capability.SEE_ALL_TICKETS):
            raise ValidationError({"is_auditor": _("Only staff who see every ticket can be auditors.")})
        return cleaned


class GrantInline(TabularInline):
    """Which queues a contractor sees; of no meaning for anybody else."""

    model = Grant
    fk_name = "contractor"
    fields = ("team", "until")
    autocomplete_fields = ("team",)
    extra = 0


class ContactPointInline(TabularInline):
    model = ContactPoint
    fields = ("kind", "value", "verified_at", "bounced_at", "bounce_reason")
    readonly_fields = ("verified_at", "bounced_at", "bounce_reason")
    extra = 0


@admin.register(User)
class UserAdmin(JournalledAdmin):
    """A person is switched off, never deleted: what they said stays theirs."""

    form = PersonForm
    list_display = ("name", "email", "role", "organisation", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "contact_points__value")
    autocomplete_fields = ("organisation",)
    fieldsets = (
        (None, {"fields": ("name", "email", "role", "organisation", ("is_active", "is_auditor"))}),
        (gettext_lazy("How they read and sign"), {"fields": ("language", "time_zone", "signature")}),
        (gettext_lazy("Notes"), {"fields": ("notes",)}),
    )
    inlines = (ContactPointInline, GrantInline)
    told_otherwise = (Grant,)
    change_form_before_template = "admin/accounts/user/links.html"

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        """Nobody takes away their own way into this page."""
        form = super().get_form(request, obj, **kwargs)
        if obj is not None and obj.pk == request.user.pk:
            form.base_fields["role"].disabled = form.base_fields["is_active"].disabled = True
        return cast(type[forms.ModelForm], form)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        if not change:
            obj.set_unusable_password()
        super().save_model(request, obj, form, change)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Their sign-in address is an address of theirs; changed grants are told in the journal."""
        user, by = form.instance, cast(User, request.user)
        before = _granted(user)
        super().save_related(request, form, formsets, change)
        if user.email:
            _, is_new = ContactPoint.objects.get_or_create(
                kind=ContactKind.EMAIL, value=user.email, defaults={"user": user}
            )
            if is_new:
                told = {"kind": ContactKind.EMAIL.value, "value": user.email}
                record(verb="contactpoint_added", subject=user, by=by, after=told)
        if (after := _granted(user)) != before:
            record(verb="grants_changed", subject=user, by=by, before=before, after=after)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type, ...]:
        if obj is None:
            return ()
        return (ContactPointInline, GrantInline) if obj.role == Role.CONTRACTOR else (ContactPointInline,)

    def get_urls(self) -> list[URLPattern]:
        mine = path("<int:pk>/password/", self.admin_site.admin_view(self.password_view), name="accounts_user_password")
        return [mine, *super().get_urls()]

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a password; the person's sessions and unused links end."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        user = get_object_or_404(User, pk=pk)
        form = AdminPasswordChangeForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            passwords.change(user=user, new=form.cleaned_data["password1"], by=cast(User, request.user))
            self.message_user(request, _("The password is changed."), messages.SUCCESS)
            return redirect("admin:accounts_user_change", pk)
        context = {
            **self.admin_site.each_context(request),
            "title": _("Password of %(name)s") % {"name": user},
            "opts": self.opts,
            "form": form,
            "rules": password_validators_help_text_html(),
        }
        status = 422 if request.method == "POST" else 200
        return TemplateResponse(request, "admin/accounts/user/password.html", context, status=status)


def _granted(user: User) -> list[int]:
    return list(Grant.objects.filter(contractor=user).order_by("pk").values_list("team", flat=True))


@admin.register(ContactPoint)
class ContactPointAdmin(ReadOnlyAdmin):
    """Every address, to find whose it is and to let mail go there again."""

    list_display = ("value", "kind", "user", "verified_at", "bounced_at", "bounce_reason")
    list_filter = ("kind", ("bounced_at", admin.EmptyFieldListFilter))
    list_select_related = ("user",)
    search_fields = ("value",)
    fields = ("user", "kind", "value", "verified_at", "bounced_at", "bounce_reason")
    actions = ("clear_bounces",)

    @admin.action(description=gettext_lazy("Write to this address again"))
    def clear_bounces(self, request: HttpRequest, queryset: "QuerySet[ContactPoint]") -> None:
        count = 0
        for point in queryset.filter(bounced_at__isnull=False).select_related("user"):
            clear_bounce(point=point, by=cast(User, request.user))
            count += 1
        self.message_user(request, _("Cleared: %(count)d") % {"count": count}, messages.SUCCESS)
