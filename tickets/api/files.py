"""Files: uploaded ahead of the message that takes them, downloaded by whoever may read it."""

from typing import Any
from uuid import UUID

from django.http import HttpResponseBase
from django.shortcuts import get_object_or_404
from ninja import File, Router, Status
from ninja.files import UploadedFile

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api.problems import MEDIA_TYPE, problem
from helpdesk.core.handing_out import respond
from tickets.actions import files
from tickets.api.shapes import AttachmentOut, attachment_out
from tickets.models import Attachment

router = Router(tags=["files"], auth=needs(Scope.FILES_WRITE))
PROBLEM = {"$ref": "#/components/schemas/Problem"}
RANGE = {
    "in": "header",
    "name": "Range",
    "schema": {"type": "string", "example": "bytes=1048576-"},
    "required": False,
    "description": "To go on with a download that broke off; `If-Range` takes the `ETag` of what is there.",
}
BYTES: dict[str, Any] = {
    "parameters": [RANGE],
    "responses": {
        200: {"description": "The bytes.", "content": {"*/*": {}}},
        206: {"description": "The bytes that `Range` asks for.", "content": {"*/*": {}}},
        304: {"description": "You have it."},
        416: {"description": "`Range` begins behind the end.", "content": {MEDIA_TYPE: {"schema": PROBLEM}}},
    },
}


@router.api_operation(
    ["GET", "HEAD"],
    "/attachments/{pk}/content/",
    auth=needs(Scope.FILES_READ),
    openapi_extra=BYTES,
    url_name="attachment_content",
)
def download_file(request: ApiRequest, pk: UUID) -> HttpResponseBase:
    """The bytes of a file, always as a download."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    response = respond(request, found, may_show=False)
    if response.status_code == 416:
        refusal = problem(416, f"The file has {found.size} bytes: ask for some of these.")
        refusal["Content-Range"] = response["Content-Range"]
        return refusal
    return response


@router.post("/attachments/", response={201: AttachmentOut}, url_name="attachments")
@once
def upload_file(request: ApiRequest, file: File[UploadedFile]) -> Status[AttachmentOut]:
    """Keep a file for a message to come: name its id in `files` there. Seven days later it is gone."""
    return Status(201, attachment_out(files.upload(upload=file, by=request.user)))


@router.delete("/attachments/{pk}/", response={204: None}, url_name="attachment")
@once
def remove_file(request: ApiRequest, pk: UUID) -> Status[None]:
    """Forget an upload of one's own that no message has taken."""
    found = get_object_or_404(Attachment.objects.visible_to(request.user), pk=pk)
    files.remove_upload(file=found, by=request.user)
    return Status(204, None)
