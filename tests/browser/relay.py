"""The world's mail: an SMTP server on loopback that puts whatever it takes into its recipients' accounts by LMTP."""

import smtplib
from collections.abc import Iterator
from contextlib import contextmanager

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session

from tests.peers.dovecot import Dovecot
from tests.peers.ports import free_port


class Postman:
    def __init__(self, dovecot: Dovecot) -> None:
        self.dovecot = dovecot

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:
        with smtplib.LMTP("127.0.0.1", self.dovecot.lmtp, local_hostname="localhost") as client:
            for recipient in envelope.rcpt_tos:  # LMTP answers for each of them, and smtplib reads one answer
                client.sendmail(envelope.mail_from or "", [recipient], envelope.content)
        return "250 2.0.0 delivered"


@contextmanager
def running(dovecot: Dovecot) -> Iterator[int]:
    """Its port."""
    controller = Controller(Postman(dovecot), hostname="127.0.0.1", port=free_port(), ready_timeout=10)
    controller.start()
    try:
        yield controller.port
    finally:
        controller.stop()
