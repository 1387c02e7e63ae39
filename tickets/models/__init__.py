from tickets.models.data_export import DataExport
from tickets.models.merge import Merge
from tickets.models.message import Attachment, Message, MessageQuerySet
from tickets.models.saved_view import SavedView, SavedViewQuerySet
from tickets.models.survey import Survey, SurveyQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher

__all__ = [
    "Attachment",
    "DataExport",
    "Merge",
    "Message",
    "MessageQuerySet",
    "Participant",
    "SavedView",
    "SavedViewQuerySet",
    "Survey",
    "SurveyQuerySet",
    "Ticket",
    "TicketQuerySet",
    "Watcher",
]
