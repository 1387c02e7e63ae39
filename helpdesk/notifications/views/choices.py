"""What somebody of the staff wants to be told, by which ways, and when not."""

from collections.abc import Sequence
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from helpdesk.notifications.actions import choosing
from helpdesk.notifications.enums import Channel
from helpdesk.notifications.forms import ChoicesForm
from helpdesk.notifications.models import Address, Browser, Gateway
from helpdesk.notifications.registries import occasions
from helpdesk.notifications.wishes import Wishes, wishes_of, zone_of

ALWAYS = (Channel.DESK, Channel.EMAIL, Channel.PUSH)
FIELDS = ("quiet_from", "quiet_until", "quiet_weekends", "rhythm", "digest_hour")
Column = tuple[str, str]
"""A channel and what it is called."""


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def choices(request: StaffRequest) -> HttpResponse:
    """The table of occasions and channels, quiet hours, letters; `usual` goes back to what the team has."""
    wishes, columns = _wishes(request.user)
    if request.method != "POST":
        initial = {name: getattr(wishes.choice, name) for name in FIELDS}
        return _page(request, ChoicesForm(initial=initial), wishes, columns)
    form = ChoicesForm(request.POST)
    if not form.is_valid():
        return _page(request, form, wishes, columns, status=422)
    wanted = {} if "usual" in request.POST else _wanted(request.POST.getlist("wanted"), wishes, columns)
    chosen = choosing.Chosen(wanted=wanted, **form.cleaned_data)
    try:
        retrying(lambda: choosing.choose(person=request.user, by=request.user, chosen=chosen))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return _page(request, form, wishes, columns, status=422)
    return SeeOther(f"{request.path}?saved")


def _wishes(person: User) -> tuple[Wishes, list[Column]]:
    """As if every channel that is offered reached them: they may choose one first and set it up afterwards."""
    found = wishes_of([person])[person.pk]
    gateways = {
        gateway.channel: gateway.name for gateway in Gateway.objects.filter(is_active=True).order_by("name", "pk")
    }
    columns = [(str(channel), str(channel.label)) for channel in ALWAYS]
    columns += [(channel, name) for channel, name in gateways.items() if channel in found.reached]
    shown = frozenset(channel for channel, _label in columns)
    return Wishes(person, shown, found.choice, found.teams), columns


def _wanted(said: Sequence[str], wishes: Wishes, columns: Sequence[Column]) -> dict[str, list[str]]:
    """Occasions for which other channels are ticked than is usual."""
    ticked = {
        name: {channel for channel, _label in columns if f"{name}/{channel}" in said}
        for name, _each in occasions.items()
    }
    return {name: sorted(chosen) for name, chosen in ticked.items() if chosen != wishes.usual(name)}


def _page(
    request: StaffRequest, form: ChoicesForm, wishes: Wishes, columns: Sequence[Column], *, status: int = 200
) -> HttpResponse:
    ticked = set(request.POST.getlist("wanted")) if request.method == "POST" else None
    context = {
        "form": form,
        "is_saved": "saved" in request.GET,
        "columns": [label for _channel, label in columns],
        "rows": _rows(wishes, columns, ticked),
        "zone": str(zone_of(request.user)),
        "addresses": _addresses(request.user),
        "browsers": Browser.objects.filter(person=request.user).order_by("pk"),
        **frames["desk"](request.user, current="me"),
    }
    return render(request, "notifications/desk/choices.html", context, status=status)


def _rows(wishes: Wishes, columns: Sequence[Column], ticked: set[str] | None) -> list[dict[str, Any]]:
    rows = []
    for name, occasion in occasions.items():
        chosen = wishes.channels(name)
        boxes = [
            {
                "value": f"{name}/{channel}",
                "label": _("%(occasion)s: %(channel)s") % {"occasion": occasion.label, "channel": label},
                "checked": channel in chosen if ticked is None else f"{name}/{channel}" in ticked,
            }
            for channel, label in columns
        ]
        rows.append({"label": occasion.label, "help": occasion.help, "boxes": boxes})
    return rows


def _addresses(person: User) -> list[dict[str, Any]]:
    """Every gateway with the person's address there, proven or not."""
    own = {address.gateway_id: address for address in Address.objects.filter(person=person).order_by("pk")}
    gateways = Gateway.objects.filter(is_active=True).order_by("name", "pk")
    return [_address(gateway, own.get(gateway.pk)) for gateway in gateways]


def _address(gateway: Gateway, address: Address | None) -> dict[str, Any]:
    return {
        "gateway": gateway,
        "address": address,
        "value": address.value if address else "",
        "is_proven": address is not None and address.proven_at is not None,
        "is_unproven": address is not None and address.proven_at is None,
    }
