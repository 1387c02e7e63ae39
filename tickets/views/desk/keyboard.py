"""The keys of one person: seen, changed, switched off."""

from collections.abc import Mapping

from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.actions.personal import choose_keys
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import render, see_other
from helpdesk.core.keyboard import USUAL, keys_with
from helpdesk.core.retrying import retrying
from tickets.views.desk.frame import frame

LONGEST = 20


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def keyboard(request: StaffRequest) -> HttpResponse:
    """Every action with its key in a field, and whether such keys work at all; `usual` puts all of it back."""
    user = request.user
    if request.method != "POST":
        return _page(request, keys_with(user.own_keys), has_keys=user.has_keys)
    said = {usual: request.POST.get(f"key_{usual}", "").replace("\0", "")[:LONGEST] for usual in USUAL}
    is_reset = "usual" in request.POST
    keys, has_keys = ({}, True) if is_reset else (said, "has_keys" in request.POST)
    try:
        retrying(lambda: choose_keys(person=user, keys=keys, has_keys=has_keys, by=user))
    except Refused as refusal:
        return _page(request, said, has_keys=has_keys, refusal=str(refusal), status=422)
    return see_other(request, f"{reverse('desk:keyboard')}?saved")


def _page(
    request: StaffRequest, keys: Mapping[str, str], *, has_keys: bool, refusal: str = "", status: int = 200
) -> HttpResponse:
    rows = [
        {"usual": usual, "key": keys.get(usual, ""), "label": label, "name": f"key_{usual}", "id": f"key_{number}"}
        for number, (usual, label) in enumerate(USUAL.items(), start=1)
    ]
    context = {"rows": rows, "has_keys": has_keys, "refusal": refusal, "is_saved": "saved" in request.GET}
    return render(request, "tickets/desk/keyboard.html", context | frame(request.user), status=status)
