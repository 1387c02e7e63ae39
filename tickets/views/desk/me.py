"""What staff set for themselves, and their own numbers."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods

from helpdesk.accounts.models import User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core import readable
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import wants_fragment
from tickets.queries.personal import drafts_written_by, numbers_of
from tickets.rendering import snippet_of
from tickets.views.desk.frame import frame
from tickets.views.personal import personal_page


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: StaffRequest) -> HttpResponse:
    """Name, language, time zone, colours and signature; beside them what is in hand and what was done."""
    return personal_page(request, "tickets/desk/me.html", partial(_around, request))


def _around(request: StaffRequest) -> dict[str, Any]:
    """The rail and the numbers; a fragment shows neither."""
    if wants_fragment(request):
        return {}
    now = timezone.now()
    midnight = timezone.localtime(now).replace(hour=0, minute=0, second=0, microsecond=0)
    numbers = numbers_of(request.user, today=midnight, now=now)
    mine = f"{reverse('desk:tickets')}?view=mine"
    held = [
        {"status": status, "count": count, "url": f"{mine}&status={status}"}
        for status, count in numbers.in_hand.items()
    ]
    context = {"held": held, "numbers": numbers, "drafts": _drafts(request.user), "keys_said": _keys_said(request.user)}
    return context | frame(request.user)


def _keys_said(user: User) -> str:
    if not user.has_keys:
        return _("Single keys are off")
    changed = len(user.own_keys)
    said = ngettext("%(count)s key of your own", "%(count)s keys of your own", changed) % {"count": changed}
    return said if changed else _("The usual keys")


def _drafts(user: User) -> list[dict[str, Any]]:
    """What was begun and not said, the latest first, and what goes out by itself."""
    return [
        {
            "url": f"{reverse('desk:ticket', args=[draft.ticket.number])}?compose={draft.kind}#composer_text",
            "number": draft.ticket.number,
            "subject": draft.ticket.subject,
            "kind": draft.get_kind_display(),
            "text": snippet_of(draft.text) or _("only files"),
            "at_text": readable.moment(draft.updated_at),
            "goes_at": readable.full_moment(draft.send_at) if draft.send_at else "",
        }
        for draft in drafts_written_by(user)
    ]
