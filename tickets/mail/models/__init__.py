from tickets.mail.models.mailbox import Mailbox, MailboxQuerySet
from tickets.mail.models.raw_mail import RawMail, RawMailQuerySet
from tickets.mail.models.thread import KnownId, MailThread

__all__ = ["KnownId", "MailThread", "Mailbox", "MailboxQuerySet", "RawMail", "RawMailQuerySet"]
