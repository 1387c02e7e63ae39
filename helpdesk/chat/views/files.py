"""Files of lines."""

from uuid import UUID

from django.http import HttpResponse, HttpResponseBase, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST, require_safe

from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat.actions.files import remove_upload, upload
from helpdesk.chat.downloads import hand_out
from helpdesk.chat.models import Enclosure
from helpdesk.core import readable
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import Refused


@staff_required
@require_safe
def file(request: StaffRequest, enclosure: UUID) -> HttpResponseBase:
    """The file as a download. 404 to whoever does not see the room of its line."""
    return hand_out(request, _load(request, enclosure))


@staff_required
@require_POST
def uploads(request: StaffRequest) -> HttpResponse:
    """Keep the one `file`; answers with its key, or 422 with a sentence. Read by static/js/uploads.js."""
    sent = request.FILES.get("file")
    try:
        if sent is None:
            raise Refused(_("No file came: attach it again."))
        kept = upload(upload=sent, by=request.user)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return JsonResponse({"id": str(kept.pk), "name": kept.filename, "size": readable.size(kept.size), "cid": ""})


@staff_required
@require_POST
def upload_removal(request: StaffRequest, enclosure: UUID) -> HttpResponse:
    """Forget a file that was sent ahead."""
    found = _load(request, enclosure)
    try:
        remove_upload(file=found, by=request.user)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return HttpResponse(status=204)


def _load(request: StaffRequest, pk: UUID) -> Enclosure:
    return get_object_or_404(Enclosure.objects.visible_to(request.user), pk=pk)
