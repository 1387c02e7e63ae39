"""What staff write down about customers and organisations, for each other."""

from typing import Annotated

from django.shortcuts import get_object_or_404
from ninja import Router, Status
from pydantic import Field

from helpdesk.accounts.actions import notes
from helpdesk.accounts.api.shapes import NoteOut, NotePage, note_out
from helpdesk.accounts.bearer import needs
from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Note, Organisation, User
from helpdesk.accounts.repeats import once
from helpdesk.accounts.requests import ApiRequest
from helpdesk.accounts.scopes import Scope
from helpdesk.core.api import BigKey, CleanText, Limit, Strict, by_key
from helpdesk.core.errors import ensure

router = Router(tags=["notes"])


class NoteText(Strict):
    text: Annotated[CleanText, Field(min_length=1, max_length=notes.LONGEST_NOTE)]


@router.get("/customers/{pk}/notes/", auth=needs(Scope.CUSTOMERS_READ), response=NotePage, url_name="customer_notes")
def list_customer_notes(request: ApiRequest, pk: BigKey, limit: Limit = 50, cursor: CleanText = "") -> NotePage:
    """Notes about a customer, latest first."""
    return _page(request, _person(request, pk), limit, cursor)


@router.post(
    "/customers/{pk}/notes/", auth=needs(Scope.CUSTOMERS_WRITE), response={201: NoteOut}, url_name="customer_notes"
)
@once
def write_customer_note(request: ApiRequest, pk: BigKey, said: NoteText) -> Status[NoteOut]:
    """Leave a note about a customer."""
    return Status(201, note_out(notes.write_note(about=_person(request, pk), text=said.text, by=request.user)))


@router.get(
    "/organisations/{pk}/notes/",
    auth=needs(Scope.ORGANISATIONS_READ),
    response=NotePage,
    url_name="organisation_notes",
)
def list_organisation_notes(request: ApiRequest, pk: BigKey, limit: Limit = 50, cursor: CleanText = "") -> NotePage:
    """Notes about an organisation, latest first."""
    return _page(request, _organisation(request, pk), limit, cursor)


@router.post(
    "/organisations/{pk}/notes/",
    auth=needs(Scope.ORGANISATIONS_WRITE),
    response={201: NoteOut},
    url_name="organisation_notes",
)
@once
def write_organisation_note(request: ApiRequest, pk: BigKey, said: NoteText) -> Status[NoteOut]:
    """Leave a note about an organisation."""
    note = notes.write_note(about=_organisation(request, pk), text=said.text, by=request.user)
    return Status(201, note_out(note))


def _person(request: ApiRequest, pk: int) -> User:
    """Raises NotAllowed: customers know of one another, and never of notes."""
    found = get_object_or_404(User.objects.visible_to(request.user).customers(), pk=pk)
    ensure(request.user.can(Capability.SEE_CUSTOMERS))
    return found


def _organisation(request: ApiRequest, pk: int) -> Organisation:
    found = get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)
    ensure(request.user.can(Capability.SEE_CUSTOMERS))
    return found


def _page(request: ApiRequest, about: User | Organisation, limit: int, cursor: str) -> NotePage:
    found = Note.objects.filter(person=about) if isinstance(about, User) else Note.objects.filter(organisation=about)
    rows, following = by_key(found.select_related("author"), cursor=cursor, limit=limit, newest_first=True)
    return NotePage(items=[note_out(row) for row in rows], next=following)
