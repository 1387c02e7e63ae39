"""One mailbox is flooded while another goes on: how long a mail, a reply and a page take meanwhile."""

import secrets
import smtplib
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from email.message import EmailMessage
from pathlib import Path
from uuid import uuid4

from django.utils import timezone

from helpdesk.operations.nemesis.agents import Browser, hidden
from helpdesk.operations.nemesis.house import House
from helpdesk.operations.nemesis.peer import Peer
from helpdesk.operations.nemesis.play import employ, open_mailbox
from helpdesk.operations.nemesis.postmen import ADDRESS
from tickets.mail.actions.storing import Arrival, store_many
from tickets.mail.enums import RawMailState, Security, Source
from tickets.mail.models import Mailbox, RawMail
from tickets.models import Ticket

FLOODED = "sales@desk.example"
SENDERS = 5000
AT_ONCE = 1000
PATIENCE = 60.0
PAUSE = 0.02
ON_THE_WAY = (RawMailState.STORED, RawMailState.PROCESSING)


@dataclass
class Seen:
    """Seconds of each try: from the inlet's 250 to the ticket, from the form's answer to the mail server, of a page.
    `left` is how many mails of the flood still waited at the last try; `lost` counts what never came."""

    mails: list[float] = field(default_factory=list)
    replies: list[float] = field(default_factory=list)
    pages: list[float] = field(default_factory=list)
    left: int = 0
    lost: int = 0
    flood_per_second: float = 0.0


def flood(*, mails: int, tries: int, data: Path) -> Seen:
    """Flood one mailbox with so many mails that all are answered automatically; meanwhile try so often how a mail to
    another mailbox and a reply fare. Leaves nothing running; the folder is left to the caller."""
    with Peer() as peer, House(data) as house, house.lived_in():
        open_mailbox(peer)
        flooded = open_flooded(peer)
        password = secrets.token_urlsafe(16)
        browser, seen = Browser(house.port), Seen()
        browser.sign_in(employ(1, password)[0], password)
        try_once(house, peer, browser, Seen())  # what is slow the first time alone
        pour(flooded, mails)
        began, before = time.monotonic(), waiting()
        for _ in range(tries):
            try_once(house, peer, browser, seen)
        seen.left = waiting()
        seen.flood_per_second = (before - seen.left) / (time.monotonic() - began)
        return seen


def open_flooded(peer: Peer) -> Mailbox:
    """A mailbox that answers everything by itself, so that a flood of it is one of what goes out as well."""
    return Mailbox.objects.create(
        name="Sales",
        address=FLOODED,
        acknowledge=True,
        out_host="127.0.0.1",
        out_port=peer.port,
        out_security=Security.PLAIN,
    )


def try_once(house: House, peer: Peer, browser: Browser, seen: Seen) -> None:
    """A mail of a customer, the page of its ticket, a reply."""
    word = f"w{uuid4().hex[:12]}"
    _send(house.smtp_port, word)
    began = time.monotonic()
    ticket = _wait(lambda: Ticket.objects.filter(subject=f"About {word}").first(), seen)
    if not isinstance(ticket, Ticket):
        return
    seen.mails.append(time.monotonic() - began)
    began = time.monotonic()
    page = browser.get(f"/desk/tickets/{ticket.number}/")
    seen.pages.append(time.monotonic() - began)
    answer = f"r{uuid4().hex[:12]}"
    browser.post(f"/desk/tickets/{ticket.number}/replies/", {**hidden(page), "body": f"The word is {answer}."})
    began = time.monotonic()
    if _wait(lambda: any(answer in letter.text for letter in list(peer.received)), seen):
        seen.replies.append(time.monotonic() - began)


def _wait(until: Callable[[], object], seen: Seen) -> object:
    """What it gives once it gives something; None, and one more lost, when it never does."""
    ends = time.monotonic() + PATIENCE
    while time.monotonic() < ends:
        if found := until():
            return found
        time.sleep(PAUSE)
    seen.lost += 1
    return None


def _send(port: int, word: str) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = f"Clara <{word}@client.example>", ADDRESS, f"About {word}"
    mail["Message-ID"] = f"<{word}@client.example>"
    mail.set_content(f"The word is {word}.")
    with smtplib.SMTP("127.0.0.1", port, local_hostname="client.example", timeout=30) as smtp:
        smtp.sendmail(f"{word}@client.example", [ADDRESS], mail.as_bytes())


def pour(mailbox: Mailbox, count: int) -> None:
    """So many mails lie in the mailbox at once."""
    for start in range(0, count, AT_ONCE):
        mails = [_mail(at) for at in range(start, min(count, start + AT_ONCE))]
        arrivals = [Arrival(content=each, source=Source.SMTP) for each in mails]
        store_many(arrivals=arrivals, mailbox=mailbox, ring=False)


def _mail(at: int) -> bytes:
    sender = f"sender{at % SENDERS}@flood.example"
    date = f"{timezone.now():%a, %d %b %Y %H:%M:%S +0000}"
    lines = [f"From: {sender}", f"To: {FLOODED}", f"Subject: Offer {at}", f"Date: {date}"]
    return "\r\n".join([*lines, f"Message-ID: <{at}@flood.example>", "", f"Buy number {at}.", ""]).encode()


def waiting() -> int:
    """Mails that are not worked on yet."""
    return RawMail.objects.filter(state__in=ON_THE_WAY).count()
