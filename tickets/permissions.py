"""Who may do what to a ticket, a saved view or a template they can already see."""

from datetime import timedelta
from typing import TYPE_CHECKING

from django.conf import settings
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.core import readable
from helpdesk.core.errors import Locked, Refused, ensure
from tickets.enums import Audience, MessageKind, Status
from tickets.holding import holder_of
from tickets.models import BulkChange, Message, SavedView, Template, Ticket

if TYPE_CHECKING:
    from helpdesk.accounts.models import User


def can_work(user: "User", ticket: Ticket) -> bool:
    """Reply, assign, change status, priority, team and tags, let people in, move messages. A merged ticket is worked
    on the one it was merged into."""
    return can_work_tickets(user) and not ticket.is_merged


def can_work_tickets(user: "User") -> bool:
    """The role's part of `can_work`; it merges tickets that are seen, undoes that, and decides about held messages."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.WORK_TICKETS)


def can_undo(user: "User", change: BulkChange) -> bool:
    """Whoever changed the tickets, while they may work tickets."""
    return change.by_id == user.pk and can_work_tickets(user)


def can_watch(user: "User", ticket: Ticket) -> bool:
    """Be told by notices what happens on it."""
    return user.can(Capability.ENTER_DESK)


def can_take_over(user: "User", ticket: Ticket) -> bool:
    """Have a ticket to themselves that somebody else has."""
    return can_work(user, ticket) and user.can(Capability.TAKE_OVER_TICKETS)


def can_hand_over(user: "User") -> bool:
    """Give away what is assigned to somebody else who leaves: administrators."""
    return can_work_tickets(user) and user.can(Capability.CONFIGURE)


def can_open_for_customer(user: "User") -> bool:
    return user.can(Capability.ENTER_DESK) and user.can(Capability.WORK_TICKETS) and user.can(Capability.SEE_CUSTOMERS)


def can_note(user: "User", ticket: Ticket) -> bool:
    return user.can(Capability.ENTER_DESK)


def can_change_message(user: "User", message: Message) -> bool:
    """Write a note anew, or delete it: whoever wrote it, and administrators. What came from outside or has left, a
    forward among them, stays as it is."""
    if message.kind != MessageKind.NOTE or message.flags.get("forwarded"):
        return False
    return user.can(Capability.ENTER_DESK) and (message.author_id == user.pk or user.can(Capability.CONFIGURE))


def can_delete_message(user: "User", message: Message) -> bool:
    """The same; its author only for so many minutes."""
    if not can_change_message(user, message):
        return False
    minutes = timedelta(minutes=settings.NOTE_DELETION_MINUTES)
    return user.can(Capability.CONFIGURE) or timezone.now() - message.created_at < minutes


def can_mask(user: "User", message: Message) -> bool:
    """Take words out of what was said: whoever works tickets and sees the vault, where such words belong; of what they
    wrote themselves a customer."""
    if user.can(Capability.ENTER_CABINET):
        return message.author_id == user.pk and message.kind == MessageKind.INBOUND
    return can_work_tickets(user) and user.can(Capability.SEE_VAULT)


def can_answer(user: "User", ticket: Ticket) -> bool:
    """A customer writes on their request; a closed one is answered by a new request."""
    return user.can(Capability.ENTER_CABINET) and ticket.worked_on().status != Status.CLOSED


def can_close_own(user: "User", ticket: Ticket) -> bool:
    return user.can(Capability.ENTER_CABINET) and not ticket.is_merged and not ticket.is_finished


def can_reopen_own(user: "User", ticket: Ticket) -> bool:
    return user.can(Capability.ENTER_CABINET) and not ticket.is_merged and ticket.is_finished


def can_follow(user: "User", ticket: Ticket) -> bool:
    """Take part in a colleague's request: whoever follows every one of the organisation."""
    return (
        user.can(Capability.ENTER_CABINET)
        and user.can(Capability.SEE_ORGANISATION_TICKETS)
        and ticket.requester_id != user.pk
        and ticket.organisation_id is not None
        and ticket.organisation_id == user.organisation_id
    )


def can_rate(user: "User", ticket: Ticket) -> bool:
    """Say how it was resolved: whoever asked, and not of what is worked on another ticket."""
    return user.can(Capability.ENTER_CABINET) and ticket.requester_id == user.pk and not ticket.is_merged


def can_save_views(user: "User") -> bool:
    """Keep views of their own."""
    return user.can(Capability.ENTER_DESK)


def can_share_views(user: "User") -> bool:
    """Give views to a team of theirs or to everybody."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.SHARE_VIEWS)


def can_change_view(user: "User", view: SavedView) -> bool:
    """Rename it, give it to others, delete it: its owner; a shared one also whoever may share. A result that is
    shared takes the right to share as well."""
    return _can_change(user, view)


def can_keep_templates(user: "User") -> bool:
    """Keep canned texts of their own; to give them to others takes what giving views does."""
    return user.can(Capability.ENTER_DESK)


def can_change_template(user: "User", template: Template) -> bool:
    """Change or delete it: its owner; a shared one also whoever may share."""
    return _can_change(user, template)


def _can_change(user: "User", kept: SavedView | Template) -> bool:
    if kept.owner_id == user.pk:
        return user.can(Capability.ENTER_DESK)
    return kept.audience != Audience.PRIVATE and can_share_views(user)


def can_read_journal(user: "User") -> bool:
    """Read who did what to everything, and take it along."""
    return user.can(Capability.ENTER_DESK) and user.can(Capability.SEE_JOURNAL)


def ensure_can_work(user: "User", ticket: Ticket) -> None:
    """Raise NotAllowed where the role says no, Refused where the ticket is merged into another, Locked while somebody
    else has it to themselves."""
    ensure(can_work_tickets(user))
    if ticket.is_merged:
        raise Refused(_("This ticket was merged into another one: go on there."))
    ensure_free(user, ticket)


def ensure_free(user: "User", ticket: Ticket) -> None:
    """Raise Locked while somebody else has the ticket to themselves."""
    holder = holder_of(ticket) if ticket.locked_by_id not in (None, user.pk) else None
    if holder is not None and ticket.locked_at is not None:
        facts = {"name": holder, "since": readable.moment(ticket.locked_at, style="short")}
        raise Locked(_("%(name)s is on this ticket (since %(since)s): leave a note, or ask them to let it go.") % facts)
