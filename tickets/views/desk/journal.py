"""The journal of everything, for auditors."""

from typing import Any

from django.http import HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import door, staff_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import render, see_other, wants_fragment
from helpdesk.core.paging import page_by_key
from helpdesk.core.retrying import retrying
from helpdesk.core.spreadsheets import MEDIA_TYPES
from helpdesk.journal.enums import Door
from helpdesk.journal.registries import things
from tickets.actions.journal_export import ask_for_journal, take_journal
from tickets.forms.criteria import person_word
from tickets.forms.journal import (
    PROGRAM,
    JournalReading,
    journal_chips,
    known_verbs,
    read_journal_criteria,
    write_journal_criteria,
)
from tickets.journal_files import FILENAME
from tickets.journal_files import journal_csv as csv_of
from tickets.journal_lines import lines_of
from tickets.queries.journal import JournalCriteria, journal_lines
from tickets.views.desk.frame import frame

ROWS = 40
AT_ONCE = 1_000
"""So many lines are written into an answer; more are work for a worker."""
auditors = door(Capability.SEE_JOURNAL)


@staff_required
@auditors
@require_safe
def journal(request: StaffRequest) -> HttpResponse:
    """Who did what to which thing, when, from where; narrowed by the words of the URL, latest first."""
    reading = read_journal_criteria(request.GET, by=request.user)
    return _page(request, reading, status=200)


@staff_required
@auditors
@require_POST
def journal_csv(request: StaffRequest) -> HttpResponse:
    """The lines that the URL's words name as CSV: at once when they are few, else as work whose page this leads to."""
    reading = read_journal_criteria(request.GET, by=request.user)
    filters, user = write_journal_criteria(reading.criteria), request.user
    entries = list(journal_lines(user, reading.criteria).order_by("-pk")[: AT_ONCE + 1])
    try:
        if len(entries) > AT_ONCE:
            job = retrying(lambda: ask_for_journal(by=user, filters=filters))
            return see_other(request, reverse("desk:work", args=[job.pk]))
        retrying(lambda: take_journal(by=user, filters=filters, rows=len(entries)))
    except Refused as refusal:
        return _page(request, reading, status=422, refusal=str(refusal))
    response = HttpResponse(csv_of(entries, user), content_type=MEDIA_TYPES["csv"])
    response["Content-Disposition"] = f'attachment; filename="{FILENAME}"'
    return response


def _page(request: StaffRequest, reading: JournalReading, *, status: int, refusal: str = "") -> HttpResponse:
    criteria, url = reading.criteria, reverse("desk:journal")
    before, after = _key(request.GET.get("before", "")), _key(request.GET.get("after", ""))
    page = page_by_key(journal_lines(request.user, criteria), before=before, after=after, size=ROWS)
    words = write_journal_criteria(criteria)
    context = {
        "lines": lines_of(page.rows, request.user),
        "newer_url": _address(url, words, "after", page.newer),
        "older_url": _address(url, words, "before", page.older),
        "url": url,
        "csv_url": _address(reverse("desk:journal_csv"), words),
        "chips": journal_chips(criteria),
        "not_understood": ", ".join(reading.not_understood),
        "filter": _filter(criteria),
        "refusal": refusal,
        **frame(request.user),
    }
    response = render(request, "tickets/desk/journal.html", context, fragment="lines", status=status)
    if wants_fragment(request) and status == 200:
        # What the form sent names empty fields too; the address bar gets what was understood.
        place = ("after", str(after)) if after else ("before", str(before or ""))
        response["HX-Push-Url"] = _address(url, words, *place) if before or after else _address(url, words)
    return response


def _address(url: str, words: str, name: str = "", key: str = "-") -> str:
    """The page with these words at a key; "" for none."""
    if not key:
        return ""
    return f"{url}?{'&'.join(filter(None, [words, f'{name}={key}' if name else '']))}".removesuffix("?")


def _key(word: str) -> int:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else 0


def _filter(criteria: JournalCriteria) -> dict[str, Any]:
    """What the filter's form offers and what is chosen in it."""
    return {
        "who": PROGRAM if criteria.is_program else person_word(criteria.actor) if criteria.actor else "",
        "verbs": [("", _("Anything")), *known_verbs().items()],
        "verb": criteria.verb,
        "things": [("", _("Anything")), *((word, str(thing.label)) for word, thing in things.items())],
        "kind": criteria.kind,
        "number": "" if criteria.number is None else str(criteria.number),
        "first_day": criteria.first_day,
        "last_day": criteria.last_day,
        "doors": [("", _("Any door")), *((each.value, str(each.label)) for each in Door)],
        "door": criteria.door,
        "address": criteria.address,
        "request_id": criteria.request_id,
    }
