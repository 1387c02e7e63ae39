"""Pages beside the form of a person: their password, their leaving and coming back, seeing what they see."""

from typing import Any, cast

from django import forms
from django.contrib import messages
from django.contrib.auth.password_validation import password_validators_help_text_html
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.http import require_http_methods, require_POST
from unfold.forms import AdminPasswordChangeForm
from unfold.widgets import UnfoldAdminSelectWidget, UnfoldAdminTextInputWidget

from helpdesk.accounts.actions import leaving, passwords, seeing
from helpdesk.accounts.holding import proof_first, proof_to_send
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import can_see_as
from helpdesk.accounts.registries import HandOver, handovers
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.journal.administration import JournalledAdmin

FEW = 10
"""So many of each kind of what is left are named."""


class ReasonForm(forms.Form):
    reason = forms.CharField(
        label=gettext_lazy("Why"),
        max_length=leaving.LONGEST_REASON,
        help_text=gettext_lazy("The journal keeps it."),
        widget=UnfoldAdminTextInputWidget,
    )


class SuccessorForm(forms.Form):
    successor = forms.ModelChoiceField(
        label=gettext_lazy("To"), queryset=User.objects.none(), widget=UnfoldAdminSelectWidget
    )

    def __init__(self, *args: Any, person: User, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        cast(Any, self.fields["successor"]).queryset = User.objects.assignable().exclude(pk=person.pk)


class PersonPages(JournalledAdmin):
    """Mixed into the admin of people."""

    def get_urls(self) -> list[URLPattern]:
        views = {
            "password": proof_first(self.password_view),
            "leaving": require_http_methods(["GET", "HEAD", "POST"])(proof_to_send(self.leaving_view)),
            "return": require_POST(proof_to_send(self.return_view)),
            "handover": require_POST(self.handover_view),
            "seeing": require_http_methods(["GET", "HEAD", "POST"])(proof_first(self.seeing_view)),
        }
        mine = [
            path(f"<int:pk>/{name}/", self.admin_site.admin_view(view), name=f"accounts_user_{name}")
            for name, view in views.items()
        ]
        return [*mine, *super().get_urls()]

    def password_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a password; the person's sessions and unused links end."""
        user = self._person(request, pk)
        form = AdminPasswordChangeForm(user, request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                passwords.change(user=user, new=form.cleaned_data["password1"], by=cast(User, request.user))
            except ValidationError as refusal:
                form.add_error("password1", refusal)
            else:
                self.message_user(request, _("The password is changed."), messages.SUCCESS)
                return redirect("admin:accounts_user_change", pk)
        title = _("Password of %(name)s") % {"name": user}
        rules = password_validators_help_text_html()
        return self._page(request, "password", title=title, form=form, rules=rules)

    def leaving_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """What ends when the person leaves, and what they leave behind to be handed over; a good POST lets them go."""
        person = self._person(request, pk)
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                leaving.deactivate(person=person, by=cast(User, request.user), reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                self.message_user(request, _("%(name)s is out, everywhere.") % {"name": person}, messages.SUCCESS)
                return SeeOther(request.path)
        return self._leaving_page(request, person, form=form, successor=SuccessorForm(person=person))

    def return_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """The person may sign in again."""
        person = self._person(request, pk)
        try:
            leaving.reactivate(person=person, by=cast(User, request.user), reason=request.POST.get("reason", ""))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return SeeOther(reverse("admin:accounts_user_leaving", args=[pk]))
        self.message_user(request, _("%(name)s may sign in again.") % {"name": person}, messages.SUCCESS)
        return SeeOther(reverse("admin:accounts_user_change", args=[pk]))

    def handover_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give what is left of one kind to a colleague."""
        person = self._person(request, pk)
        part = dict(handovers.items()).get(request.POST.get("part", ""))
        form = SuccessorForm(request.POST, person=person)
        if part is None or part.give is None or not form.is_valid():
            return self._leaving_page(request, person, form=ReasonForm(), successor=form, status=422)
        try:
            told, url = part.give(person, form.cleaned_data["successor"], cast(User, request.user))
        except Refused as refusal:
            self.message_user(request, str(refusal), messages.ERROR)
            return SeeOther(reverse("admin:accounts_user_leaving", args=[pk]))
        self.message_user(request, told, messages.SUCCESS)
        return SeeOther(url or reverse("admin:accounts_user_leaving", args=[pk]))

    def seeing_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Look at the desk or the cabinet as the person does: asked for with a reason, read-only, half an hour."""
        person, by = self._person(request, pk), cast(User, request.user)
        if not can_see_as(by, person):
            raise PermissionDenied
        form = ReasonForm(request.POST or None)
        if request.method == "POST" and form.is_valid():
            try:
                begun = seeing.begin(person=person, by=by, reason=form.cleaned_data["reason"])
            except Refused as refusal:
                form.add_error(None, str(refusal))
            else:
                request.session[seeing.SESSION_KEY] = begun.pk
                return SeeOther("/", headers={"Clear-Site-Data": '"cache"'})
        title = _("See as %(name)s") % {"name": person}
        minutes = int(seeing.LONGEST.total_seconds() // 60)
        return self._page(request, "seeing", title=title, form=form, person=person, minutes=minutes)

    def _leaving_page(
        self, request: HttpRequest, person: User, *, status: int | None = None, **context: Any
    ) -> HttpResponse:
        title = (
            _("%(name)s leaves") % {"name": person} if person.is_active else _("%(name)s has left") % {"name": person}
        )
        left = [_Left(name, part, person) for name, part in handovers.items()]
        parts = [each for each in left if each.count]
        return self._page(request, "leaving", title=title, person=person, parts=parts, status=status, **context)

    def _person(self, request: HttpRequest, pk: int) -> User:
        if not self.has_change_permission(request):
            raise PermissionDenied
        return get_object_or_404(User, pk=pk)

    def _page(self, request: HttpRequest, template: str, *, status: int | None = None, **context: Any) -> HttpResponse:
        status = status or (422 if request.method == "POST" else 200)
        context = {**self.admin_site.each_context(request), "opts": self.opts, **context}
        return TemplateResponse(request, f"admin/accounts/user/{template}.html", context, status=status)


class _Left:
    """What of one kind somebody leaves behind, as the page shows it."""

    def __init__(self, name: str, part: HandOver, person: User) -> None:
        self.name, self.label, self.may_be_given = name, part.label, part.give is not None
        self.count = part.count(person)
        self.few = part.few(person, FEW) if self.count else []
        self.more = self.count - len(self.few)
