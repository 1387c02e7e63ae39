"""The people of an organisation, for its manager."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions import invitations, membership
from helpdesk.accounts.actions.attempts import TooManyAttempts
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Invitation, User
from helpdesk.accounts.permissions import manages_people
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core import readable
from helpdesk.core.decorators import customer_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.middleware import client_address
from helpdesk.core.paging import page_of
from helpdesk.core.retrying import retrying
from tickets.forms.people import InvitationForm
from tickets.views.cabinet.frame import frame

ROWS = 50
MOST_INVITATIONS = 100


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def people(request: CustomerRequest) -> HttpResponse:
    """Who belongs to the organisation and who is invited; a POST invites. 403 to whoever does not manage it."""
    _ensure_manager(request)
    if request.method != "POST":
        return _page(request, InvitationForm())
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return _page(request, form, status=422)
    invite = partial(invitations.invite, by=request.user, from_address=client_address(request), **form.cleaned_data)
    said = _("%(address)s is invited: a letter with a link is on its way, unless an administrator has to look at it.")
    return _act(request, invite, form=form, said=said % {"address": form.cleaned_data["address"]})


@customer_required
@require_POST
def invitation_resend(request: CustomerRequest, pk: int) -> HttpResponse:
    """The letter once more, with another link."""
    found = _invitation(request, pk)
    again = partial(invitations.resend, invitation=found, by=request.user, from_address=client_address(request))
    return _act(request, again, said=_("The invitation is on its way again, with a new link."))


@customer_required
@require_POST
def invitation_revocation(request: CustomerRequest, pk: int) -> HttpResponse:
    """The link ends."""
    revoke = partial(invitations.revoke, invitation=_invitation(request, pk), by=request.user)
    return _act(request, revoke, said=_("The invitation is taken back: its link no longer works."))


@customer_required
@require_POST
def person_manager(request: CustomerRequest, pk: int) -> HttpResponse:
    """`manager` is `yes` or anything else: make this colleague a manager, or not any more."""
    is_manager = request.POST.get("manager") == "yes"
    change = partial(membership.change_manager, person=_person(request, pk), by=request.user, is_manager=is_manager)
    response = _act(request, change, said=_("Changed."))
    still = request.user.pk != pk or is_manager or response.status_code != SeeOther.status_code
    return response if still else SeeOther(reverse("cabinet:home"))


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def person_removal(request: CustomerRequest, pk: int) -> HttpResponse:
    """A GET asks, the POST removes."""
    person = _person(request, pk)
    if request.method != "POST":
        context = {"who": person, "is_me": person.pk == request.user.pk, **frame(request.user, current="people")}
        return render(request, "tickets/cabinet/removal.html", context)
    said = _("%(name)s was removed and can no longer sign in. Their requests stay.") % {"name": person}
    return _act(request, partial(membership.remove, person=person, by=request.user), said=said)


def _act(
    request: CustomerRequest, action: Callable[[], Any], *, said: str, form: InvitationForm | None = None
) -> HttpResponse:
    """Do it and lead back to the list with a word; a refusal is the list with its sentence."""
    try:
        retrying(action)
    except TooManyAttempts as refusal:
        return _page(request, form or InvitationForm(), refusal=str(refusal), status=429)
    except Refused as refusal:
        return _page(request, form or InvitationForm(), refusal=str(refusal), status=422)
    messages.success(request, said)
    return SeeOther(reverse("cabinet:people"))


def _page(request: CustomerRequest, form: InvitationForm, *, refusal: str = "", status: int = 200) -> HttpResponse:
    user, url = request.user, reverse("cabinet:people")
    found = User.objects.active().visible_to(user).filter(organisation=user.organisation_id)
    page = page_of(found, by="date_joined", cursor=request.GET.get("cursor", ""), size=ROWS)
    invited = Invitation.objects.open().visible_to(user).order_by("-pk")[:MOST_INVITATIONS]
    context = {
        "form": form,
        "refusal": refusal,
        "people": [_told(person, user) for person in page.rows],
        "invited": [
            {
                "pk": each.pk,
                "address": each.address,
                "name": each.name,
                "is_manager": each.is_manager,
                "is_expired": each.is_expired,
                "until": readable.moment(each.expires_at),
            }
            for each in invited
        ],
        "newer_url": f"{url}?cursor={page.newer}" if page.newer else "",
        "older_url": f"{url}?cursor={page.older}" if page.older else "",
        **frame(user, current="people"),
    }
    return render(request, "tickets/cabinet/people.html", context, status=status)


def _told(person: User, reader: User) -> dict[str, Any]:
    name = str(person)
    return {
        "pk": person.pk,
        "name": name,
        "email": person.email or "",
        "initials": readable.initials(name),
        "hue": readable.hue(person.email or name),
        "is_manager": person.role == Role.CUSTOMER_MANAGER,
        "is_me": person.pk == reader.pk,
    }


def _ensure_manager(request: CustomerRequest) -> None:
    if not manages_people(request.user):
        raise PermissionDenied


def _person(request: CustomerRequest, pk: int) -> User:
    """A colleague; 403 to whoever does not manage people, 404 for anybody else's."""
    _ensure_manager(request)
    colleagues = User.objects.active().visible_to(request.user).filter(organisation=request.user.organisation_id)
    return get_object_or_404(colleagues, pk=pk)


def _invitation(request: CustomerRequest, pk: int) -> Invitation:
    _ensure_manager(request)
    return get_object_or_404(Invitation.objects.visible_to(request.user), pk=pk)
