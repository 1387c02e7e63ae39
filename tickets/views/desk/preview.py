"""Markdown as it will look."""

from django.http import HttpResponse
from django.utils.safestring import mark_safe
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from tickets.forms.composer import LONGEST
from tickets.rendering import markdown_to_html


@staff_required
@require_POST
def preview(request: StaffRequest) -> HttpResponse:
    """The `body` of a composer, rendered as the message would be."""
    html = markdown_to_html(str(request.POST.get("body") or "")[:LONGEST])
    return render(request, "tickets/desk/_preview.html", {"html": mark_safe(html)})  # noqa: S308 - sanitised by the renderer
