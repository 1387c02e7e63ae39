"""What is being written is kept on the server until it is said. Nothing of it is an event: the journal has no line."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from uuid import UUID, uuid4

from django.db import transaction
from django.utils import timezone

from helpdesk.core.errors import ensure
from tickets.actions.locking import locked
from tickets.enums import Writing
from tickets.models import KeptDraft, Message, Ticket
from tickets.permissions import can_note, can_work

if TYPE_CHECKING:
    from helpdesk.accounts.models import User

MOST_ASIDES = 5


@dataclass(frozen=True, slots=True)
class Kept:
    """What became of a save: the version that the page goes on from, and whether its text was laid beside another
    page's."""

    version: int
    is_aside: bool = False


@transaction.atomic
def keep(
    *, ticket: Ticket, by: "User", kind: str, text: str, fields: dict[str, Any], key: UUID, version: int = 0
) -> Kept:
    """Keep what stands in a form, or forget it when that is nothing.

    A page that goes on from the latest `version`, or saved last itself (`key`), writes over it. Another one's text is
    laid beside it, so that both are kept. What the same form has said already is not kept again: the ticket's lock
    keeps a save and the sending of its form apart. Raises NotAllowed.
    """
    ticket = locked(ticket)
    ensure(can_note(by, ticket) if kind == Writing.NOTE else can_work(by, ticket))
    if Message.objects.filter(author=by, idempotency_key=str(key)).exists():
        return Kept(0)
    own = KeptDraft.objects.unscheduled().filter(author=by, ticket=ticket, kind=kind)
    draft = own.select_for_update().first()
    is_empty = not (text.strip() or any(fields.get(name) for name in ("cc", "to", "files")))
    if draft is None and is_empty:
        return Kept(0)
    if draft is None:
        draft, _made = own.select_for_update().get_or_create(
            author=by, ticket=ticket, kind=kind, send_at=None, defaults={"key": key}
        )
    if version != draft.version and key != draft.key:
        return _lay_aside(draft, key, text)
    if is_empty and not draft.asides:
        draft.delete()
        return Kept(0)
    draft.text, draft.fields, draft.key, draft.refusal = text, fields, key, ""
    draft.asides.pop(str(key), None)
    return _saved(draft)


@transaction.atomic
def discard(*, ticket: Ticket, by: "User", kind: str) -> None:
    """Throw the person's own draft away, with what other pages laid beside it."""
    KeptDraft.objects.unscheduled().filter(author=by, ticket=ticket, kind=kind).delete()


def give_back(
    *, ticket: Ticket, author: "User", kind: str, text: str, fields: dict[str, Any], refusal: str = ""
) -> KeptDraft:
    """Make this the person's draft again, in the caller's transaction; what they have begun meanwhile stands beside
    it."""
    own = KeptDraft.objects.unscheduled().select_for_update()
    draft, made = own.get_or_create(author=author, ticket=ticket, kind=kind, send_at=None)
    if not made and draft.text.strip() and draft.text != text:
        draft.asides[str(draft.key)] = draft.text
        fields = {**fields, "files": [*fields.get("files", []), *draft.fields.get("files", [])]}
    draft.text, draft.fields, draft.key, draft.refusal = text, fields, uuid4(), refusal[:300]
    _saved(draft)
    return draft


def _lay_aside(draft: KeptDraft, key: UUID, text: str) -> Kept:
    if text.strip() and text != draft.text:
        draft.asides.pop(str(key), None)
        draft.asides = dict([*draft.asides.items(), (str(key), text)][-MOST_ASIDES:])
        draft.save(update_fields=["asides"])
    return Kept(draft.version, is_aside=True)


def _saved(draft: KeptDraft) -> Kept:
    draft.version += 1
    draft.updated_at = timezone.now()
    draft.save()
    return Kept(draft.version)
