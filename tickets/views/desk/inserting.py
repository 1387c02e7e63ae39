"""What is put into what is being written on a ticket: templates, and the handles of colleagues."""

from typing import Any

from django.http import Http404, HttpResponse, QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import ngettext
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from tickets.forms.composer import COMPOSERS
from tickets.models import Ticket
from tickets.placeholders import filled, text_for
from tickets.queries.colleagues import offered
from tickets.queries.templates import templates_for
from tickets.views.desk.frame import frame
from tickets.views.desk.page import load, show

LONGEST = 60


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def ticket_templates(request: StaffRequest, number: int) -> HttpResponse:
    """The templates that fit the words `q` and the `kind` that is written, filled in for this ticket: to be listed at
    the text. Without JavaScript the composer itself is posted here, and comes back with the one that is chosen."""
    ticket = load(request, number)
    sent = request.POST if request.method == "POST" else request.GET
    kind = sent.get("kind", "reply")
    if kind not in COMPOSERS:
        raise Http404
    if request.method != "POST":
        options = _options(request, ticket, kind, _words(sent))["options"]
        said = ngettext("%(count)s template", "%(count)s templates", len(options)) % {"count": len(options)}
        return _listed(request, options, label=_("Templates"), said=said, shows_text=True)
    if not request.POST.get("template"):
        return _ask(request, ticket, kind)
    return _inserted(request, ticket, kind)


@staff_required
@require_safe
def ticket_colleagues(request: StaffRequest, number: int) -> HttpResponse:
    """Colleagues whom a note on this ticket may call, by the words `q`: to be listed at the text."""
    found = offered(_words(request.GET), ticket=load(request, number), by=request.user)
    options = [
        {"pk": each.pk, "name": str(each), "hint": f"@{each.handle}", "text": f"@{each.handle} "} for each in found
    ]
    said = ngettext("%(count)s colleague", "%(count)s colleagues", len(options)) % {"count": len(options)}
    return _listed(request, options, label=_("Colleagues"), said=said)


def _words(sent: QueryDict) -> str:
    return " ".join(sent.get("q", "").replace("\0", " ").split())[:LONGEST]


def _listed(
    request: StaffRequest, options: list[dict[str, Any]], *, label: str, said: str, shows_text: bool = False
) -> HttpResponse:
    context = {"options": options, "label": label, "said": said, "shows_text": shows_text}
    return render(request, "core/_picker_options.html", context)


def _options(request: StaffRequest, ticket: Ticket, kind: str, words: str) -> dict[str, Any]:
    found = templates_for(request.user, kind=kind, words=words)
    options = [
        {
            "pk": each.pk,
            "name": each.name,
            "shortcut": each.shortcut,
            "hint": f"/{each.shortcut}" if each.shortcut else "",
            "text": filled(text_for(each.text, ticket=ticket), ticket=ticket, by=request.user),
        }
        for each in found
    ]
    return {"options": options}


def _ask(request: StaffRequest, ticket: Ticket, kind: str) -> HttpResponse:
    """Which one; what was written goes along in the form."""
    carried = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in ("csrfmiddlewaretoken", "template")
        for value in values
    ]
    context = {"number": ticket.number, "carried": carried, **frame(request.user)}
    context |= _options(request, ticket, kind, "")
    return render(request, "tickets/desk/template_choice.html", context)


def _inserted(request: StaffRequest, ticket: Ticket, kind: str) -> HttpResponse:
    """The ticket's page; in its composer the template stands after what was written."""
    chosen = request.POST["template"]
    pk = int(chosen) if chosen.isascii() and chosen.isdigit() and len(chosen) < 19 else 0
    found = {each.pk: each for each in templates_for(request.user, kind=kind)}
    if pk not in found:
        raise Http404
    text = filled(text_for(found[pk].text, ticket=ticket), ticket=ticket, by=request.user)
    data = request.POST.copy()
    written = str(data.get("body") or "").rstrip()
    data["body"] = f"{written}\n\n{text}" if written else text
    form = COMPOSERS[kind](data)
    form.is_valid()
    return show(request, ticket, form=form)
