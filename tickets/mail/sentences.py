"""What the mail room says on the ticket page: why a message is there, and what became of mails beside messages."""

from typing import Any

from django.utils.translation import gettext as _

from helpdesk.core.retelling import retold
from tickets.mail.actions import undelivered
from tickets.mail.enums import HeldBecause, Signal
from tickets.registries import event_sentences, held_reasons, thread_signals


def register() -> None:
    """Fill the ticket page's registries; called once when the program starts."""
    for signal in Signal:
        thread_signals.register(signal.value, signal.label)
    for reason in HeldBecause:
        held_reasons.register(reason.value, reason.label)
    event_sentences.register("mail_ignored", ignored)
    event_sentences.register(undelivered.BOUNCED, bounced)
    event_sentences.register(undelivered.FAILED, failed)
    event_sentences.register(undelivered.UNKNOWN, unknown)


def ignored(facts: dict[str, Any]) -> str:
    """An automatic mail that belongs to the ticket and was not made a message."""
    words = _("an automatic mail from %(sender)s was set aside (%(reason)s)")
    return words % {"sender": facts.get("sender") or _("somebody"), "reason": retold(facts.get("reason", ""))}


def bounced(facts: dict[str, Any]) -> str:
    return _("a mail to %(recipients)s came back") % {"recipients": _recipients(facts)}


def failed(facts: dict[str, Any]) -> str:
    return _("a mail to %(recipients)s could not be delivered") % {"recipients": _recipients(facts)}


def unknown(facts: dict[str, Any]) -> str:
    words = _("nobody knows whether a mail to %(recipients)s arrived: look at it in the outbox")
    return words % {"recipients": _recipients(facts)}


def _recipients(facts: dict[str, Any]) -> str:
    """Each address with what its server said."""
    said = []
    for row in facts.get("recipients") or []:
        address, reason = row.get("address") or row.get("recipient") or "", retold(row.get("reason") or "")
        said.append(f"{address} ({reason})" if reason else address)
    return ", ".join(said)
