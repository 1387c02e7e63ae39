from tickets.models.bulk_change import BulkChange, BulkChangeQuerySet
from tickets.models.message import Attachment, Message, MessageQuerySet
from tickets.models.saved_view import SavedView, SavedViewQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher

__all__ = [
    "Attachment",
    "BulkChange",
    "BulkChangeQuerySet",
    "Message",
    "MessageQuerySet",
    "Participant",
    "SavedView",
    "SavedViewQuerySet",
    "Ticket",
    "TicketQuerySet",
    "Watcher",
]
