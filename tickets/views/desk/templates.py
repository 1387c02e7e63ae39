"""Templates: the list of canned texts; added, changed, deleted."""

from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.meanwhile import ChangedMeanwhile, told_meanwhile
from helpdesk.core.retrying import retrying
from tickets.actions.templates import add_template, change_template, delete_template, mark_of_template
from tickets.enums import Audience
from tickets.forms.template import TemplateForm
from tickets.models import Template
from tickets.permissions import can_change_template
from tickets.placeholders import PLACEHOLDERS
from tickets.views.desk.frame import frame


@staff_required
@require_safe
def templates(request: StaffRequest) -> HttpResponse:
    """Every template this person may use; those that they may change lead to their pages."""
    user = request.user
    found = Template.objects.visible_to(user).select_related("owner", "team").by_name()
    rows = [
        {
            "name": each.name,
            "shortcut": each.shortcut,
            "url": reverse("desk:template", args=[each.pk]) if can_change_template(user, each) else "",
            "languages": ", ".join(each.text),
            "is_for_replies": each.is_for_replies,
            "is_for_notes": each.is_for_notes,
            "is_active": each.is_active,
            "audience": each.team.name if each.team else each.get_audience_display(),
            "owner": str(each.owner),
        }
        for each in found
    ]
    return render(request, "tickets/desk/templates.html", {"rows": rows, **frame(user)})


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def new_template(request: StaffRequest) -> HttpResponse:
    if request.method != "POST":
        return _page(request, TemplateForm(by=request.user))
    return _save(request, TemplateForm(request.POST, by=request.user))


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def template(request: StaffRequest, pk: int) -> HttpResponse:
    """What it says, and for whom."""
    found = _load(request, pk)
    if request.method != "POST":
        return _page(request, TemplateForm(by=request.user, template=found), found)
    return _save(request, TemplateForm(request.POST, by=request.user, template=found), found)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def template_deletion(request: StaffRequest, pk: int) -> HttpResponse:
    """Asks whether to delete the template; a POST does it."""
    found = _load(request, pk)
    if request.method == "POST":
        retrying(partial(delete_template, template=found, by=request.user))
        return SeeOther(reverse("desk:templates"))
    context = {"template": found, "is_shared": found.audience != Audience.PRIVATE, **frame(request.user)}
    return render(request, "tickets/desk/template_deletion.html", context)


def _load(request: StaffRequest, pk: int) -> Template:
    """The template: 404 for one that this person does not see, 403 for one that they see and may not change."""
    found = Template.objects.visible_to(request.user).select_related("owner", "team")
    template = get_object_or_404(found, pk=pk)
    if not can_change_template(request.user, template):
        raise PermissionDenied
    return template


def _save(request: StaffRequest, form: TemplateForm, template: Template | None = None) -> HttpResponse:
    if not form.is_valid():
        return _page(request, form, template, status=422)
    seen = request.POST.get("seen")
    act = partial(change_template, template=template, seen=seen) if template else add_template
    try:
        retrying(partial(act, by=request.user, wording=form.wording))
    except Refused as refusal:
        form.add_error(None, str(refusal))
        if isinstance(refusal, ChangedMeanwhile) and template:
            template.refresh_from_db()
        return _page(request, form, template, status=403 if isinstance(refusal, NotAllowed) else 422)
    return SeeOther(reverse("desk:templates"))


def _page(
    request: StaffRequest, form: TemplateForm, template: Template | None = None, *, status: int = 200
) -> HttpResponse:
    context = {"form": form, "template": template, "placeholders": PLACEHOLDERS, **frame(request.user)}
    if template:
        now = TemplateForm(by=request.user, template=template).initial
        context |= told_meanwhile(request, form, mark=mark_of_template(template), now=now)
    return render(request, "tickets/desk/template.html", context, status=status)
