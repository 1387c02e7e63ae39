"""Answers that belong to no room."""

import sys

from django.db import InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.template import loader

from helpdesk.core.errors import Away

BACK_IN_SECONDS = 5


def nowhere(request: HttpRequest) -> HttpResponse:
    """404 in place of a page of a library that takes the name of any kind of thing from whoever asks."""
    raise Http404


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The form was open too long or came from elsewhere: say what to do; nothing was written."""
    return render(request, "403_csrf.html", status=403)


def server_error(request: HttpRequest) -> HttpResponse:
    """What ends a request that nobody caught the exception of (`handler500`).

    A database or another server that is away, or that broke off, is 503 with `Retry-After`: nothing was written by
    halves and the same request may simply come again. Everything else is a fault of ours, 500. Neither page needs the
    database.
    """
    if isinstance(sys.exc_info()[1], OperationalError | InterfaceError | Away):
        response = HttpResponse(loader.get_template("503.html").render(), status=503)
        response["Retry-After"] = str(BACK_IN_SECONDS)
        return response
    return HttpResponse(loader.get_template("500.html").render(), status=500)
