"""What there is to say of a request while it is written."""

from django.http import HttpResponse
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from tickets.views.hints import hints_page


@customer_required
@sensitive_post_parameters()
@require_POST
def hints(request: CustomerRequest) -> HttpResponse:
    """Of `subject` and `body`, for their place in the form."""
    return hints_page(request, request.user)
