"""People and their addresses."""

from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from unfold.admin import TabularInline

from helpdesk.accounts.actions.grants import change_grants
from helpdesk.accounts.actions.people import clear_bounce
from helpdesk.accounts.actions.roles import change_role, ensure_may_give
from helpdesk.accounts.admin.person_pages import PersonPages
from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.capabilities import Capability, role_has
from helpdesk.accounts.enums import CUSTOMER_ROLES, ContactKind
from helpdesk.accounts.models import ContactPoint, Grant, User
from helpdesk.accounts.permissions import can_see_as
from helpdesk.accounts.registries import person_links
from helpdesk.core.errors import Refused
from helpdesk.journal.actions import record
from helpdesk.journal.administration import ReadOnlyAdmin

HARMLESS = frozenset({"name", "language", "time_zone", "signature", "notes"})


class PersonForm(forms.ModelForm):
    """`by` is who fills it in. Whether somebody is active is not among its fields: they leave, and come back, by pages
    of their own."""

    by: User | None = None

    class Meta:
        model = User
        fields = ("name", "email", "role", "organisation", "language", "time_zone", "signature", "notes", "is_auditor")

    def clean_email(self) -> str | None:
        """Lower case; an address belongs to one person."""
        email = (self.cleaned_data["email"] or "").lower() or None
        owners = ContactPoint.objects.filter(kind=ContactKind.EMAIL, value=email).exclude(user=self.instance.pk)
        if email and owners.exists():
            raise ValidationError(_("This address belongs to somebody else already."))
        return email

    def clean_role(self) -> str:
        role = str(self.cleaned_data["role"])
        if self.instance.pk is None or "role" not in self.changed_data:
            return role
        try:
            ensure_may_give(role, person=User.objects.get(pk=self.instance.pk), by=self.by)
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        return role

    def clean(self) -> dict[str, Any] | None:
        """Who sees only a part of the tickets must not read of all of them."""
        cleaned, asked = super().clean(), self.cleaned_data
        if asked.get("is_auditor") and not role_has(asked.get("role", ""), Capability.SEE_ALL_TICKETS):
            raise ValidationError({"is_auditor": _("Only staff who see every ticket can be auditors.")})
        return cleaned


class GrantForms(forms.BaseInlineFormSet):
    """The rows that are left are what `change_grants` is asked for; it says no before anything is written."""

    def asked(self) -> dict[Any, Any]:
        rows = [form.cleaned_data for form in self.forms if form.cleaned_data and form not in self.deleted_forms]
        return {row["team"]: row["until"] for row in rows if row.get("team")}


class GrantInline(TabularInline):
    """Which queues are open to somebody who doesn't see every ticket; of no meaning for anybody else."""

    model = Grant
    fk_name = "contractor"
    formset = GrantForms
    fields = ("team", "until", "granted_by")
    readonly_fields = ("granted_by",)
    autocomplete_fields = ("team",)
    extra = 0


class ContactPointInline(TabularInline):
    model = ContactPoint
    fields = ("kind", "value", "verified_at", "bounced_at", "bounce_reason")
    readonly_fields = ("verified_at", "bounced_at", "bounce_reason")
    extra = 0


@admin.register(User)
class UserAdmin(PersonPages, ProvedAdmin):
    """A person is switched off, never deleted: what they said stays theirs."""

    form = PersonForm
    list_display = ("name", "email", "role", "organisation", "is_active", "last_login")
    list_filter = ("role", "is_active")
    list_select_related = ("organisation",)
    search_fields = ("name", "email", "contact_points__value")
    autocomplete_fields = ("organisation",)
    fieldsets = (
        (None, {"fields": ("name", "email", "role", "organisation", "is_auditor")}),
        (gettext_lazy("How they read and sign"), {"fields": ("language", "time_zone", "signature")}),
        (gettext_lazy("Notes"), {"fields": ("notes",)}),
    )
    inlines = (ContactPointInline, GrantInline)
    told_otherwise = (Grant,)
    change_form_before_template = "admin/accounts/user/links.html"

    def get_form(self, request: HttpRequest, obj: User | None = None, **kwargs: Any) -> type[forms.ModelForm]:
        """Nobody changes their own role."""
        form = cast(Any, super().get_form(request, obj, **kwargs))
        form.by = request.user
        if obj is not None and obj.pk == request.user.pk:
            form.base_fields["role"].disabled = True
        return cast(type[forms.ModelForm], form)

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        person = self.get_object(request, object_id)
        by = cast(User, request.user)
        may_see_as = person is not None and can_see_as(by, person)
        links = [(link.label, link.url(person, by)) for _name, link in person_links.items()] if person else []
        return super().change_view(request, object_id, form_url, {"may_see_as": may_see_as, "links": links})

    def needs_proof(self, request: HttpRequest, object_id: str | None) -> bool:
        """Not for what gives nobody more than they had: how they are called and read, what is noted of them."""
        obj = self.get_object(request, object_id) if object_id else None
        if obj is None:
            return True
        form = self.get_form(request, obj, change=True)(request.POST, instance=obj)
        rows, _inlines = self._create_formsets(request, obj, change=True)
        return not HARMLESS.issuperset(form.changed_data) or any(each.has_changed() for each in rows)

    def save_model(self, request: HttpRequest, obj: User, form: Any, change: bool) -> None:
        """Another role is given by its action, which tells of it; the rest is told here."""
        if not change:
            obj.set_unusable_password()
        elif "role" in form.changed_data:
            change_role(person=User.objects.get(pk=obj.pk), role=obj.role, by=cast(User, request.user))
            form.changed_data.remove("role")
        super().save_model(request, obj, form, change)

    def save_formset(self, request: HttpRequest, form: Any, formset: Any, change: bool) -> None:
        if formset.model is not Grant:
            super().save_formset(request, form, formset, change)
            return
        formset.save(commit=False)  # says what it would have done, which the admin asks for; the action does it
        try:
            change_grants(person=form.instance, queues=formset.asked(), by=cast(User, request.user))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """Their sign-in address is an address of theirs."""
        user, by = form.instance, cast(User, request.user)
        super().save_related(request, form, formsets, change)
        if user.email:
            _, is_new = ContactPoint.objects.get_or_create(
                kind=ContactKind.EMAIL, value=user.email, defaults={"user": user}
            )
            if is_new:
                told = {"kind": ContactKind.EMAIL.value, "value": user.email}
                record(verb="contactpoint_added", subject=user, by=by, after=told)

    def get_inlines(self, request: HttpRequest, obj: User | None) -> tuple[type, ...]:
        if obj is None:
            return ()
        sees_a_part = obj.role not in CUSTOMER_ROLES and not role_has(obj.role, Capability.SEE_ALL_TICKETS)
        return (ContactPointInline, GrantInline) if sees_a_part else (ContactPointInline,)


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
