"""The whole play: furnish the house, let everybody act, wait until it is quiet, look."""

import random
import secrets
import time
from collections import Counter
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from django.db import Error as DatabaseError
from django.db import connection

from helpdesk.accounts.enums import ContactKind, Role
from helpdesk.accounts.models import ContactPoint, User
from helpdesk.notifications.enums import DeliveryState
from helpdesk.notifications.models import Delivery
from helpdesk.operations.nemesis.agents import Agent, Browser
from helpdesk.operations.nemesis.checking import Verdict, check, recovery
from helpdesk.operations.nemesis.conversations import Conversations
from helpdesk.operations.nemesis.history import History
from helpdesk.operations.nemesis.house import House
from helpdesk.operations.nemesis.killing import Nemesis
from helpdesk.operations.nemesis.peer import Peer
from helpdesk.operations.nemesis.postmen import ADDRESS, Postman
from helpdesk.operations.nemesis.stage import Stage
from tickets.mail.enums import RawMailState, Security
from tickets.mail.models import Mailbox, RawMail

POSTMEN, AGENTS = 3, 2
PAUSE_OF_POSTMAN, PAUSE_OF_AGENT = 0.4, 0.5  # seconds, on average
LONGEST_SETTLING = 300.0
MAILS_ON_THE_WAY = (RawMailState.STORED, RawMailState.PROCESSING)
DELIVERIES_ON_THE_WAY = (DeliveryState.QUEUED, DeliveryState.SENDING)


@dataclass(frozen=True, slots=True)
class Outcome:
    """`settling_seconds` is how long work was still going on after the last kill; `answers` counts the pages' answers
    from 500 upwards, and no answer at all, by what they were."""

    verdict: Verdict
    kills: dict[str, int]
    recovery: dict[str, Any]
    settling_seconds: float
    is_settled: bool
    answers: dict[str, int]


@dataclass
class Cast:
    """Everybody who acts, each by dice of their own, so that a seed gives the same intentions again."""

    postmen: list[Postman]
    agents: list[Agent]
    nemesis: Nemesis

    @classmethod
    def of(cls, house: House, stage: Stage, history: History, conversations: Conversations, seed: int) -> "Cast":
        def dice(name: str) -> random.Random:
            return random.Random(f"{seed} {name}")  # noqa: S311 - no secret

        password = secrets.token_urlsafe(16)
        postmen = [
            Postman(house.smtp_port, history, conversations, stage, dice(f"postman {at}"), PAUSE_OF_POSTMAN)
            for at in range(POSTMEN)
        ]
        agents = [
            Agent(Browser(house.port), email, password, history, conversations, stage, dice(email), PAUSE_OF_AGENT)
            for email in employ(AGENTS, password)
        ]
        return cls(postmen, agents, Nemesis(house, stage, dice("nemesis")))

    @property
    def parts(self) -> list[Callable[[], None]]:
        return [each.work for each in self.postmen] + [each.work for each in self.agents] + [self.nemesis.work]

    @property
    def answers(self) -> dict[str, int]:
        return dict(sorted(Counter(trouble for agent in self.agents for trouble in agent.troubles).items()))


def play(*, seconds: float, seed: int, data: Path) -> Outcome:
    """Run for so many seconds and judge. Leaves nothing running; the folder is left to the caller."""
    history, conversations = History(), Conversations()
    with Peer() as peer, House(data) as house, house.lived_in():
        open_mailbox(peer)
        stage = Stage(seconds)
        cast = Cast.of(house, stage, history, conversations, seed)
        together([*cast.parts, partial(conversations.watch, stage)])
        settling, is_settled = settle()
        return Outcome(
            verdict=check(history=history, peer=peer),
            kills=dict(sorted(cast.nemesis.kills.items())),
            recovery=recovery(history=history, peer=peer),
            settling_seconds=round(settling, 1),
            is_settled=is_settled,
            answers=cast.answers,
        )


def open_mailbox(peer: Peer) -> None:
    """The one mailbox: takes from the inlet, acknowledges, sends by the peer."""
    Mailbox.objects.create(
        name="Support",
        address=ADDRESS,
        is_default=True,
        acknowledge=True,
        out_host="127.0.0.1",
        out_port=peer.port,
        out_security=Security.PLAIN,
    )


def employ(count: int, password: str) -> list[str]:
    """Addresses of so many new agents with this password."""
    emails = [f"agent{at}@desk-staff.example" for at in range(count)]
    for email in emails:
        person = User.objects.create_user(email=email, password=password, name=email, role=Role.AGENT)
        ContactPoint.objects.get_or_create(user=person, kind=ContactKind.EMAIL, value=email)
    return emails


def together(parts: Sequence[Callable[[], None]]) -> None:
    """All at once, until the last has ended. Raises what the first of them raised."""
    with ThreadPoolExecutor(max_workers=len(parts)) as threads:
        for running in [threads.submit(part) for part in parts]:
            running.result()


def settle() -> tuple[float, bool]:
    """Wait until nothing is on its way any more: the seconds it took, and whether it came to that."""
    began = time.monotonic()
    while (waited := time.monotonic() - began) < LONGEST_SETTLING:
        try:
            if not is_busy():
                return waited, True
        except DatabaseError:
            connection.close()
        time.sleep(0.5)
    return waited, False


def is_busy() -> bool:
    return (
        RawMail.objects.filter(state__in=MAILS_ON_THE_WAY).exists()
        or Delivery.objects.filter(state__in=DELIVERIES_ON_THE_WAY).exists()
    )
