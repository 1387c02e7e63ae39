"""A corpus of mails on disk: openers, then follow-ups that hold placeholders for the tickets' real numbers.

Layout: `0-open/*.eml`, `1-follow/*.eml`, `manifest.json` with `summary.expected_tickets` and `mails`, each
`{"m": mark, "t": thread, "kind": ...}`. Every body ends with the line `Ref: <mark> <thread>`. A placeholder is
`[@@<thread>@@]`.
"""

import json
import random
import re
from collections.abc import Callable
from dataclasses import dataclass
from email.message import EmailMessage
from email.policy import SMTP
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from django.utils import timezone

from helpdesk.operations.seeding.synthetic import Speaker

PLACEHOLDER = re.compile(rb"\[@@(\w+)@@\]")


@dataclass(frozen=True, slots=True)
class Corpus:
    openers: list[bytes]
    follow_ups: list[bytes]
    manifest: dict[str, Any]

    def rendered(self, mark_of: Callable[[str], str]) -> list[bytes]:
        """The follow-ups with every placeholder replaced by `mark_of(thread)`."""
        return [PLACEHOLDER.sub(lambda match: mark_of(match[1].decode()).encode(), mail) for mail in self.follow_ups]


def read(folder: Path) -> Corpus:
    def mails(name: str) -> list[bytes]:
        return [path.read_bytes() for path in sorted((folder / name).glob("*.eml"))]

    return Corpus(mails("0-open"), mails("1-follow"), json.loads((folder / "manifest.json").read_text()))


def make(*, count: int, seed: int = 7, to: str = "support@desk.example", letter: str = "M") -> Corpus:
    """A corpus of our own, its marks beginning with `letter`.

    60 % open a thread, the rest answer by header, by token, or both; every twentieth carries a file.
    """
    rng = random.Random(seed)  # noqa: S311 - synthetic data
    speakers = [Speaker(language, rng) for language in ("en", "ru")]
    openers: list[bytes] = []
    follow_ups: list[bytes] = []
    marks: list[dict[str, Any]] = []
    opened = max(1, count * 6 // 10)
    for index in range(count):
        mark, speaker = f"{letter}{index:06d}", rng.choice(speakers)
        thread = index if index < opened else rng.randrange(opened)
        name = f"T{thread:06d}"
        mail = EmailMessage(policy=SMTP)
        mail["From"] = f"Customer {thread % 400} <customer{thread % 400}@client{thread % 97}.example>"
        mail["To"], mail["Date"] = to, format_datetime(timezone.now())
        mail["Message-ID"] = f"<{mark}.{rng.getrandbits(40):x}@client.example>"
        kind = "open" if index < opened else rng.choice(("reply-header", "reply-both", "reply-token"))
        mail["Subject"] = (
            speaker.subject() if kind == "open" else "Re: answer" + ("" if kind == "reply-header" else f" [@@{name}@@]")
        )
        if kind in ("reply-header", "reply-both"):
            mail["In-Reply-To"] = marks[thread]["id"]
        mail.set_content(
            f"{speaker.body()}\n\n-- \nCustomer\nRef: {mark} {name}\n", charset=rng.choice(("utf-8", "koi8-r"))
        )
        if index % 20 == 0:
            mail.add_attachment(rng.randbytes(20_000), maintype="image", subtype="jpeg", filename="photo.jpg")
        marks.append({"m": mark, "t": name, "kind": kind, "id": mail["Message-ID"]})
        (openers if kind == "open" else follow_ups).append(mail.as_bytes())
    return Corpus(openers, follow_ups, {"summary": {"n": count, "expected_tickets": opened}, "mails": marks})
