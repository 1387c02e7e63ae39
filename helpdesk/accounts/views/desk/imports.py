"""People from a file: the file, its columns, what is wrong with its rows, and how far it is."""

import io
from functools import partial
from pathlib import PurePath
from typing import Any

from django.db.models import Count
from django.http import HttpResponse, HttpResponseBase
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from helpdesk.accounts.actions.importing import (
    INLINE_ROWS,
    begin_checking,
    begin_importing,
    broken_rows,
    keep_file,
    work_off,
)
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.enums import ImportState, RowState
from helpdesk.accounts.forms.sheets import FileForm, column_choices, read_matching
from helpdesk.accounts.models import Import
from helpdesk.accounts.requests import StaffRequest
from helpdesk.accounts.sheets.columns import REASONS
from helpdesk.accounts.sheets.verdicts import reasons_of
from helpdesk.accounts.tasks import work_off_import
from helpdesk.accounts.views.desk.files import sheet_response
from helpdesk.accounts.views.desk.page import done_or_refused, show
from helpdesk.core.bells import ring_now
from helpdesk.core.decorators import door, staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.registries import frames
from helpdesk.core.retrying import retrying
from helpdesk.core.spreadsheets import sheet_of

IMPORTS_SHOWN = 20
BROKEN_SHOWN = 20
UNDER_WAY = (ImportState.CHECKING, ImportState.IMPORTING)


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_http_methods(["GET", "HEAD", "POST"])
def imports(request: StaffRequest) -> HttpResponse:
    """Bring a file; below it one's own files of the last weeks."""
    if request.method != "POST":
        return _list(request, FileForm())
    form = FileForm(request.POST, request.FILES)
    if not form.is_valid():
        return _list(request, form, status=422)
    upload = form.cleaned_data["file"]
    keep = partial(keep_file, filename=upload.name or "", content=form.content(), by=request.user)
    kept, status = done_or_refused(form, keep)
    return _list(request, form, status=status) if kept is None else SeeOther(_url(kept))


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_safe
def import_(request: StaffRequest, pk: int) -> HttpResponse:
    """Where this import stands; to htmx, which asks while it is under way, how far it is."""
    return _page(request, _load(request, pk))


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_POST
def import_checking(request: StaffRequest, pk: int) -> HttpResponse:
    """The columns are chosen: look through the rows. Nobody is added by this."""
    source = _load(request, pk)
    matching = read_matching(source, request.POST.dict())
    begin = partial(begin_checking, source=source, matching=matching, by=request.user)
    return _begun(request, source, begin, matching)


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_POST
def import_confirmation(request: StaffRequest, pk: int) -> HttpResponse:
    """Bring the good rows in."""
    source = _load(request, pk)
    return _begun(request, source, partial(begin_importing, source=source, by=request.user), source.matching)


@staff_required
@door(Capability.KEEP_ADDRESS_BOOK)
@require_safe
def import_broken(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The rows that stay out, in the format they came in, each with its reasons."""
    source = _load(request, pk)
    sheet = sheet_of(source.format, source.delimiter or ",")
    width = len(source.header)
    sheet.write([*source.header, str(REASONS)])
    for row in broken_rows(source):
        cells = [*row.cells, *[""] * (width - len(row.cells))]
        sheet.write([*cells[:width], " ".join(reasons_of(row.faults)), *cells[width:]])
    file = io.BytesIO()
    sheet.finish(file)
    file.seek(0)
    name = _("%(name)s, broken rows") % {"name": PurePath(source.filename).stem}
    return sheet_response(file, name=f"{name}.{source.format}", form=source.format)


def _load(request: StaffRequest, pk: int) -> Import:
    return get_object_or_404(Import.objects.visible_to(request.user), pk=pk)


def _url(source: Import) -> str:
    return reverse("people:import", args=[source.pk])


def _begun(request: StaffRequest, source: Import, begin: Any, matching: list[str]) -> HttpResponse:
    """Few rows are worked off at once, for many a worker is rung for."""
    try:
        begun = retrying(begin)
    except Refused as refusal:
        status = 403 if isinstance(refusal, NotAllowed) else 422
        return _page(request, source, refusal=str(refusal), matching=matching, status=status)
    if begun.expected <= INLINE_ROWS:
        work_off(begun.pk)
    else:
        ring_now(work_off_import, begun.pk)
    return SeeOther(_url(source))


def _list(request: StaffRequest, form: FileForm, *, status: int = 200) -> HttpResponse:
    rows = Import.objects.visible_to(request.user).order_by("-pk")[:IMPORTS_SHOWN]
    return show(request, "accounts/desk/imports.html", {"form": form, "rows": list(rows)}, status=status)


def _page(
    request: StaffRequest,
    source: Import,
    *,
    refusal: str = "",
    matching: list[str] | None = None,
    status: int = 200,
) -> HttpResponse:
    counts = dict(source.rows.order_by().values_list("state").annotate(count=Count("pk")))
    is_checked = source.state in (ImportState.CHECKED, ImportState.DONE)
    broken = list(source.rows.filter(state=RowState.BROKEN).order_by("number")[:BROKEN_SHOWN]) if is_checked else []
    context: dict[str, Any] = {
        "source": source,
        "refusal": refusal,
        "is_under_way": source.state in UNDER_WAY,
        "progress": _progress(source, counts),
        "columns": column_choices(source, source.matching if matching is None else matching),
        "counts": {state.value: counts.get(state.value, 0) for state in RowState},
        "broken": [
            {"number": row.number, "cells": list(filter(None, row.cells)), "reasons": reasons_of(row.faults)}
            for row in broken
        ],
        "may_choose": source.state in (ImportState.MATCHING, ImportState.CHECKED),
    }
    if not wants_fragment(request):
        context |= frames["desk"](request.user, current="people")
    return render(request, "accounts/desk/import.html", context, fragment="import", status=status)


def _progress(source: Import, counts: dict[str, int]) -> int:
    """How many rows have been through the present step."""
    if source.state == ImportState.IMPORTING:
        return sum(count for state, count in counts.items() if state != RowState.GOOD)
    return sum(counts.values())
