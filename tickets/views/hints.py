"""What is said of words before they are sent, at the desk and in the cabinet."""

from django.http import HttpRequest, HttpResponse

from helpdesk.accounts.models import User
from helpdesk.core.http import render
from tickets.forms.composer import LONGEST
from tickets.hinting import NOTHING, Told, told_of


def hints_page(request: HttpRequest, user: User) -> HttpResponse:
    """The hints of what is being written, and the marks that say that they were shown."""
    response = render(request, "tickets/_hints_said.html", {"told": _told(request, user)})
    response["Cache-Control"] = "no-store"
    return response


def told_in(request: HttpRequest, user: User) -> Told:
    """Of the words of the form that was sent. Nothing to a program that sends words without the page's form: there is
    nobody who reads it."""
    return _told(request, user) if "told" in request.POST else NOTHING


def _told(request: HttpRequest, user: User) -> Told:
    said = request.POST
    texts = [said.get(name, "")[:LONGEST] for name in ("subject", "body")]
    return told_of(*texts, by=user, marks=said.get("told", ""))
