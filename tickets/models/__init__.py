from tickets.models.bulk_change import BulkChange, BulkChangeQuerySet
from tickets.models.category import Category, CustomField
from tickets.models.data_export import DataExport
from tickets.models.draft import KeptDraft, KeptDraftQuerySet
from tickets.models.link import TicketLink, TicketLinkQuerySet
from tickets.models.merge import Merge
from tickets.models.message import Attachment, EarlierWords, Message, MessageQuerySet
from tickets.models.saved_view import SavedView, SavedViewQuerySet
from tickets.models.survey import Survey, SurveyQuerySet
from tickets.models.template import Template, TemplateQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher
from tickets.models.watching import PieceOfNews

__all__ = [
    "Attachment",
    "BulkChange",
    "BulkChangeQuerySet",
    "Category",
    "CustomField",
    "DataExport",
    "EarlierWords",
    "KeptDraft",
    "KeptDraftQuerySet",
    "Merge",
    "Message",
    "MessageQuerySet",
    "Participant",
    "PieceOfNews",
    "SavedView",
    "SavedViewQuerySet",
    "Survey",
    "SurveyQuerySet",
    "Template",
    "TemplateQuerySet",
    "Ticket",
    "TicketLink",
    "TicketLinkQuerySet",
    "TicketQuerySet",
    "Watcher",
]
