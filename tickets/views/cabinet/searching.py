"""The search of customers: over what they may read of their requests."""

from urllib.parse import urlencode

from django.http import HttpResponse
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.bells import ring_now
from helpdesk.core.decorators import customer_required
from helpdesk.core.http import render
from helpdesk.search.finding import ask, find
from helpdesk.search.tasks import note_nothing
from tickets.queries.documents import MESSAGES
from tickets.queries.found import found_messages
from tickets.views.cabinet.frame import STATUS_WORDS, frame
from tickets.views.found_lines import lines_of

ROWS = 20
LONGEST = 200


@customer_required
@require_safe
def search(request: CustomerRequest) -> HttpResponse:
    """Their requests in which the words `q` are found, the best first."""
    words = " ".join(request.GET.get("q", "").replace("\0", " ").split())[:LONGEST]
    cursor = request.GET.get("cursor", "")
    asked = ask(MESSAGES, reader=request.user, words=words)
    found = find(MESSAGES, reader=request.user, asked=asked, cursor=cursor, size=ROWS)
    shown = found_messages(request.user, found.hits, asked=asked)
    if asked.wish.text and not (shown or cursor or asked.refusals):
        ring_now(note_nothing, asked.wish.text, True)
    address = f"{reverse('cabinet:search')}?"
    context = {
        "words": words,
        "refusals": asked.refusals,
        "since": found.since,
        "lines": lines_of(shown, now=timezone.now(), url_name="cabinet:request", words=STATUS_WORDS),
        "first_url": address + urlencode({"q": words}) if cursor else "",
        "older_url": address + urlencode({"q": words, "cursor": found.older}) if found.older else "",
        **frame(request.user, current="requests"),
    }
    return render(request, "tickets/cabinet/search.html", context)
