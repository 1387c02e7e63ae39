"""What is kept of a customer: taking it home, and having it erased."""

from functools import partial

from django import forms
from django.conf import settings
from django.contrib import messages
from django.http import FileResponse, HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actions import attempts, erasing
from helpdesk.accounts.enums import Door
from helpdesk.accounts.forms import LONGEST_PASSWORD
from helpdesk.accounts.models import Erasure
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.accounts.stepping_up import proved_without_password
from helpdesk.core.decorators import customer_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.middleware import client_address
from helpdesk.core.retrying import retrying
from tickets.actions import exporting
from tickets.models import DataExport
from tickets.views.cabinet.frame import frame

ARCHIVE = "my-data.zip"


class ErasureForm(forms.Form):
    """Sure, and themselves: by their password, unless they have just come by a link."""

    is_sure = forms.BooleanField(label=gettext_lazy("I want to be erased"))
    password = forms.CharField(
        label=gettext_lazy("Password"),
        required=False,
        strip=False,
        max_length=LONGEST_PASSWORD,
        widget=forms.PasswordInput(attrs={"autocomplete": "current-password"}),
    )


@customer_required
@sensitive_post_parameters("password")
@require_http_methods(["GET", "HEAD", "POST"])
def data(request: CustomerRequest) -> HttpResponse:
    """The page; a POST asks for the erasure."""
    if request.method != "POST":
        return _page(request, ErasureForm())
    form = ErasureForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    try:
        _prove(request, form)
        retrying(partial(erasing.ask, person=request.user, by=request.user))
    except attempts.TooManyAttempts as refusal:
        return _page(request, form, refusal=str(refusal), status=429)
    except Refused as refusal:
        return _page(request, form, refusal=str(refusal), status=422)
    return SeeOther(reverse("cabinet:data"))


@customer_required
@require_POST
def erasure_end(request: CustomerRequest) -> HttpResponse:
    """Stay after all."""
    try:
        retrying(partial(erasing.take_back, person=request.user, by=request.user))
    except Refused as refusal:
        return _page(request, ErasureForm(), refusal=str(refusal), status=422)
    messages.success(request, _("You stay: nothing is erased."))
    return SeeOther(reverse("cabinet:data"))


@customer_required
@require_POST
def export(request: CustomerRequest) -> HttpResponse:
    """Have an archive of everything made."""
    retrying(partial(exporting.ask, person=request.user, by=request.user))
    return SeeOther(reverse("cabinet:data"))


@customer_required
@require_safe
def export_file(request: CustomerRequest, pk: int) -> FileResponse:
    """The archive, to its person alone."""
    found = get_object_or_404(DataExport.objects.visible_to(request.user).filter(ready_at__isnull=False), pk=pk)
    return FileResponse(found.file.open("rb"), as_attachment=True, filename=ARCHIVE, content_type="application/zip")


def _prove(request: CustomerRequest, form: ErasureForm) -> None:
    """Raises Refused unless it is the person themselves who sits there."""
    if proved_without_password(request):
        return
    about = f"erasure:{request.user.pk}"
    attempt = attempts.begin(door=Door.PASSWORD, about=about, address=client_address(request))
    if not request.user.check_password(form.cleaned_data["password"]):
        raise Refused(_("First prove that it is you: with your password, or by a link that we send you."))
    attempt.delete()


def _page(request: CustomerRequest, form: ErasureForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    context = {
        "form": form,
        "refusal": refusal,
        "export": DataExport.objects.visible_to(request.user).order_by("-pk").first(),
        "erasure": Erasure.objects.open().filter(person=request.user).first(),
        "archive": ARCHIVE,
        "days": settings.ERASURE_DAYS,
        "is_proved": proved_without_password(request),
        "has_password": request.user.has_usable_password(),
        **frame(request.user),
    }
    return render(request, "tickets/cabinet/data.html", context, status=status)
