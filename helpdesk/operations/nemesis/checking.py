"""Comparing what was acknowledged with what there is."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from typing import Any

from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.operations.nemesis.conversations import TOKEN
from helpdesk.operations.nemesis.history import MAILS, History, Kind, Operation
from helpdesk.operations.nemesis.peer import Peer
from tickets.enums import MessageKind
from tickets.mail.enums import FINAL_STATES, RawMailState
from tickets.mail.models import RawMail
from tickets.models import Message

MOST_TOLD = 30
SEEN_BY_A_PERSON = {DeliveryState.UNKNOWN, DeliveryState.FAILED, DeliveryState.HELD}


@dataclass
class Verdict:
    """Counts by kind of operation, and a line for each thing that is wrong."""

    counts: dict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))
    problems: list[str] = field(default_factory=list)

    def count(self, operation: Operation, what: str, why: str = "") -> None:
        who = f"{operation.token} ({operation.kind}, {operation.tries} tries)"
        self.add(group_of(operation), what, f"{who}: {why}" if why else "")

    def add(self, group: str, what: str, why: str = "") -> None:
        self.counts[group][what] += 1
        if why and len(self.problems) < MOST_TOLD:
            self.problems.append(f"{what}: {why}")

    def total(self, what: str) -> int:
        return sum(counter[what] for counter in self.counts.values())


def group_of(operation: Operation) -> str:
    if operation.kind in MAILS:
        return "mails"
    return "notes" if operation.kind is Kind.NOTE else "replies"


@dataclass(frozen=True, slots=True)
class Said:
    """A message of the database, without its text."""

    pk: int
    kind: str
    ticket: int


def check(*, history: History, peer: Peer) -> Verdict:
    """Look for every operation. Call it when everything has settled."""
    verdict = Verdict()
    said = messages_by_token()
    states = mail_states_by_token()
    tickets = {token: found[0].ticket for token, found in said.items()}
    letters = Letters(peer)
    for operation in history:
        verdict.count(operation, "sent")
        verdict.count(operation, "ok" if operation.is_ok else "indeterminate")
        if operation.refused:
            verdict.count(operation, "refused", operation.refused)
        found = said.get(operation.token, [])
        _check_message(verdict, operation, found, states.get(operation.token, []))
        if found and found[0].ticket != tickets.get(operation.thread):
            verdict.count(operation, "misplaced", f"on ticket {found[0].ticket}")
        if operation.kind is Kind.REPLY and found:
            _check_delivery(verdict, operation, found[0], letters)
        if operation.kind is Kind.NOTE and operation.token in letters.tokens:
            verdict.count(operation, "leaked", "a note went out")
    for row in letters.automatic:
        verdict.add("acknowledgements", "queued")
        for what, why in fate_of(row, letters):
            verdict.add("acknowledgements", what, why)
    return verdict


def _check_message(verdict: Verdict, operation: Operation, found: list[Said], states: list[str]) -> None:
    """Each acknowledged operation is one message; none is two. A mail that is kept aside for a person is not lost."""
    unfinished = [state for state in states if state not in FINAL_STATES]
    if unfinished:
        verdict.count(operation, "unfinished", f"its raw mail is {unfinished[0]}")
    elif len(found) > 1:
        verdict.count(operation, "doubled", f"{len(found)} messages")
    elif not found and RawMailState.QUARANTINED in states:
        verdict.count(operation, "quarantined", "no message")
    elif not found and operation.is_ok:
        verdict.count(operation, "lost", f"no message; raw mails: {', '.join(states) or 'none'}")


def _check_delivery(verdict: Verdict, operation: Operation, message: Said, letters: "Letters") -> None:
    rows = letters.rows.get(message.pk, [])
    if not rows:
        verdict.count(operation, "lost", "no delivery")
    for row in rows:
        for what, why in fate_of(row, letters):
            verdict.count(operation, what, why)


def fate_of(row: Delivery, letters: "Letters") -> Iterator[tuple[str, str]]:
    """What is to be counted of a row of the outbox, each with the reason where it is wrong: what says that it was sent
    came, and nothing came twice but what is unknown."""
    copies = len(letters.times.get((row.message_id, row.recipient.lower()), []))
    if row.state in SEEN_BY_A_PERSON:
        yield str(row.state), ""
    elif row.state != DeliveryState.SENT:
        yield "unfinished", f"delivery {row.pk} is {row.state}"
    elif copies == 0:
        yield "lost", f"delivery {row.pk} says sent, nothing came"
    if copies > 1 and row.state != DeliveryState.UNKNOWN:
        yield "doubled", f"delivery {row.pk} ({row.state}) came {copies} times"


class Letters:
    """The outbox's rows, those of replies by their message, and what the peer received."""

    def __init__(self, peer: Peer) -> None:
        self.times = peer.times()
        self.tokens = tokens_in(letter.text for letter in peer.received)
        self.rows: dict[int, list[Delivery]] = defaultdict(list)
        for row in Delivery.objects.filter(purpose=Purpose.REPLY).order_by("pk"):
            self.rows[row.subject_id].append(row)
        self.automatic = list(Delivery.objects.filter(purpose=Purpose.ACKNOWLEDGEMENT).order_by("pk"))


def tokens_in(texts: Iterable[str]) -> set[str]:
    return {token for text in texts for token in TOKEN.findall(text)}


def messages_by_token() -> dict[str, list[Said]]:
    """Every message by the token that it says."""
    found: dict[str, list[Said]] = defaultdict(list)
    rows = Message.objects.order_by("pk").values_list("pk", "kind", "ticket_id", "text")
    for pk, kind, ticket, text in rows:
        for token in dict.fromkeys(TOKEN.findall(text)):
            found[token].append(Said(pk, MessageKind(kind), ticket))
    return found


def mail_states_by_token() -> dict[str, list[str]]:
    """The states of the raw mails, by the token in their Message-ID."""
    found: dict[str, list[str]] = defaultdict(list)
    for state, content in RawMail.objects.order_by("pk").values_list("state", "content").iterator():
        headers = bytes(content).partition(b"\r\n\r\n")[0].decode("ascii", "replace")
        own = [line for line in headers.splitlines() if line.lower().startswith("message-id:")]
        for token in TOKEN.findall(own[0] if own else ""):
            found[token].append(state)
    return found


def recovery(*, history: History, peer: Peer) -> dict[str, Any]:
    """How long anything had to wait, at most, in seconds: at the door, on the way in, on the way out."""
    times = peer.times()
    finished_mails = RawMail.objects.order_by("pk").values_list("received_at", "finished_at")
    waits_in = [(finished - received).total_seconds() for received, finished in finished_mails if finished is not None]
    waits_out = [
        min(came) - row.created_at.timestamp()
        for row in Delivery.objects.filter(state=DeliveryState.SENT).order_by("pk")
        if (came := times.get((row.message_id, row.recipient.lower())))
    ]
    waits = {
        "until_acknowledged": round(history.longest_wait, 1),
        "until_ticket": round(max(waits_in, default=0.0), 1),
        "until_sent": round(max(waits_out, default=0.0), 1),
    }
    return {"max_seconds": max(waits.values()), **waits}
