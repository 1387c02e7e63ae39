"""What is being written, kept while it is written; and files that are sent ahead of their message."""

from uuid import UUID, uuid4

from django.http import Http404, HttpResponse, JsonResponse
from django.shortcuts import get_object_or_404
from django.utils.translation import gettext as _
from django.views.decorators.http import require_POST

from helpdesk.accounts.requests import StaffRequest
from helpdesk.core import readable
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.core.retrying import retrying
from tickets import presence
from tickets.actions import drafts
from tickets.actions.files import remove_upload, upload, uploads_of
from tickets.forms.composer import COMPOSERS, LONGEST, ComposerForm, typed_fields
from tickets.models import Attachment
from tickets.permissions import can_note
from tickets.views.desk.page import act, load


@staff_required
@require_POST
def draft(request: StaffRequest, number: int, kind: str) -> HttpResponse:
    """Keep what stands in the composer; answers with the version that the page goes on from, and with a sentence when
    another page has gone on with the draft. Read by static/js/draft.js."""
    ticket = load(request, number)
    form = _form(request, kind)
    text = str(request.POST.get("body") or "").replace("\0", "")[:LONGEST]
    keys, fields = form.uploads, typed_fields(request.POST, kind=kind)
    held = uploads_of(by=request.user, keys=keys) if keys else []
    fields["files"] = [{"id": str(file.pk), "name": file.filename, "size": file.size} for file in held]
    key, version = form.cleaned_data.get("key") or uuid4(), form.cleaned_data.get("draft") or 0
    try:
        kept = retrying(
            lambda: drafts.keep(
                ticket=ticket, by=request.user, kind=kind, text=text, fields=fields, key=key, version=version
            )
        )
    except NotAllowed as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=403)
    presence.tell(ticket=ticket, by=request.user, kind=kind, is_writing=bool(text.strip()))
    words = _("You are writing this in another window as well. Both texts are kept: load the page anew to see them.")
    return JsonResponse({"version": kept.version, "sentence": words if kept.is_aside else ""})


@staff_required
@require_POST
def draft_removal(request: StaffRequest, number: int, kind: str) -> HttpResponse:
    """Throw the draft away."""
    ticket = load(request, number)
    if kind not in COMPOSERS:
        raise Http404
    return act(request, ticket, lambda: drafts.discard(ticket=ticket, by=request.user, kind=kind), moves=True)


@staff_required
@require_POST
def uploads(request: StaffRequest, number: int) -> HttpResponse:
    """Keep the one `file`; answers with its key, or 422 with a sentence. Read by static/js/uploads.js."""
    ticket = load(request, number)
    sent = request.FILES.get("file")
    try:
        ensure(can_note(request.user, ticket))
        if sent is None:
            raise Refused(_("No file came: attach it again."))
        kept = upload(upload=sent, by=request.user)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    said = {"id": str(kept.pk), "name": kept.filename, "size": readable.size(kept.size), "cid": kept.content_id}
    return JsonResponse(said)


@staff_required
@require_POST
def upload_removal(request: StaffRequest, number: int, pk: UUID) -> HttpResponse:
    """Forget a file that was sent ahead."""
    load(request, number)
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    try:
        remove_upload(file=found, by=request.user)
    except Refused as refusal:
        return JsonResponse({"sentence": str(refusal)}, status=422)
    return HttpResponse(status=204)


def _form(request: StaffRequest, kind: str) -> ComposerForm:
    if kind not in COMPOSERS:
        raise Http404
    form = COMPOSERS[kind](request.POST)
    form.is_valid()
    return form
