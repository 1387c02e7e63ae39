"""The address book as a file to take along."""

from functools import partial
from typing import Any

from django.core.files.storage import default_storage
from django.http import Http404, HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.actions.exporting import INLINE_ROWS, begin_export, make_export
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import ExportState, SheetFormat
from helpdesk.accounts.models import Export
from helpdesk.accounts.queries import PeopleCriteria
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.tasks import write_export
from helpdesk.accounts.views.desk.files import sheet_response
from helpdesk.accounts.views.desk.page import show
from helpdesk.accounts.views.desk.people import criteria_of
from helpdesk.core.bells import ring_now
from helpdesk.core.decorators import door, staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying

EXPORTS_SHOWN = 20


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def exports(request: StaffRequest) -> HttpResponse:
    """What goes out, as which kind of file; a POST makes it, or rings for whoever does."""
    criteria = criteria_of(request)
    if request.method != "POST":
        return _choice(request, criteria)
    begin = partial(begin_export, criteria=criteria, form=request.POST.get("format", ""), by=request.user)
    try:
        export = retrying(begin)
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _choice(request, criteria, refusal=str(refusal), status=status)
    if export.expected <= INLINE_ROWS:
        make_export(export.pk)
    else:
        ring_now(write_export, export.pk)
    return SeeOther(reverse("people:export", args=[export.pk]))


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_safe
def export(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the file is; once it is there, where to get it."""
    found = get_object_or_404(Export.objects.visible_to(request.user), pk=pk)
    context: dict[str, Any] = {"export": found, "is_under_way": found.state == ExportState.MAKING}
    if not wants_fragment(request):
        context |= frames["desk"](request.user, current="people")
    return render(request, "accounts/desk/export.html", context, fragment="export")


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_safe
def export_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file; 404 as long as it is not there."""
    found = get_object_or_404(Export.objects.visible_to(request.user).filter(state=ExportState.DONE), pk=pk)
    try:
        stream = default_storage.open(str(found.file.name))
    except FileNotFoundError as error:
        raise Http404(_("The file is not in the store.")) from error
    day = timezone.localdate(found.created_at).isoformat()
    name = _("Address book %(day)s") % {"day": day}
    return sheet_response(stream, name=f"{name}.{found.format}", form=found.format)


def _choice(request: StaffRequest, criteria: PeopleCriteria, *, refusal: str = "", status: int = 200) -> HttpResponse:
    rows = Export.objects.visible_to(request.user).order_by("-pk")[:EXPORTS_SHOWN]
    context = {
        "criteria": criteria,
        "action_url": f"{request.path}?{request.GET.urlencode()}" if criteria.is_narrow else request.path,
        "formats": SheetFormat.choices,
        "rows": list(rows),
        "refusal": refusal,
    }
    return show(request, "accounts/desk/exports.html", context, status=status)
