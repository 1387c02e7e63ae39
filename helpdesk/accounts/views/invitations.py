"""Opening an invitation."""

from allauth.account.utils import perform_login
from django import forms
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions import invitations
from helpdesk.accounts.actions.people import find_by_address
from helpdesk.accounts.models import Invitation
from helpdesk.core.http import render
from helpdesk.core.retrying import retrying


class NameForm(forms.Form):
    """How a new person is called."""

    name = forms.CharField(label=_("Full name"), max_length=200, widget=forms.TextInput(attrs={"autocomplete": "name"}))


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def invitation(request: HttpRequest, secret: str) -> HttpResponse:
    """A GET says who invites where and changes nothing; the POST joins and signs in. 410 for a link that has run out,
    was used or taken back. The page sends no path to anybody (see the sign-in link)."""
    response = _answer(request, secret)
    response["Referrer-Policy"] = "strict-origin"
    return response


def _answer(request: HttpRequest, secret: str) -> HttpResponse:
    found = invitations.find(secret)
    if found is None:
        return render(request, "accounts/invitation_gone.html", {}, status=410)
    if request.method != "POST":
        return _page(request, found, NameForm(initial={"name": found.name}))
    form = NameForm(request.POST)
    if not _is_known(found) and not form.is_valid():
        return _page(request, found, form, status=422)
    name = str(form.data.get("name", ""))
    person = retrying(lambda: invitations.accept(secret=secret, name=name))
    if person is None:
        return render(request, "accounts/invitation_gone.html", {}, status=410)
    answer: HttpResponse = perform_login(request, person, redirect_url="/")
    return answer


def _page(request: HttpRequest, found: Invitation, form: NameForm, *, status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "organisation": found.organisation.name,
        "who": str(found.invited_by),
        "address": found.address,
        "is_known": _is_known(found),
    }
    return render(request, "accounts/invitation.html", context, status=status)


def _is_known(found: Invitation) -> bool:
    return find_by_address(found.address) is not None
