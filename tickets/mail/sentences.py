"""What the mail room says on the ticket page: why a message is there, and what became of mails beside messages."""

from typing import Any

from django.db.models import F, TextField, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.capabilities import Capability
from helpdesk.core.retelling import retold
from helpdesk.journal.registries import Thing, Told, fields, things, values, verbs
from tickets.mail.actions import undelivered
from tickets.mail.enums import HeldBecause, RawMailState, Signal
from tickets.mail.models import Mailbox, RawMail
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
    for verb, told in VERBS.items():
        verbs.register(verb, told)
    for name, label in {"sender": gettext_lazy("sender"), "failures": gettext_lazy("failures")}.items():
        fields.register(name, label)
    values.register("recipient", _recipient)
    fields.register("recipients", gettext_lazy("recipients"))
    values.register("raw_mail_state", lambda value: str(dict(RawMailState.choices).get(value, value)))
    for word, thing in _things().items():
        things.register(word, thing)


_TO = {"recipients": "recipient"}
_WHY = {"reason": "reason"}
VERBS = {
    "mail_ignored": Told(gettext_lazy("set an automatic mail aside"), facts={"sender": "", "reason": "reason"}),
    undelivered.BOUNCED: Told(gettext_lazy("a mail came back"), "status", _TO),
    undelivered.FAILED: Told(gettext_lazy("a mail could not be delivered"), "status", _TO),
    undelivered.UNKNOWN: Told(gettext_lazy("nobody knows whether a mail arrived"), "status", _TO),
    "raw_mail_quarantined": Told(gettext_lazy("put a mail aside"), "raw_mail_state", _WHY),
    "raw_mail_replayed": Told(gettext_lazy("had a mail worked on again"), "raw_mail_state", _WHY),
    "mailbox_added": Told(gettext_lazy("added a mailbox")),
    "mailbox_changed": Told(gettext_lazy("changed a mailbox")),
    "mailbox_renumbered": Told(gettext_lazy("the server has numbered the mails anew")),
    "mailbox_recovered": Told(gettext_lazy("mail is fetched again"), facts={"failures": ""}),
    "mailbox_complaint": Told(gettext_lazy("the mail server complains"), facts={"reason": "reason"}),
    "mailbox_failing": Told(gettext_lazy("mail is not fetched"), facts={"reason": "reason"}),
}


def _things() -> dict[str, Thing]:
    mailbox = Thing(
        label=gettext_lazy("Mailbox"),
        model=Mailbox,
        seen=lambda user: Mailbox.objects.all(),
        text=F("name"),
        address=F("pk"),
        url=lambda key: reverse("admin:mail_mailbox_change", args=[key]),
        needs=Capability.ENTER_ADMIN,
    )
    raw_mail = Thing(
        label=gettext_lazy("Raw mail"),
        model=RawMail,
        seen=RawMail.objects.visible_to,
        text=Concat(Value("#"), Cast("pk", TextField()), output_field=TextField()),
        address=F("pk"),
        url=lambda key: reverse("admin:mail_rawmail_change", args=[key]),
        needs=Capability.ENTER_ADMIN,
    )
    return {"mailbox": mailbox, "raw_mail": raw_mail}


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
    return ", ".join(_recipient(row) for row in facts.get("recipients") or [])


def _recipient(row: dict[str, Any]) -> str:
    address, reason = row.get("address") or row.get("recipient") or "", retold(row.get("reason") or "")
    return f"{address} ({reason})" if reason else address
