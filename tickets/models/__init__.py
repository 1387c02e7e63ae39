from tickets.models.bulk_change import BulkChange, BulkChangeQuerySet
from tickets.models.merge import Merge
from tickets.models.message import Attachment, Message, MessageQuerySet
from tickets.models.saved_view import SavedView, SavedViewQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher

__all__ = [
    "Attachment",
    "BulkChange",
    "BulkChangeQuerySet",
    "Merge",
    "Message",
    "MessageQuerySet",
    "Participant",
    "SavedView",
    "SavedViewQuerySet",
    "Ticket",
    "TicketQuerySet",
    "Watcher",
]
