from tickets.models.message import Attachment, Message, MessageQuerySet
from tickets.models.ticket import Participant, Ticket, TicketQuerySet, Watcher

__all__ = ["Attachment", "Message", "MessageQuerySet", "Participant", "Ticket", "TicketQuerySet", "Watcher"]
