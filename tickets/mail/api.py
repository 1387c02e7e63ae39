"""The ledger of raw mail, as JSON, for those who may see it."""

from datetime import datetime
from typing import Any, Literal

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from ninja import Router, Schema

from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, CleanText, Limit, by_key
from tickets.mail.downloads import as_download
from tickets.mail.models import RawMail

router = Router(tags=["raw mail"], auth=needs(Scope.MAIL_READ))
StateWord = Literal["stored", "processing", "processed", "duplicate", "ignored", "quarantined"]
KindWord = Literal["message", "bounce", "feedback", "vacation", "auto_reply"]
BYTES: dict[str, Any] = {
    "responses": {
        200: {
            "description": "The bytes as they came.",
            "content": {"message/rfc822": {"schema": {"type": "string", "format": "binary"}}},
        }
    }
}


class RawMailOut(Schema):
    """`ticket` is a ticket's number, `message` a message's id; `findings` is what the reading found beside them."""

    id: int
    mailbox: str | None
    source: str
    state: str
    reason: str | None
    kind: str | None
    sha256: str
    size: int
    received_at: datetime
    ticket: int | None
    message: int | None
    findings: dict[str, Any]


class RawMailPage(Schema):
    items: list[RawMailOut]
    next: str | None


@router.get("/raw-mails/", response=RawMailPage, url_name="raw_mails")
def list_raw_mails(
    request: ApiRequest,
    state: StateWord | None = None,
    kind: KindWord | None = None,
    limit: Limit = 50,
    cursor: CleanText = "",
) -> RawMailPage:
    """Every mail that reached us, newest first."""
    _ensure_may(request)
    found = RawMail.objects.visible_to(request.user).without_bytes().select_related("ticket", "mailbox")
    if state is not None:
        found = found.filter(state=state)
    if kind is not None:
        found = found.filter(kind=kind)
    rows, following = by_key(found, cursor=cursor, limit=limit, newest_first=True)
    return RawMailPage(items=[_out(row) for row in rows], next=following)


@router.get("/raw-mails/{pk}/", response=RawMailOut, url_name="raw_mail")
def get_raw_mail(request: ApiRequest, pk: BigKey) -> RawMailOut:
    """One mail of the ledger."""
    _ensure_may(request)
    found = RawMail.objects.visible_to(request.user).without_bytes().select_related("ticket", "mailbox")
    return _out(get_object_or_404(found, pk=pk))


@router.get("/raw-mails/{pk}/content/", openapi_extra=BYTES, url_name="raw_mail_content")
def download_raw_mail(request: ApiRequest, pk: BigKey) -> HttpResponse:
    """The bytes as they came."""
    _ensure_may(request)
    return as_download(get_object_or_404(RawMail.objects.visible_to(request.user), pk=pk))


def _ensure_may(request: ApiRequest) -> None:
    if not request.user.can(Capability.SEE_RAW_MAIL):
        raise PermissionDenied


def _out(row: RawMail) -> RawMailOut:
    return RawMailOut(
        id=row.pk,
        mailbox=row.mailbox.name if row.mailbox else None,
        source=row.source,
        state=row.state,
        reason=row.reason or None,
        kind=row.kind or None,
        sha256=row.sha256,
        size=row.size,
        received_at=row.received_at,
        ticket=row.ticket.number if row.ticket else None,
        message=row.message_id,
        findings=row.findings,
    )
