"""Opening an invitation."""

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions import invitations, staff_invitations
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.enums import Role, Way
from helpdesk.accounts.forms import LONGEST_PASSWORD
from helpdesk.accounts.models import Invitation, User
from helpdesk.core.http import render
from helpdesk.core.retrying import retrying


class NameForm(forms.Form):
    """How a new person is called."""

    name = forms.CharField(label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))


class ColleagueForm(NameForm):
    """And how they will sign in."""

    password = forms.CharField(
        label=_("Password"),
        max_length=LONGEST_PASSWORD,
        strip=False,
        required=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "new-password"}),
        help_text=_("At least ten characters; a sentence is fine. Leave it empty to make a passkey on the next page."),
    )


@login_not_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET says who invites where and changes nothing; the POST joins and signs in. 410 for a link that has run out,
    was used or taken back. The page sends no path to anybody (see the sign-in link)."""
    found = invitations.find(secret)
    if found is None:
        response = _gone(request)
    elif found.is_of_staff:
        response = _of_colleague(request, found, secret)
    else:
        response = _of_customer(request, found, secret)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _of_customer(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    if request.method != "POST":
        return _page(request, found, NameForm(initial={"name": found.name}))
    form = NameForm(request.POST)
    if not _is_known(found) and not form.is_valid():
        return _page(request, found, form, status=422)
    name = str(form.data.get("name", ""))
    person = retrying(lambda: invitations.accept(secret=secret, name=name))
    return _in(request, person, "/")


def _of_colleague(request: HttpRequest, found: Invitation, secret: str) -> HttpResponse:
    if request.method != "POST":
        return _staff_page(request, found, ColleagueForm(initial={"name": found.name}))
    form = ColleagueForm(request.POST)
    if not form.is_valid():
        return _staff_page(request, found, form, status=422)
    name, password = form.cleaned_data["name"], form.cleaned_data["password"]
    try:
        person = retrying(lambda: staff_invitations.accept(secret=secret, name=name, password=password))
    except ValidationError as weak:
        form.add_error("password", weak)
        return _staff_page(request, found, form, status=422)
    return _in(request, person, "/" if password else reverse("passkeys"))


def _in(request: HttpRequest, person: User | None, path: str) -> HttpResponse:
    if person is None:
        return _gone(request)
    answer: HttpResponse = perform_login(
        request, person, redirect_url=path, signal_kwargs={"way": Way.INVITATION.value}
    )
    return answer


def _gone(request: HttpRequest) -> HttpResponse:
    return render(request, "accounts/invitation_gone.html", {}, status=410)


def _page(request: HttpRequest, found: Invitation, form: NameForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "organisation": found.organisation.name if found.organisation else "",
        "who": str(found.invited_by),
        "address": found.address,
        "is_known": _is_known(found),
    }
    return render(request, "accounts/invitation.html", context, status=status)


def _staff_page(request: HttpRequest, found: Invitation, form: ColleagueForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "who": str(found.invited_by),
        "address": found.address,
        "role": dict(Role.choices).get(found.role, found.role),
    }
    return render(request, "accounts/staff_invitation.html", context, status=status)


def _is_known(found: Invitation) -> bool:
    return find_by_address(found.address) is not None
