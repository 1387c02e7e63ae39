"""What there is to say of an answer while it is written."""

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from tickets.views.hints import hints_page


@staff_required
@sensitive_post_parameters()
@require_POST
def hints(request: StaffRequest) -> HttpResponse:
    """Of the `body` of a composer, for its place."""
    return hints_page(request, request.user)
