"""What is said of words before they are sent, at the desk and in the cabinet."""

from django.http import HttpRequest, HttpResponse

from helpdesk.accounts.models import User
from helpdesk.core.http import render
from tickets.forms.composer import LONGEST
from tickets.hinting import Told, told_of


def hints_page(request: HttpRequest, user: User) -> HttpResponse:
    """The hints of what is being written, and the marks that say that they were shown."""
    response = render(request, "tickets/_hints_said.html", {"told": told_in(request, user)})
    response["Cache-Control"] = "no-store"
    return response


def told_in(request: HttpRequest, user: User) -> Told:
    """Of the words of the form that was sent."""
    said = request.POST
    texts = [said.get(name, "")[:LONGEST] for name in ("subject", "body")]
    return told_of(*texts, by=user, marks=said.get("told", ""))
