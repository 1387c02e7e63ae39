"""How somebody signs in, where they are signed in, and who tried."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts import sessions
from helpdesk.accounts.actions import browsers, proofs
from helpdesk.accounts.actions import sessions as session_actions
from helpdesk.accounts.capabilities import Capability, role_requires_mfa
from helpdesk.accounts.ceremonies import why_no_passkeys
from helpdesk.accounts.devices import device_of, device_told
from helpdesk.accounts.models import KnownBrowser, OpenSession
from helpdesk.accounts.registries import security_panels
from helpdesk.accounts.requests import SignedInRequest
from helpdesk.accounts.telling import named_once, told_shortly
from helpdesk.core import readable
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.journal.models import Entry

PAGES = {"desk": "accounts/desk/security.html", "cabinet": "accounts/cabinet/security.html"}
RECENT = 12
RECENT_VERBS = ("signed_in", "sign_in_refused", "session_ended", "sessions_ended", "alarm_raised")


def done(word: str) -> SeeOther:
    """Back to the page, which says what was done."""
    return SeeOther(f"{reverse('security')}?done={word}")


@require_safe
def security(request: SignedInRequest) -> HttpResponse:
    """Password, passkeys, second factors, sessions and what happened lately, in the frame of the person's door."""
    user = request.user
    door = "desk" if user.can(Capability.ENTER_DESK) else "cabinet"
    factors = proofs.factors_of(user)
    context = {
        "said": _said(request.GET.get("done", "")),
        "has_password": user.has_usable_password(),
        "factors": factors,
        "passkeys": [_passkey_row(each) for each in factors.passkeys],
        "no_passkeys_why": why_no_passkeys(request),
        "is_required": role_requires_mfa(user.role),
        "trusted": KnownBrowser.objects.trusted().filter(user=user).count() if browsers.may_trust(user) else 0,
        "sessions": _session_rows(request),
        "recent": _recent_rows(request),
        "panels": _panels(request),
        **frames[door](user),
    }
    return render(request, PAGES[door], context)


@require_POST
def session_end(request: SignedInRequest, pk: int) -> HttpResponse:
    """One of mine is over; of this one the way out is another."""
    found = OpenSession.objects.filter(user=request.user, pk=pk).exclude(session_key=request.session.session_key)
    for session in found.order_by("pk"):
        session_actions.end(session=session, by=request.user)
    return done("ended")


@require_POST
def other_sessions_end(request: SignedInRequest) -> HttpResponse:
    """All of mine but this one are over."""
    session_actions.end_others(person=request.user, but=request.session.session_key or "", by=request.user)
    return done("ended")


@require_POST
def trust_end(request: SignedInRequest) -> HttpResponse:
    """No browser is spared the second factor any more."""
    browsers.distrust(user=request.user, by=request.user)
    return done("asked")


def _said(word: str) -> str:
    return {
        "app": _("The authenticator app is set up."),
        "passkey": _("The passkey is added."),
        "renamed": _("The passkey has its new name."),
        "removed": _("Removed."),
        "ended": _("Signed out there."),
        "asked": _("Every browser is asked for the second factor again."),
    }.get(word, "")


def _passkey_row(passkey: Any) -> dict[str, Any]:
    return {
        "pk": passkey.pk,
        "name": passkey.wrap().name,
        "made": readable.moment(passkey.created_at),
        "used": readable.moment(passkey.last_used_at) if passkey.last_used_at else "",
    }


def _session_rows(request: SignedInRequest) -> list[dict[str, Any]]:
    """This one first, then the latest."""
    rows = list(OpenSession.objects.filter(user=request.user).order_by("-started_at", "-pk")[:100])
    seen = sessions.seen_at([row.session_key for row in rows])
    mine = request.session.session_key
    shown = [
        {
            "pk": row.pk,
            "device": device_of(row.agent),
            "address": row.address or "",
            "by": named_once(row.way, row.factor),
            "since": readable.moment(row.started_at),
            "seen": readable.moment(max(seen.get(row.session_key, row.started_at), row.started_at)),
            "is_this": row.session_key == mine,
        }
        for row in rows
    ]
    return sorted(shown, key=lambda row: not row["is_this"])


def _recent_rows(request: SignedInRequest) -> list[dict[str, Any]]:
    entries = Entry.objects.about(request.user).filter(verb__in=RECENT_VERBS).order_by("-pk")[:RECENT]
    return [
        {
            "text": told_shortly(entry.verb, entry.facts),
            "is_refusal": entry.verb == "sign_in_refused",
            "device": device_told(entry.facts.get("device", "")),
            "address": entry.address or "",
            "at": readable.moment(entry.at),
        }
        for entry in entries
    ]


def _panels(request: SignedInRequest) -> list[dict[str, Any]]:
    found = []
    for _key, panel in security_panels.items():
        values = panel.values(request.user)
        if values is not None:
            found.append({"template": panel.template, "values": values})
    return found
