"""What web hooks are told of tickets: this room's own signals, and what is read of each when it is sent."""

from typing import Any

from django.utils.translation import gettext_lazy as _

from helpdesk.accounts.models import User
from helpdesk.webhooks.actions.happening import happened
from helpdesk.webhooks.registries import Kind, kinds
from tickets import signals
from tickets.api.criteria import readable
from tickets.api.shapes import message_out, ticket_out
from tickets.enums import MessageKind
from tickets.models import Message, Ticket
from tickets.queries.ticket_page import deliveries_of

OPENED, CHANGED, SAID = "ticket.created", "ticket.changed", "message.created"


def register() -> None:
    """Fill the registry and listen; called once when the program starts."""
    kinds.register(OPENED, Kind(_("a request is opened"), _read_ticket))
    kinds.register(CHANGED, Kind(_("a request is changed"), _read_ticket))
    kinds.register(SAID, Kind(_("a message is written"), _read_message))
    signals.ticket_opened.connect(tell_opened)
    signals.ticket_changed.connect(tell_changed)
    signals.message_received.connect(tell_said)
    signals.message_written.connect(tell_said)
    signals.note_written.connect(tell_said)


def tell_opened(*, ticket: Ticket, message: Message, **kwargs: Any) -> None:
    happened(OPENED, thread=_thread(ticket.pk), facts={"ticket": ticket.pk}, team=ticket.team_id)
    tell_said(message=message)


def tell_changed(*, ticket: Ticket, change: str, **kwargs: Any) -> None:
    facts = {"ticket": ticket.pk, "change": change}
    happened(CHANGED, thread=_thread(ticket.pk), facts=facts, team=ticket.team_id)


def tell_said(*, message: Message, **kwargs: Any) -> None:
    """An answer that may still be taken back is told when that is over."""
    happened(
        SAID,
        thread=_thread(message.ticket_id),
        facts={"ticket": message.ticket_id, "message": message.pk},
        team=message.ticket.team_id,
        is_internal=message.kind == MessageKind.NOTE,
        not_before=message.held_until,
    )


def _thread(key: int) -> str:
    return f"ticket {key}"


def _read_ticket(owner: User, facts: dict[str, Any]) -> dict[str, Any] | None:
    found = readable(owner).filter(pk=facts["ticket"]).first()
    if found is None:
        return None
    told = {"ticket": ticket_out(found, reader=owner).model_dump(mode="json")}
    return told | ({"change": facts["change"]} if "change" in facts else {})


def _read_message(owner: User, facts: dict[str, Any]) -> dict[str, Any] | None:
    said = Message.objects.visible_to(owner).for_conversation().filter(pk=facts["message"])
    found = said.select_related("ticket").first()
    if found is None:
        return None
    told = message_out(found, reader=owner, deliveries=deliveries_of([found]).get(found.pk, ()))
    return {"ticket": found.ticket.number, "message": told.model_dump(mode="json", by_alias=True)}
