from tickets.models.bulk_change import BulkChange, BulkChangeQuerySet
from tickets.models.category import Category, CustomField
from tickets.models.draft import KeptDraft, KeptDraftQuerySet
from tickets.models.link import TicketLink, TicketLinkQuerySet
from tickets.models.merge import Merge
from tickets.models.message import Attachment, Message, MessageQuerySet
from tickets.models.saved_view import SavedView, SavedViewQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher
from tickets.models.watching import PieceOfNews, WatchingChoice

__all__ = [
    "Attachment",
    "BulkChange",
    "BulkChangeQuerySet",
    "Category",
    "CustomField",
    "KeptDraft",
    "KeptDraftQuerySet",
    "Merge",
    "Message",
    "MessageQuerySet",
    "Participant",
    "PieceOfNews",
    "SavedView",
    "SavedViewQuerySet",
    "Ticket",
    "TicketLink",
    "TicketLinkQuerySet",
    "TicketQuerySet",
    "Watcher",
    "WatchingChoice",
]
