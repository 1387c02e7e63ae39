"""Secrets are put in, revealed and wiped."""

from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters, sensitive_variables
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.stepping_up import proof_url, recently_proved
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import SeeOther, see_other
from vpn.hosting.actions.asking import ask
from vpn.hosting.actions.reveals import SHOWN_FOR, reveal
from vpn.hosting.actions.secrets import put_in, wipe
from vpn.hosting.enums import RevealKind, Source
from vpn.hosting.forms import ReasonForm, SecretForm
from vpn.hosting.models import Entry, Reveal, RevealRequest, Secret
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.views.desk.entries import card, entry_url
from vpn.hosting.views.page import because_of, done_or_refused, load_entry, load_secret, refused, show, unkept


@staff_required
@sensitive_post_parameters("value")
@sensitive_variables("form")
@require_http_methods(["GET", "HEAD", "POST"])
def secrets(request: StaffRequest, pk: int) -> HttpResponse:
    """Put a secret in, or another one in the place of the one with the same label; a good POST leads to the card."""
    found = load_entry(request.user, pk)
    if not can_keep_vault(request.user):
        raise PermissionDenied
    if request.method != "POST":
        label = request.GET.get("label", "")
        known = found.secrets.kept().without_values().filter(label=label).first() if label else None
        return _form(request, SecretForm(initial={"label": label, "kind": known.kind if known else ""}), found)
    form = SecretForm(request.POST)
    if not form.is_valid():
        return _form(request, form, found, status=422)
    said = form.cleaned_data
    put = partial(put_in, entry=found, by=request.user, source=Source.DESK, **said)
    made, status = done_or_refused(form, put)
    return _form(request, form, found, status=status) if made is None else SeeOther(entry_url(found))


@staff_required
@sensitive_variables("shown")
@require_http_methods(["GET", "HEAD", "POST"])
def reveals(request: StaffRequest, pk: int, secret: int) -> HttpResponse:
    """A GET asks why; the POST shows the secret for a minute, or asks a second person where the entry wants one. What
    is shown is kept by no cache, and the browser itself leaves the page when the minute is over."""
    found = load_secret(request.user, pk, secret)
    if found.entry.needs_proof and not recently_proved(request):
        return see_other(request, proof_url(request))
    because = because_of(request.user, request.POST.get("ticket") or request.GET.get("ticket"), found.entry)
    if request.method != "POST":
        number = because.ticket.number if because.ticket else None
        return _asking(request, ReasonForm(initial={"reason": because.reason, "ticket": number}), found)
    form = ReasonForm(request.POST)
    if not form.is_valid():
        return _asking(request, form, found, status=422)
    if form.cleaned_data["ticket"] and because.ticket is None:
        form.add_error("ticket", _("There is no such ticket, or it is not open to you."))
        return _asking(request, form, found, status=422)
    said: dict[str, Any] = {"by": request.user, "reason": form.cleaned_data["reason"], "ticket": because.ticket}
    if _wants_second(request, found):
        asked, status = done_or_refused(form, partial(ask, secret=found, **said))
        return _asking(request, form, found, status=status) if asked is None else SeeOther(request.get_full_path())
    kind = RevealKind.COPIED if "copy" in request.POST else RevealKind.SHOWN
    shown, status = done_or_refused(form, partial(reveal, secret=found, kind=kind, **said))
    return _asking(request, form, found, status=status) if shown is None else _shown(request, shown, because.query)


@staff_required
@require_POST
def secret_removal(request: StaffRequest, pk: int, secret: int) -> HttpResponse:
    """Wipe it; back to the card."""
    found = load_secret(request.user, pk, secret)
    refusal, status = refused(partial(wipe, secret=found, by=request.user))
    if refusal:
        return card(request, found.entry, refusal=refusal, status=status)
    return SeeOther(entry_url(found.entry))


def _wants_second(request: StaffRequest, secret: Secret) -> bool:
    if not secret.entry.needs_four_eyes:
        return False
    return not RevealRequest.objects.good().filter(secret=secret, by=request.user).exists()


@sensitive_variables()
def _shown(request: StaffRequest, reveal: Reveal, query: str) -> HttpResponse:
    back = entry_url(reveal.entry) + query
    seconds = int(SHOWN_FOR.total_seconds())
    context = {
        "reveal": reveal,
        "entry": reveal.entry,
        "secret": reveal.secret,
        "value": reveal.secret.value,
        "is_copied": reveal.kind == RevealKind.COPIED,
        "back_url": back,
        "seconds": seconds,
    }
    response = unkept(show(request, "vpn/hosting/desk/shown.html", context, is_live=False))
    response["Refresh"] = f"{seconds}; url={back}"
    return response


def _asking(request: StaffRequest, form: ReasonForm, secret: Secret, *, status: int = 200) -> HttpResponse:
    mine = RevealRequest.objects.filter(secret=secret, by=request.user)
    context = {
        "form": form,
        "entry": secret.entry,
        "secret": secret,
        "back_url": entry_url(secret.entry),
        "wants_second": _wants_second(request, secret),
        "waits": mine.waiting().exists() if secret.entry.needs_four_eyes else False,
    }
    return show(request, "vpn/hosting/desk/reveal.html", context, status=status)


def _form(request: StaffRequest, form: SecretForm, entry: Entry, *, status: int = 200) -> HttpResponse:
    context = {"form": form, "entry": entry, "back_url": entry_url(entry)}
    return unkept(show(request, "vpn/hosting/desk/secret_form.html", context, status=status, is_live=False))
