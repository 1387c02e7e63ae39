"""Mails as people send them, and how to find one that came."""

import email.policy
import re
from collections.abc import Callable
from email import message_from_bytes
from email.message import EmailMessage
from email.utils import make_msgid
from uuid import uuid4

from tests.browser.program import SUPPORT
from tests.peers.dovecot import Account
from tests.peers.processes import eventually

CLARA = ("Clara Weiss", "clara@shop.example")
SERGEI = ("Sergei Petrov", "sergei@stranger.example")


def word() -> str:
    """One that no other test says."""
    return f"w{uuid4().hex[:10]}"


def letter(
    subject: str,
    text: str = "The basket is empty.",
    *,
    sender: tuple[str, str] = CLARA,
    html: str = "",
    answers: EmailMessage | None = None,
    to: str = SUPPORT,
) -> EmailMessage:
    """A mail to the desk; with `answers` one that a mail program writes on "Reply"."""
    name, address = sender
    mail = EmailMessage(policy=email.policy.SMTP)
    mail["From"], mail["To"], mail["Subject"] = f"{name} <{address}>", to, subject
    mail["Message-ID"] = make_msgid(domain=address.partition("@")[2])
    if answers is not None:
        mail["In-Reply-To"] = answers["Message-ID"]
        mail["References"] = f"{answers['References'] or ''} {answers['Message-ID']}".strip()
    mail.set_content(text)
    if html:
        mail.add_alternative(html, subtype="html")
    return mail


def mails_of(account: Account) -> list[EmailMessage]:
    """Everything in the INBOX, the latest last."""
    with account.imap() as client:
        uids = client.uid("SEARCH", "ALL")[1][0].split()
        found = [client.uid("FETCH", uid, "(BODY.PEEK[])")[1][0][1] for uid in uids]
    return [message_from_bytes(source, policy=email.policy.default) for source in found]


def mail_to(account: Account, fits: Callable[[EmailMessage], bool]) -> EmailMessage:
    """The first mail in the account that fits, waited for."""
    return eventually(lambda: next((mail for mail in mails_of(account) if fits(mail)), None), seconds=30, every=0.2)


def text_of(mail: EmailMessage) -> str:
    body = mail.get_body(("plain",))
    return body.get_content() if body else ""


def link_in(mail: EmailMessage, where: str = "link") -> str:
    """The address in it that leads to `/accounts/…/`."""
    return re.search(rf"http://\S+/accounts/{where}/\S+", text_of(mail))[0]
