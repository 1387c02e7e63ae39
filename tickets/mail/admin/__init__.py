"""The mail room's pages of the admin: mailboxes, and the ledger of everything that reached us."""

from tickets.mail.admin.mailboxes import MailboxAdmin
from tickets.mail.admin.raw_mails import RawMailAdmin

__all__ = ["MailboxAdmin", "RawMailAdmin"]
