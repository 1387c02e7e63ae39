"""Who could see what on a day."""

import io
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from functools import partial

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.utils import timezone
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.enums import Role, SheetFormat
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.spreadsheets import MEDIA_TYPES, sheet_of
from vpn.hosting.actions.reporting import take_report
from vpn.hosting.enums import EntryKind, RevealKind
from vpn.hosting.forms import DayForm
from vpn.hosting.permissions import can_keep_vault
from vpn.hosting.queries.days import MOST, Day, day_of
from vpn.hosting.views.page import refused, show


@staff_required
@require_safe
def report(request: StaffRequest) -> HttpResponse:
    """Who saw every entry, whom which one was granted, and what was revealed, within a day or so far today."""
    if not can_keep_vault(request.user):
        raise PermissionDenied
    form = DayForm(request.GET if "day" in request.GET else {"day": timezone.localdate().isoformat()})
    found = _day(form.cleaned_data["day"]) if form.is_valid() else None
    roles = dict(Role.choices)
    context = {
        "form": form,
        "day": form.cleaned_data.get("day"),
        "found": found,
        "seers": [(seer, roles.get(seer.role, seer.role)) for seer in found.seers] if found else [],
    }
    return show(request, "vpn/hosting/desk/report.html", context | {"most": MOST}, status=200 if found else 422)


@staff_required
@require_POST
def report_file(request: StaffRequest) -> HttpResponse:
    """The same as a CSV or XLSX file."""
    if not can_keep_vault(request.user):
        raise PermissionDenied
    form, kind = DayForm(request.POST), request.POST.get("format", "")
    if not form.is_valid() or kind not in SheetFormat.values:
        return show(request, "vpn/hosting/desk/report.html", {"form": form, "seers": []}, status=422)
    day = form.cleaned_data["day"]
    refused(partial(take_report, day=day, by=request.user))
    sheet = sheet_of(kind, ";" if (get_language() or "").startswith("ru") else ",")
    for cells in _lines(_day(day)):
        sheet.write(cells)
    file = io.BytesIO()
    sheet.finish(file)
    response = HttpResponse(file.getvalue(), content_type=MEDIA_TYPES[kind])
    response["Content-Disposition"] = f'attachment; filename="vault-{day.isoformat()}.{kind}"'
    response["Cache-Control"] = "private, no-store"
    return response


def _day(day: date) -> Day:
    begin = timezone.make_aware(datetime.combine(day, time.min))
    end = timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))
    return day_of(begin, min(end, timezone.now()))


def _lines(day: Day) -> Iterator[list[str]]:
    """What each line is about, who, which entry, why, and until when or at what moment."""
    roles, kinds = dict(Role.choices), dict(EntryKind.choices)
    yield [_("What"), _("Person"), _("Organisation"), _("Entry"), _("Why"), _("From"), _("Until")]
    for seer in day.seers:
        yield [_("Saw every entry"), seer.name, "", "", str(roles.get(seer.role, seer.role)), "", ""]
    for each in day.grants:
        place = [each.entry.organisation.name, each.entry.name]
        yield [_("Saw one entry"), str(each.user), *place, each.reason, _text(each.granted_at), _text(each.until)]
    for kept in day.entries:
        why = [str(kinds.get(kept.kind, kept.kind)), *([_("a second person approves")] if kept.wants_second else [])]
        yield [_("Was in the vault"), "", kept.organisation, kept.name, ", ".join(why), "", ""]
    for access in day.accesses:
        place = [access.entry.organisation.name, f"{access.entry.name}: {access.name}"]
        moments = [_text(access.made_at or access.created_at), _text(access.ended_at or access.until)]
        yield [_("Had an account of their own there"), str(access.for_whom), *place, access.reason, *moments]
    how = dict(RevealKind.choices)
    for one in day.reveals:
        place = [one.entry.organisation.name, f"{one.entry.name}: {one.secret.label}"]
        approved = [_("approved by %(who)s") % {"who": one.approved_by}] if one.approved_by else []
        reason = "; ".join([one.why, *approved])
        yield [str(how[one.kind]), str(one.by or ""), *place, reason, _text(one.at), _text(one.until)]
    if day.is_cut:
        yield [_("This is not all of it: of each kind the first %(most)s stand here.") % {"most": MOST}]


def _text(moment: datetime) -> str:
    return timezone.localtime(moment).isoformat(sep=" ", timespec="seconds")
