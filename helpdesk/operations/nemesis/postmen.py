"""Mail servers of customers: they hand over each mail again and again until somebody answers 250."""

import random
import smtplib
import time
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime

from django.utils import timezone

from helpdesk.operations.nemesis.conversations import Conversations
from helpdesk.operations.nemesis.history import History, Kind, Operation
from helpdesk.operations.nemesis.stage import Stage

ADDRESS = "support@desk.example"
PATIENCE = 15.0  # seconds for a step of the conversation
BETWEEN_TRIES = 0.5
MOST_REMEMBERED = 200


@dataclass
class Postman:
    """One sender of mails: new requests, answers by header to known ones, and now and then a mail once more."""

    port: int
    history: History
    conversations: Conversations
    stage: Stage
    rng: random.Random
    pause: float
    _sent: list[tuple[Operation, bytes, str]] = field(default_factory=list)

    def work(self) -> None:
        """Until the play ends; what is under way then is still tried until it is acknowledged."""
        while self.stage.is_open:
            self._one()
            time.sleep(self.rng.uniform(0, 2 * self.pause))

    def _one(self) -> None:
        known = self.conversations.any(self.rng)
        dice = self.rng.random()
        if dice < 0.15 and self._sent:
            self._hand_over(*self.rng.choice(self._sent))
        elif dice < 0.55 and known is not None:
            operation = self.history.invoke(Kind.FOLLOW_UP, thread=known.thread)
            self._say(operation, f"In-Reply-To: <{known.thread}@client.example>")
        else:
            self._say(self.history.invoke(Kind.OPENER), "")

    def _say(self, operation: Operation, answered: str) -> None:
        mail = self._mail(operation, answered)
        self._hand_over(operation, mail, sender_of(operation))
        self._sent = [*self._sent[-MOST_REMEMBERED:], (operation, mail, sender_of(operation))]

    def _mail(self, operation: Operation, answered: str) -> bytes:
        mail = EmailMessage(policy=SMTP)
        mail["From"], mail["To"] = f"Customer <{sender_of(operation)}>", ADDRESS
        mail["Date"], mail["Message-ID"] = format_datetime(timezone.now()), f"<{operation.token}@client.example>"
        if answered:
            mail["Subject"] = "Re: The shop is slow"
            name, _, value = answered.partition(": ")
            mail[name] = value
        else:
            mail["Subject"] = f"The shop is slow ({operation.token})"
        mail.set_content(f"Please look into it.\n\nReference: {operation.token}\n")
        if self.rng.random() < 0.1:
            mail.add_attachment(self.rng.randbytes(20_000), maintype="image", subtype="png", filename="screen.png")
        return mail.as_bytes()

    def _hand_over(self, operation: Operation, mail: bytes, sender: str) -> None:
        while not self.stage.is_over:
            operation.tries += 1
            try:
                with smtplib.SMTP("127.0.0.1", self.port, local_hostname="client.example", timeout=PATIENCE) as smtp:
                    smtp.sendmail(sender, [ADDRESS], mail)
            except (OSError, smtplib.SMTPException) as error:
                if code := final_no(error):
                    operation.refused = code
                    return
                time.sleep(BETWEEN_TRIES)
                continue
            operation.acknowledge()
            return


def sender_of(operation: Operation) -> str:
    """The customer who opened the conversation; each has but one."""
    return f"{operation.thread}@client.example"


def final_no(error: Exception) -> str:
    """The server's words when it will never take the mail (5yz), else nothing."""
    answers: list[tuple[int, bytes | str]] = []
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        answers = list(error.recipients.values())
    elif isinstance(error, smtplib.SMTPResponseException):
        answers = [(error.smtp_code, error.smtp_error)]
    for code, text in answers:
        if code >= 500:
            return f"{code} {text.decode(errors='replace') if isinstance(text, bytes) else text}"
    return ""
