"""One parsed mail becomes a message, a bounce report, or a line saying why it is neither."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.core.context import acting_from
from helpdesk.core.crash import crash_point
from helpdesk.core.deferring import write_soon, writing_together
from helpdesk.journal.actions import record
from tickets.actions.conversation import take_in as take_in_message
from tickets.actions.locking import locked
from tickets.actions.opening import open_with
from tickets.enums import Approval, Status
from tickets.mail import origin
from tickets.mail.actions.acknowledging import acknowledge
from tickets.mail.actions.bounces import take_bounce
from tickets.mail.actions.claiming import finish
from tickets.mail.admission import Admission, Decision, admit
from tickets.mail.authentication import AuthenticationVerdict, verdict_of
from tickets.mail.drafting import NOBODY, MailDraft, content_hash_of, draft_of, sender_of
from tickets.mail.enums import RawMailState, Signal
from tickets.mail.floods import flooded_ticket
from tickets.mail.knowledge import Earlier, Knowledge
from tickets.mail.models import Mailbox, MailThread, RawMail
from tickets.mail.parsing.types import Address, MailKind, ParsedMail
from tickets.mail.threading import Thread, find_thread
from tickets.mail.tokens import number_of_message_id
from tickets.mail.verification import is_from_a_service
from tickets.models import Message, Participant, Ticket

MOST_COPIES = 20


@dataclass(frozen=True, slots=True)
class Incoming:
    """One mail on its way in and all that is known around it."""

    raw: RawMail
    parsed: ParsedMail
    mailbox: Mailbox | None
    mailboxes: Sequence[Mailbox]
    knowledge: Knowledge
    verdict: AuthenticationVerdict

    @property
    def kind(self) -> MailKind:
        return self.parsed.classification.kind

    def is_ours(self, address: str) -> bool:
        local, _, domain = address.lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        return any(bare in mailbox.addresses or address.lower() in mailbox.addresses for mailbox in self.mailboxes)


@transaction.atomic
def take_in(*, mails: Sequence[tuple[RawMail, ParsedMail]], mailboxes: Sequence[Mailbox]) -> None:
    """Bring claimed mails to their final states: everything they cause, and the states, in this one transaction."""
    keys = [raw.pk for raw, _ in mails]
    ours = RawMail.objects.filter(pk__in=keys, state=RawMailState.PROCESSING).order_by("pk")
    held = set(ours.select_for_update(of=("self",)).values_list("pk", flat=True))
    knowledge = Knowledge([parsed for _, parsed in mails])
    with writing_together():
        for raw, parsed in mails:
            if raw.pk in held:
                with acting_from("mail", request_id=f"raw-mail-{raw.pk}"):
                    _take_one(_incoming(raw, parsed, mailboxes, knowledge))
    crash_point("before_commit")


def _incoming(raw: RawMail, parsed: ParsedMail, mailboxes: Sequence[Mailbox], knowledge: Knowledge) -> Incoming:
    mailbox = _mailbox_of(raw, parsed, mailboxes)
    verdict = _verdict(raw, parsed, mailbox)
    return Incoming(raw, parsed, mailbox, mailboxes, knowledge, verdict)


def _verdict(raw: RawMail, parsed: ParsedMail, mailbox: Mailbox | None) -> AuthenticationVerdict:
    """What we found ourselves; else what a server of ours wrote into the mail."""
    if found := raw.findings.get("origin"):
        return verdict_of([found], trusted=frozenset([origin.CHECKED_BY_US]))
    hosts = [mailbox.in_host] if mailbox and mailbox.in_host else []
    return verdict_of(parsed.authentication_results, trusted=frozenset([*settings.TRUSTED_AUTHSERV_IDS, *hosts]))


def _take_one(incoming: Incoming) -> None:
    parsed = incoming.parsed
    thread = find_thread(
        parsed, knowledge=incoming.knowledge, envelope_to=incoming.raw.envelope_to, mailboxes=incoming.mailboxes
    )
    if number_of_message_id(parsed.message_id) is not None:
        _ignore(incoming, thread, "loop: our own mail came back")
    elif incoming.kind is MailKind.BOUNCE:
        _take_bounce(incoming, thread)
    elif incoming.kind is not MailKind.MESSAGE and not _opens_by_itself(incoming, thread):
        _ignore(incoming, thread, parsed.classification.reason or str(incoming.kind))
    else:
        _take_message(incoming, thread)


def _mailbox_of(raw: RawMail, parsed: ParsedMail, mailboxes: Sequence[Mailbox]) -> Mailbox | None:
    if raw.mailbox_id is not None:
        return next((mailbox for mailbox in mailboxes if mailbox.pk == raw.mailbox_id), None)
    written = [entry.address for entry in (*parsed.delivered_to, *parsed.to, *parsed.cc)]
    for address in [*raw.envelope_to, *written]:
        local, _, domain = address.lower().rpartition("@")
        bare = f"{local.partition('+')[0]}@{domain}"
        for mailbox in mailboxes:
            if bare in mailbox.addresses or address.lower() in mailbox.addresses:
                return mailbox
    return next((mailbox for mailbox in mailboxes if mailbox.is_default), mailboxes[0] if len(mailboxes) == 1 else None)


def _opens_by_itself(incoming: Incoming, thread: Thread | None) -> bool:
    """A machine that speaks first (a monitor, a form, a shop) is heard; one that answers is not."""
    generated = "auto-generated" in incoming.parsed.classification.reason.lower()
    return thread is None and incoming.kind is MailKind.AUTO_REPLY and generated


def _findings(incoming: Incoming, **more: object) -> dict[str, object]:
    parsed = incoming.parsed
    found: dict[str, object] = {"subject": parsed.subject[:200]}
    if parsed.warnings:
        found["warnings"] = list(parsed.warnings[:20])
    if incoming.verdict.results:
        found["auth"] = incoming.verdict.results
    if parsed.from_:
        found["from"] = parsed.from_.address[:254]
    return found | more


def _ignore(incoming: Incoming, thread: Thread | None, reason: str) -> None:
    ticket = thread.ticket if thread else None
    if ticket is not None:
        address = incoming.parsed.from_.address if incoming.parsed.from_ else ""
        record(
            verb="mail_ignored",
            subject=ticket,
            by=None,
            raw_mail=incoming.raw.pk,
            sender=address[:254],
            reason=reason[:200],
        )
    finish(
        incoming.raw,
        state=RawMailState.IGNORED,
        reason=reason,
        kind=incoming.kind,
        ticket_id=ticket.pk if ticket else None,
        findings=_findings(incoming),
    )


def _take_bounce(incoming: Incoming, thread: Thread | None) -> None:
    parsed = incoming.parsed
    match = take_bounce(
        classification=parsed.classification,
        references=[*parsed.in_reply_to, *parsed.references],
        to_addresses=[*incoming.raw.envelope_to, *(entry.address for entry in (*parsed.delivered_to, *parsed.to))],
        from_address=parsed.from_.address if parsed.from_ else "",
        subject=parsed.subject,
    )
    ticket = match.ticket if match else (thread.ticket if thread else None)
    bounces = [
        {"recipient": bounce.recipient, "status": bounce.status, "hard": bounce.hard}
        for bounce in parsed.classification.bounces
    ]
    finish(
        incoming.raw,
        state=RawMailState.PROCESSED if match else RawMailState.IGNORED,
        reason=parsed.classification.reason if match else "a bounce of a mail that we know nothing of",
        kind=incoming.kind,
        ticket_id=ticket.pk if ticket else None,
        message_id=match.message.pk if match and match.message else None,
        findings=_findings(incoming, bounce=bounces),
    )


def _take_message(incoming: Incoming, thread: Thread | None) -> None:
    content_hash = content_hash_of(incoming.parsed)
    if same := _same(incoming, content_hash):
        _duplicate(incoming, same)
        return
    origin = sender_of(incoming.parsed, is_ours=incoming.is_ours)
    sender = _person_of(incoming, origin)
    decision = Decision(Admission.ELSEWHERE)
    if thread is not None:
        decision = admit(
            thread=thread,
            sender=sender,
            verdict=incoming.verdict,
            address=origin.address,
            subject=incoming.parsed.subject,
        )
    draft = draft_of(
        incoming.parsed,
        origin=origin,
        content_hash=content_hash,
        flags=_flags(incoming, sender, thread, decision),
    )
    if thread is None or decision.admission is Admission.ELSEWHERE:
        message = _open(incoming, sender, draft.with_signal(Signal.NEW, 100))
    elif _is_long_closed(thread.ticket.worked_on(), incoming.mailbox) and decision.admission is Admission.COUNTS:
        message = _open(incoming, sender, draft.with_signal(Signal.FOLLOW_UP, 80), follow_up_of=thread.ticket)
    else:
        approval = Approval.PENDING if decision.admission is Admission.HELD else Approval.NONE
        ticket = locked(thread.ticket)
        final = draft.with_signal(thread.signal, thread.confidence).with_approval(approval)
        message = take_in_message(ticket=ticket, author=sender, draft=final)
        _note_copies(incoming, message, active=False)
    _remember(incoming, message)
    finish(
        incoming.raw,
        state=RawMailState.PROCESSED,
        kind=incoming.kind,
        ticket_id=message.ticket_id,
        message_id=message.pk,
        findings=_findings(incoming),
    )


def _person_of(incoming: Incoming, origin: Address) -> User:
    """Who wrote. Nobody has an address of ours: links to sign in would be sent to it, and become tickets."""
    if incoming.is_ours(origin.address):
        return incoming.knowledge.person(address=NOBODY, name="")
    return incoming.knowledge.person(address=origin.address, name=origin.name)


def _same(incoming: Incoming, content_hash: str) -> Earlier | None:
    """The message that this mail is a copy of: by Message-ID and content; without a Message-ID by its very bytes."""
    if incoming.parsed.message_id:
        known = incoming.knowledge.earlier(incoming.parsed.message_id)
        return next((earlier for earlier in known if earlier.content_hash == content_hash), None)
    row = (
        RawMail.objects.filter(sha256=incoming.raw.sha256, state=RawMailState.PROCESSED, message__isnull=False)
        .order_by("pk")
        .values_list("message_id", "ticket_id")
        .first()
    )
    return Earlier(row[0], row[1], content_hash) if row else None


def _duplicate(incoming: Incoming, same: Earlier) -> None:
    finish(
        incoming.raw,
        state=RawMailState.DUPLICATE,
        reason="the same mail was taken in before",
        kind=incoming.kind,
        ticket_id=same.ticket_id,
        message_id=same.message_id,
        findings=_findings(incoming, to=[entry.address for entry in incoming.parsed.to[:MOST_COPIES]]),
    )


def _flags(incoming: Incoming, sender: User, thread: Thread | None, decision: Decision) -> dict[str, object]:
    flags: dict[str, object] = {}
    if incoming.verdict.results:
        flags["auth"] = incoming.verdict.results
    if incoming.knowledge.earlier(incoming.parsed.message_id):
        flags["same_id_other_body"] = True
    if not sender.is_customer:
        flags["staff_address_unverified"] = True
    if incoming.parsed.from_count > 1:
        flags["several_from"] = True
    if rounds := [int(value) for value in incoming.parsed.loop_headers if value.isdecimal() and len(value) < 4]:
        flags["loop"] = max(rounds)
    if not incoming.parsed.classification.may_acknowledge:
        flags["automatic"] = True
    if decision.why is not None:
        flags["held_because"] = decision.why.value
    if thread is not None and decision.admission is Admission.ELSEWHERE:
        flags["mentions"] = thread.ticket.number
    return flags


def _is_long_closed(ticket: Ticket, mailbox: Mailbox | None) -> bool:
    if ticket.status != Status.CLOSED or ticket.closed_at is None:
        return False
    if ticket.archived_at is not None:
        return True
    days = mailbox.reopen_days if mailbox else Mailbox._meta.get_field("reopen_days").default
    return (timezone.now() - ticket.closed_at).days >= days


def _open(incoming: Incoming, sender: User, draft: MailDraft, *, follow_up_of: Ticket | None = None) -> Message:
    flooded = flooded_ticket(sender) if follow_up_of is None else None
    if flooded is not None:
        return take_in_message(ticket=locked(flooded), author=sender, draft=draft)
    mailbox = incoming.mailbox
    message = open_with(
        requester=sender, draft=draft, by=None, team=mailbox.team if mailbox else None, follow_up_of=follow_up_of
    )
    if mailbox is not None:
        write_soon(_insert_threads, MailThread(ticket=message.ticket, mailbox=mailbox))
        is_doubtful = incoming.verdict.is_forged or is_from_a_service(draft.from_address)
        _note_copies(incoming, message, active=not is_doubtful)
        acknowledge(
            message=message,
            mailbox=mailbox,
            may_acknowledge=incoming.parsed.classification.may_acknowledge,
            received_at=incoming.raw.received_at,
        )
    return message


def _note_copies(incoming: Incoming, message: Message, *, active: bool) -> None:
    """Whom the sender copied takes part: at once when a person opens the ticket, after approval when added on the way
    or by a mail that is forged or a service's."""
    if not message.is_public:
        return
    own = {message.from_address.lower()}
    others: dict[str, Address] = {
        entry.address.lower(): entry
        for entry in (*incoming.parsed.to, *incoming.parsed.cc)
        if entry.address and not incoming.is_ours(entry.address) and entry.address.lower() not in own
    }
    copied = []
    for entry in list(others.values())[:MOST_COPIES]:
        person = incoming.knowledge.person(address=entry.address, name=entry.name)
        if person.is_customer and person.pk != message.ticket.requester_id:
            _, is_new = Participant.objects.get_or_create(
                ticket=message.ticket, user=person, defaults={"is_active": active}
            )
            copied += [person.pk] if is_new else []
    if copied:
        record(verb="participants_copied", subject=message.ticket, by=message.author, people=copied, is_active=active)


def _remember(incoming: Incoming, message: Message) -> None:
    """Keep the mail's Message-ID and the unknown ones it refers to, so that answers and siblings find their way."""
    parsed = incoming.parsed
    mentioned = (
        list(dict.fromkeys([*parsed.references, *parsed.in_reply_to]))[-MOST_COPIES:] if message.is_public else []
    )
    incoming.knowledge.remember(message, own=parsed.message_id, mentioned=[value for value in mentioned if value])


def _insert_threads(rows: list[MailThread]) -> None:
    MailThread.objects.bulk_create(rows)
