"""What the pages of the address book have in common."""

from collections.abc import Callable, Iterable
from typing import Any, TypeVar

from django import forms
from django.http import HttpResponse
from django.shortcuts import get_object_or_404

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Note, Organisation, User
from helpdesk.accounts.permissions import can_edit_customers
from helpdesk.accounts.queries import people_known_to
from helpdesk.accounts.registries import Panel
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import render
from helpdesk.core.registries import Registry, frames
from helpdesk.core.retrying import retrying

T = TypeVar("T")
NOTES_SHOWN = 20
LONGEST_WORDS = 200


def show(request: StaffRequest, template: str, context: dict[str, Any], *, status: int = 200) -> HttpResponse:
    """The page inside the frame of the desk."""
    return render(request, template, {**context, **frames["desk"](request.user, current="people")}, status=status)


def load_person(request: StaffRequest, pk: int) -> User:
    """Somebody whom this member of staff may know of; 404 for everybody else."""
    found = people_known_to(request.user).select_related("organisation")
    return get_object_or_404(found, pk=pk)


def load_organisation(request: StaffRequest, pk: int) -> Organisation:
    """An organisation that may be seen; 404 for every other one."""
    return get_object_or_404(Organisation.objects.visible_to(request.user), pk=pk)


def done_or_refused(form: forms.Form, action: Callable[[], T]) -> tuple[T | None, int]:
    """What the action gave, and 200; or None with the refusal in the form and the status it is answered with."""
    try:
        return retrying(action), 200
    except Refused as refusal:
        form.add_error(None, str(refusal))
        return None, 403 if isinstance(refusal, NotAllowed) else 422


def words_of(request: StaffRequest, name: str) -> str:
    """The words of one field of a filter, on one line."""
    return " ".join(request.GET.get(name, "").replace("\0", " ").split())[:LONGEST_WORDS]


def panels_of(
    registry: Registry[Panel], about: Any, request: StaffRequest, *, beside_tickets: bool = False
) -> list[dict[str, Any]]:
    """The boxes that other rooms have something for."""
    found = []
    for _name, panel in registry.items():
        if panel.beside_tickets or not beside_tickets:
            values = panel.values(about, request.user, request.GET.dict())
            if values is not None:
                found.append({"template": panel.template, "values": values})
    return found


def notes_about(rows: Iterable[Note], user: User) -> list[dict[str, Any]]:
    """Notes as the template shows them; none to those who may not see customers at large."""
    if not user.can(Capability.SEE_CUSTOMERS):
        return []
    may_edit = can_edit_customers(user)
    return [
        {"row": row, "who": str(row.author), "changed_by": str(row.edited_by or ""), "may_edit": may_edit}
        for row in rows
    ]
