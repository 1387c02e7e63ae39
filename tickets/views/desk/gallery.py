"""Every component of the pages in one place."""

from django.http import HttpResponse
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from helpdesk.core.ui_gallery import gallery_context


@staff_required
@require_safe
def ui(request: StaffRequest) -> HttpResponse:
    """For whoever builds pages."""
    return render(request, "core/ui_gallery.html", gallery_context())
