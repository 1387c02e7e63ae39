"""Markdown as it will look."""

from django.http import HttpResponse
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from tickets.actions.files import waiting_pictures
from tickets.forms.composer import LONGEST
from tickets.rendering import markdown_to_html
from tickets.views.desk.messages import with_own_pictures


@staff_required
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """The `body` of a composer, rendered as the message would be."""
    html = markdown_to_html(str(request.POST.get("body") or "")[:LONGEST])
    files = waiting_pictures(html, by=request.user)
    return render(request, "tickets/desk/_preview.html", {"html": with_own_pictures(html, files)})
