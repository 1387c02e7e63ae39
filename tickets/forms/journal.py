"""What of the journal is asked for, read from the words of its URL and written back as such."""

import re
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from ipaddress import ip_address
from typing import Any

from django.http import QueryDict
from django.utils import timezone
from django.utils.dateformat import format as date_text
from django.utils.http import urlencode
from django.utils.translation import gettext as _

from helpdesk.accounts.models import User
from helpdesk.journal.enums import Door
from helpdesk.journal.registries import things, verbs
from tickets.forms.criteria import Chip, person_word
from tickets.queries.journal import JournalCriteria

PROGRAM = "program"
LONGEST = 254
TICKET = "ticket"
_REQUEST = re.compile(r"[0-9A-Za-z_.:-]{1,32}")


@dataclass(frozen=True, slots=True)
class JournalReading:
    """What was understood; `not_understood` names the parameters whose value meant nothing."""

    criteria: JournalCriteria
    not_understood: tuple[str, ...] = ()


@dataclass(slots=True)
class _Reader:
    params: QueryDict
    missed: list[str] = field(default_factory=list)

    def word(self, name: str) -> str:
        return self.params.get(name, "").replace("\0", "").strip()[:LONGEST]

    def understood(self, name: str, value: Any) -> Any:
        """`value`, and a note when there was a word and it means nothing."""
        if value is None and self.word(name):
            self.missed.append(name)
        return value


def read_journal_criteria(params: QueryDict, *, by: User) -> JournalReading:
    """The criteria that the URL's words name; days are the reader's. Two statements at most: a person and a ticket.

    `who` is an address or `program`; `what` a verb; `thing` a kind and `number` the one of it (of tickets without a
    kind); `from` and `to` are days; `door` and `address` say where from, `request` within which request it happened.
    """
    reader = _Reader(params)
    who, verb, kind = reader.word("who"), reader.word("what"), reader.word("thing")
    door, number = reader.word("door"), _number(reader.word("number"))
    is_program = who == PROGRAM
    actor = None if is_program else reader.understood("who", _person(who, by))
    reader.understood("what", verb if verb in known_verbs() else None)
    reader.understood("thing", kind if kind in things else None)
    reader.understood("door", door if door in Door.values else None)
    reader.understood("number", number)
    kind = kind if kind in things else (TICKET if number is not None and not kind else "")
    first, last = reader.understood("from", _day(reader.word("from"))), reader.understood("to", _day(reader.word("to")))
    return JournalReading(
        JournalCriteria(
            actor=actor,
            is_program=is_program,
            verb=verb if verb in known_verbs() else "",
            kind=kind,
            number=number if kind else None,
            key=things[kind].key(number) if kind and number is not None else None,
            since=_begins(first) if first else None,
            until=_begins(last + timedelta(days=1)) if last else None,
            first_day=first.isoformat() if first else "",
            last_day=last.isoformat() if last else "",
            door=door if door in Door.values else "",
            address=reader.understood("address", _address(reader.word("address"))) or "",
            request_id=reader.understood("request", _request(reader.word("request"))) or "",
        ),
        tuple(reader.missed),
    )


def write_journal_criteria(criteria: JournalCriteria, *, without: str = "") -> str:
    """The parameters that read back as these criteria, leaving out the one named `without`; "" for none."""
    who = PROGRAM if criteria.is_program else person_word(criteria.actor) if criteria.actor else ""
    number = "" if criteria.number is None or without == "thing" else str(criteria.number)
    pairs = [
        ("who", who),
        ("what", criteria.verb),
        ("thing", criteria.kind),
        ("number", number),
        ("from", criteria.first_day),
        ("to", criteria.last_day),
        ("door", criteria.door),
        ("address", criteria.address),
        ("request", criteria.request_id),
    ]
    return urlencode([(name, value) for name, value in pairs if value and name != without])


def journal_chips(criteria: JournalCriteria) -> list[Chip]:
    """The criteria one by one, as people read them."""
    thing = str(things[criteria.kind].label) if criteria.kind else ""
    shown = [
        ("who", _("who"), _("the program") if criteria.is_program else str(criteria.actor or "")),
        ("what", _("what"), known_verbs().get(criteria.verb, "")),
        ("thing", _("thing"), f"{thing} {criteria.number}" if criteria.number is not None else thing),
        ("from", _("from day"), _told_day(criteria.first_day)),
        ("to", _("to day"), _told_day(criteria.last_day)),
        ("door", _("door"), str(Door(criteria.door).label) if criteria.door else ""),
        ("address", _("address"), criteria.address),
        ("request", _("request"), criteria.request_id),
    ]
    return [Chip(name, value, write_journal_criteria(criteria, without=key)) for key, name, value in shown if value]


def known_verbs() -> dict[str, str]:
    """Every verb that has words, and what the admin writes of things; by verb, in the order of the words."""
    told = {name: str(each.label) for name, each in verbs.items()}
    return dict(sorted(told.items(), key=lambda pair: pair[1].casefold()))


def _person(word: str, by: User) -> User | None:
    if not word:
        return None
    people = User.objects.visible_to(by)
    number = _number(word)
    return (people.filter(email=word.lower()) if number is None else people.filter(pk=number)).first()


def _number(word: str) -> int | None:
    return int(word) if word.isascii() and word.isdigit() and len(word) < 19 else None


def _day(word: str) -> date | None:
    try:
        day = date.fromisoformat(word)
    except ValueError:
        return None
    return day if 1970 <= day.year < 3000 else None


def _told_day(word: str) -> str:
    return date_text(date.fromisoformat(word), "j E Y") if word else ""


def _begins(day: date) -> datetime:
    return timezone.make_aware(datetime.combine(day, time.min))


def _request(word: str) -> str | None:
    return word if _REQUEST.fullmatch(word) else None


def _address(word: str) -> str | None:
    try:
        return str(ip_address(word))
    except ValueError:
        return None
