"""Fixed sets of the mail room."""

from django.db import models
from django.utils.translation import gettext_lazy as _


class RawMailState(models.TextChoices):
    """`stored` and `processing` are on the way; the other four are final: each mail ends in exactly one."""

    STORED = "stored", _("Stored")
    PROCESSING = "processing", _("Processing")
    PROCESSED = "processed", _("Processed")
    DUPLICATE = "duplicate", _("Duplicate")
    IGNORED = "ignored", _("Ignored")
    QUARANTINED = "quarantined", _("Quarantined")


FINAL_STATES = (RawMailState.PROCESSED, RawMailState.DUPLICATE, RawMailState.IGNORED, RawMailState.QUARANTINED)


class Source(models.TextChoices):
    IMAP = "imap", _("IMAP")
    POP3 = "pop3", _("POP3")
    SMTP = "smtp", _("SMTP inlet")
    FILE = "file", _("File")


class Protocol(models.TextChoices):
    """How a mailbox gets its mail."""

    NONE = "none", _("SMTP inlet or files only")
    IMAP = "imap", _("IMAP")
    POP3 = "pop3", _("POP3")


class Security(models.TextChoices):
    TLS = "tls", _("TLS from the start")
    STARTTLS = "starttls", _("STARTTLS")
    PLAIN = "plain", _("No encryption")


class AfterFetch(models.TextChoices):
    """What happens to a mail on the server once it is committed here."""

    KEEP = "keep", _("Leave it there")
    SEEN = "seen", _("Mark as read")
    MOVE = "move", _("Move to a folder")
    DELETE = "delete", _("Delete")


class HeldBecause(models.TextChoices):
    """Why a mail waits for staff to let it in, as kept in its message's flags."""

    FORGED = "forged", _("The domain it names as its origin says that this mail is forged (DMARC).")
    STAFF = (
        "staff_address_unverified",
        _("It names one of our staff as its sender, and a mail alone does not prove that they wrote it."),
    )
    SERVICE = (
        "service",
        _("An automatic service wrote it, not a person: it may hold a code that proves owning our address."),
    )
    COLLEAGUE_BY_NUMBER = (
        "colleague_by_number",
        _("A colleague of the requester wrote it, but only a number in the subject points to this conversation."),
    )
    CUSTOMER_BY_NUMBER = (
        "customer_by_number",
        _("A customer with other requests wrote it, but only a number in the subject points to this conversation."),
    )
    OTHER_ORGANISATION = (
        "other_organisation",
        _("It answers this conversation, but its sender belongs to another organisation."),
    )
    STRANGER = "stranger", _("It answers this conversation, but its sender does not take part in it.")


class Signal(models.TextChoices):
    """Why a message is on its ticket, strongest first."""

    SIGNED_REFERENCE = "signed_reference", _("it answers a message of ours (signed Message-ID)")
    SIGNED_ADDRESS = "signed_address", _("it was sent to the ticket's own signed address")
    KNOWN_REFERENCE = "known_reference", _("it answers a message of this conversation")
    SIGNED_SUBJECT = "signed_subject", _("its subject holds the ticket's signed token")
    NUMBER = "number", _("its subject holds the ticket's number")
    NEW = "new", _("it opened the ticket")
    MOVED = "moved", _("a person moved it here")
    FOLLOW_UP = "follow_up", _("it follows up a closed ticket")
