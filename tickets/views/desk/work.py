"""Long work: how far it is, and what came of it."""

from django.core.files.storage import default_storage
from django.http import FileResponse, Http404, HttpResponse
from django.http.response import HttpResponseBase
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.decorators import staff_required
from helpdesk.core.http import render
from helpdesk.work.models import Job
from helpdesk.work.registries import kinds
from tickets.views.desk.frame import frame


@staff_required
@require_safe
def work(request: StaffRequest, pk: int) -> HttpResponse:
    """How far the work is; asked again every second by htmx, by a reload without it. It may be left meanwhile."""
    job = get_object_or_404(Job.objects.visible_to(request.user), pk=pk)
    context = {"job": job, "title": kinds[job.kind].label if job.kind in kinds else job.kind, **frame(request.user)}
    return render(request, "tickets/desk/work.html", context, fragment="work")


@staff_required
@require_safe
def work_file(request: StaffRequest, pk: int) -> HttpResponseBase:
    """The file that came of it, always as a download; 404 when there is none or it is gone."""
    job = get_object_or_404(Job.objects.visible_to(request.user).exclude(file=""), pk=pk)
    try:
        stream = default_storage.open(job.file)
    except FileNotFoundError as error:
        raise Http404 from error
    return FileResponse(stream, as_attachment=True, filename=job.filename, content_type=job.content_type)
