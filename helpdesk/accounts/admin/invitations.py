"""Inviting colleagues."""

from typing import Any, cast

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.core.exceptions import ValidationError
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext_lazy
from unfold.widgets import UnfoldAdminCheckboxSelectMultipleWidget, UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from helpdesk.accounts.actions import staff_invitations
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.administration import ProvedAdmin
from helpdesk.accounts.enums import CUSTOMER_ROLES, Role
from helpdesk.accounts.models import Invitation, Team, User
from helpdesk.core.errors import Refused
from helpdesk.core.middleware import client_address

ROLES = [(role.value, role.label) for role in Role if role not in CUSTOMER_ROLES]


class InvitationForm(forms.ModelForm):
    name = forms.CharField(
        label=pgettext_lazy("of a person", "Name"), max_length=200, required=False, widget=UnfoldAdminTextInputWidget
    )
    role = forms.ChoiceField(label=gettext_lazy("Role"), choices=ROLES, widget=UnfoldAdminSelectWidget)
    teams = forms.ModelMultipleChoiceField(
        label=gettext_lazy("Teams"),
        queryset=Team.objects.filter(is_active=True),
        required=False,
        widget=UnfoldAdminCheckboxSelectMultipleWidget,
    )
    language = forms.ChoiceField(
        label=gettext_lazy("Language"), choices=settings.LANGUAGES, required=False, widget=UnfoldAdminSelectWidget
    )

    class Meta:
        model = Invitation
        fields = ("address", "name", "role", "teams", "language")

    def clean_address(self) -> str:
        """Nobody's, and not invited already."""
        address = str(self.cleaned_data["address"]).lower()
        if find_by_address(address) is not None:
            raise ValidationError(_("Somebody here has this address already: look among the people."))
        if Invitation.objects.open().of_staff().filter(address=address).exists():
            raise ValidationError(_("This address is invited already: send that invitation again."))
        return address


@admin.register(Invitation)
class InvitationAdmin(ProvedAdmin):
    """Colleagues who were asked to come; customers invite each other in the cabinet."""

    form = InvitationForm
    list_display = (
        "address",
        "name",
        "role_name",
        "invited_by",
        "created_at",
        "expires_at",
        "accepted_at",
        "revoked_at",
    )
    list_select_related = ("invited_by",)
    search_fields = ("address", "name")
    fields = ("address", "name", "role", "teams", "language")
    actions = ("send_again", "take_back")
    ordering = ("-pk",)

    def get_queryset(self, request: HttpRequest) -> "QuerySet[Invitation]":
        return cast("QuerySet[Invitation]", super().get_queryset(request).filter(organisation__isnull=True))

    def has_change_permission(self, request: HttpRequest, obj: Model | None = None) -> bool:
        """The list's actions do what can be done; a row itself is never edited."""
        return obj is None and super().has_change_permission(request, obj)

    @admin.display(description=gettext_lazy("role"), ordering="role")
    def role_name(self, invitation: Invitation) -> str:
        return str(dict(Role.choices).get(invitation.role, invitation.role))

    def add_view(self, request: HttpRequest, form_url: str = "", extra_context: Any = None) -> HttpResponse:
        """What the action refuses is said on the list."""
        try:
            return cast(HttpResponse, super().add_view(request, form_url, extra_context))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return redirect("admin:accounts_invitation_changelist")

    def save_model(self, request: HttpRequest, obj: Invitation, form: Any, change: bool) -> None:
        asked = form.cleaned_data
        made = staff_invitations.invite(
            by=cast(User, request.user),
            address=asked["address"],
            name=asked["name"],
            role=asked["role"],
            teams=asked["teams"],
            language=asked["language"],
            from_address=client_address(request),
        )
        obj.pk = made.pk

    def save_related(self, request: HttpRequest, form: Any, formsets: Any, change: bool) -> None:
        """The action has written the teams."""

    @admin.action(description=gettext_lazy("Send again, with another link"))
    def send_again(self, request: HttpRequest, queryset: "QuerySet[Invitation]") -> None:
        def act(invitation: Invitation) -> None:
            staff_invitations.resend(
                invitation=invitation, by=cast(User, request.user), from_address=client_address(request)
            )

        self._each(request, queryset, act)

    @admin.action(description=gettext_lazy("Take back"))
    def take_back(self, request: HttpRequest, queryset: "QuerySet[Invitation]") -> None:
        self._each(
            request, queryset, lambda each: staff_invitations.revoke(invitation=each, by=cast(User, request.user))
        )

    def _each(self, request: HttpRequest, queryset: "QuerySet[Invitation]", act: Any) -> None:
        done = 0
        for invitation in queryset.order_by("pk"):
            try:
                act(invitation)
                done += 1
            except Refused as refusal:
                self.message_user(request, f"{invitation.address}: {refusal}", messages.ERROR)
        self.message_user(request, _("Done: %(count)d") % {"count": done}, messages.SUCCESS)
