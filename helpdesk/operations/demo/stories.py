"""The demo conversations, read from the text files beside this module.

A ticket begins with `# subject`, then one line of `name: value; ...`: from (a customer's address), team, days (how long
ago), status, and where they differ from the usual priority, channel, tags, assignee; category with its fields, each as
`field.key: value`. Then come the messages, each
opened by who speaks (`customer:`, `agent:`, `note:`, or `stranger:` for somebody whom nobody has let in), with a file
as `customer+screenshot:`; all lines up to the next such word belong to it.
"""

import re
from dataclasses import dataclass
from pathlib import Path

from tickets.enums import Channel, Priority, Status

FOLDER = Path(__file__).parent
LANGUAGES = ("english", "russian")
_OPENING = re.compile(r"^(customer|agent|note|stranger)(?:\+(\w+))?: ", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Said:
    """One message: who, what, and a word for its files."""

    who: str
    text: str
    files: str


@dataclass(frozen=True, slots=True)
class Story:
    """One ticket; `days` is how long ago it began."""

    subject: str
    requester: str
    team: str
    days: float
    status: Status
    priority: Priority
    channel: Channel
    tags: list[str]
    has_assignee: bool
    category: str
    fields: dict[str, str]
    said: list[Said]


def stories() -> list[Story]:
    """All of them, the oldest first."""
    texts = [(FOLDER / f"{language}.txt").read_text(encoding="utf-8") for language in LANGUAGES]
    found = [_story(block) for text in texts for block in re.split(r"^# ", text, flags=re.MULTILINE)[1:]]
    return sorted(found, key=lambda story: -story.days)


def _story(block: str) -> Story:
    subject, facts_line, rest = block.split("\n", 2)
    facts = dict(fact.strip().split(": ", 1) for fact in facts_line.split(";"))
    pieces = _OPENING.split(rest)[1:]
    return Story(
        subject=subject.strip(),
        requester=facts["from"],
        team=facts["team"],
        days=float(facts["days"]),
        status=Status(facts["status"]),
        priority=Priority[facts.get("priority", "normal").upper()],
        channel=Channel(facts.get("channel", "mail")),
        tags=facts["tags"].split(", ") if "tags" in facts else [],
        has_assignee=facts.get("assignee") != "no",
        category=facts.get("category", ""),
        fields={name.removeprefix("field."): said for name, said in facts.items() if name.startswith("field.")},
        said=[Said(who, text.strip(), files or "") for who, files, text in zip(*[iter(pieces)] * 3, strict=True)],
    )
