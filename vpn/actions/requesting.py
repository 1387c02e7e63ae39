"""Asking for a key, and deciding about it."""

from collections.abc import Callable
from datetime import date

from django.conf import settings
from django.db import transaction
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.translation import gettext as _

from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.notices import notify
from tickets.models import Ticket
from vpn.actions.news import ring_for_news
from vpn.enums import RequestState
from vpn.models import KeyRequest, Server
from vpn.paths import keys_path
from vpn.permissions import can_ask_for, can_issue, can_withdraw
from vpn.pki.naming import check_device


@transaction.atomic
def ask(
    *,
    person: User,
    server: Server,
    device_name: str,
    reason: str,
    by: User,
    until: date | None = None,
    ticket: Ticket | None = None,
) -> KeyRequest:
    """A key is wanted for `person`; those who issue keys are told. The same asked for again is the request there is.
    Writes `vpn_key_requested`. Raises NotAllowed, Refused."""
    ensure(can_ask_for(by, person))
    person = User.objects.select_for_update(of=("self",), no_key=True).get(pk=person.pk)
    device_name = check_device(device_name.strip())
    if not Server.objects.offered_to(person).filter(pk=server.pk).exists():
        raise Refused(_("This server is not open to %(name)s.") % {"name": person})
    if not reason.strip():
        raise Refused(_("Say what the key is for: whoever decides doesn't know."))
    if until is None and person.role == Role.CONTRACTOR:
        raise Refused(_("A contractor's key ends on a day: say which."))
    if until is not None and until < timezone.localdate():
        raise Refused(_("This day is over: choose a later one."))
    found = KeyRequest.objects.open().filter(person=person, server=server, device_name=device_name).first()
    if found is not None:
        return found
    request = KeyRequest.objects.create(
        person=person,
        asked_by=by,
        server=server,
        device_name=device_name,
        reason=reason.strip()[:1000],
        until=until,
        ticket=ticket,
    )
    record(verb="vpn_key_requested", subject=request, by=by, person=person.pk, server=server.name, device=device_name)
    ring_for_news()
    return request


@transaction.atomic
def approve(*, request: KeyRequest, by: User) -> KeyRequest:
    """The key is to be issued, which is the next step; who asked is told. Writes `vpn_request_approved`. Raises
    NotAllowed, Refused."""
    request = _decided(request, by, RequestState.APPROVED)
    record(verb="vpn_request_approved", subject=request, by=by, person=request.person_id)
    _tell(
        request,
        lambda: _("A VPN key to %(server)s is approved") % _facts(request),
        lambda: (
            _("It is issued next, for %(name)s on %(device)s. A letter with the link to it follows.") % _facts(request)
        ),
    )
    return request


@transaction.atomic
def refuse(*, request: KeyRequest, by: User, answer: str) -> KeyRequest:
    """No key; who asked is told why. Writes `vpn_request_refused`. Raises NotAllowed, Refused."""
    if not answer.strip():
        raise Refused(_("Say why not: the person is told."))
    request = _decided(request, by, RequestState.REFUSED, answer.strip()[:500])
    record(verb="vpn_request_refused", subject=request, by=by, person=request.person_id, reason=request.answer)
    _tell(
        request,
        lambda: _("No VPN key to %(server)s") % _facts(request),
        lambda: _("The request for %(name)s was refused: %(why)s") % {**_facts(request), "why": request.answer},
    )
    return request


@transaction.atomic
def withdraw(*, request: KeyRequest, by: User) -> KeyRequest:
    """Whoever asked needs it no more. Writes `vpn_request_withdrawn`. Raises NotAllowed, Refused."""
    request = _locked(request)
    if request.state != RequestState.WAITING:
        raise Refused(_("This request was decided already."))
    ensure(can_withdraw(by, request))
    _write(request, by, RequestState.WITHDRAWN)
    record(verb="vpn_request_withdrawn", subject=request, by=by)
    return request


def _tell(request: KeyRequest, title: Callable[[], str], text: Callable[[], str]) -> None:
    """In the caller's transaction: whom the key is for, and who asked on their behalf; each in their language, with the
    page where they look next."""
    for person in dict.fromkeys([request.person, request.asked_by]):
        with translation.override(person.language or settings.LANGUAGE_CODE):
            notify(person=person, subject=request, title=title(), text=text(), path=_path_for(person, request))


def _path_for(person: User, request: KeyRequest) -> str:
    if request.ticket is not None and person != request.person and not person.is_customer:
        return reverse("desk:ticket", args=[request.ticket.number])
    return keys_path(person)


def _facts(request: KeyRequest) -> dict[str, str]:
    return {"name": str(request.person), "server": request.server.name, "device": request.device_name}


def _decided(request: KeyRequest, by: User, state: RequestState, answer: str = "") -> KeyRequest:
    ensure(can_issue(by))
    request = _locked(request)
    if request.state != RequestState.WAITING:
        raise Refused(_("This request was decided already."))
    _write(request, by, state, answer)
    return request


def _write(request: KeyRequest, by: User, state: RequestState, answer: str = "") -> None:
    request.state, request.decided_by, request.decided_at, request.answer = state, by, timezone.now(), answer
    request.save(update_fields=["state", "decided_by", "decided_at", "answer"])


def _locked(request: KeyRequest) -> KeyRequest:
    locked = KeyRequest.objects.select_for_update(of=("self",)).select_related("person", "server", "asked_by")
    return locked.get(pk=request.pk)
