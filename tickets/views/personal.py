"""What the personal pages of desk and cabinet have in common."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.urls import reverse

from helpdesk.accounts.actions import personal
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.core.errors import Refused
from helpdesk.core.http import render, see_other
from helpdesk.core.retrying import retrying
from tickets.forms.personal import PersonalForm


def personal_page(request: SignedInRequest, template: str, frame: Callable[[], dict[str, Any]]) -> HttpResponse:
    """The form; a good POST keeps it and leads back (the whole page: language, name and colours are all over it), a
    refused one shows the form again with 422. `frame` is what else the page reads, asked only where it is shown."""
    if request.method != "POST":
        return _page(request, template, PersonalForm(person=request.user), frame)
    form = PersonalForm(request.POST, person=request.user)
    if form.is_valid():
        try:
            retrying(lambda: personal.change(person=request.user, chosen=form.chosen(), by=request.user))
            return see_other(request, f"{request.path}?saved")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, template, form, frame, status=422)


def _page(
    request: SignedInRequest,
    template: str,
    form: PersonalForm,
    frame: Callable[[], dict[str, Any]],
    *,
    status: int = 200,
) -> HttpResponse:
    tokens_url = reverse("keys:tokens" if request.user.is_customer else "people:tokens")
    told = {"form": form, "url": request.path, "is_saved": "saved" in request.GET, "tokens_url": tokens_url}
    context = {**told, **frame()}
    return render(request, template, context, fragment="settings", status=status)
