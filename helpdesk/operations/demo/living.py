"""What the demo's people did beside writing: they merged, linked, watched, put aside, noted, rated, saved views, and
invited."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db import connection
from django.utils import timezone

from helpdesk.accounts.models import Invitation, Note, Organisation, User
from helpdesk.operations.demo.settling import Town
from tickets.enums import Audience, Relation, Score, Writing
from tickets.models import EarlierWords, KeptDraft, Merge, Message, SavedView, Survey, Ticket, TicketLink, Watcher
from tickets.rendering import markdown_to_html

ENTRY_COLUMNS = "at, actor_id, verb, subject_type_id, subject_id, facts, door, request_id"
Entry = tuple[datetime, int | None, str, int, int, str, str, str]

MERGED = ("Tind 120: sold out, yet still for sale", "Stock in the shop differs from the warehouse")
LINKS = (
    ("Checkout returns 502 after the payment step", Relation.RELATED, "Double charge for order 100482"),
    ("Licence says it belongs to another domain", Relation.CHILD, "Quote for a second storefront"),
    ("Оплата прошла, а заказ не создался", Relation.RELATED, "Просим подключить онлайн-кассу"),
)
WATCHED = {
    "Checkout returns 502 after the payment step": ("greta", "nora"),
    "Stock in the shop differs from the warehouse": ("greta", "anna"),
    "Сайт открывается с ошибкой 500": ("greta",),
}
ASLEEP = ("Gift cards can't be combined with a discount code", "Предложение по новой странице акций")
RATED = {
    "Import stops at row 1,207": (Score.GOOD, "Quick, and now I know about the space. Thank you!"),
    "Newsletter sign-up does nothing on phones": (Score.GOOD, ""),
    "Redirects from the old shop": (Score.SO_SO, "It works, but I had to ask twice."),
    "Пропали отзывы после обновления": (Score.GOOD, "Всё вернули в тот же день, спасибо!"),
    "Заканчивается сертификат сайта": (Score.BAD, "Узнали об этом от покупателей, а не от вас."),
}
REWRITTEN = ("Category page takes nine seconds", "Development: count the attributes at night. Estimate 4 hours.")
BEGUN = ("Double charge for order 100482", "Hello Chloé,\n\nthe bank has answered: the second authorisation")
IMPORTANT = {
    "clara@shop.example": "Busiest in November and December: please call about payments, +49 40 555 01 23.",
    "boyko@avtodetal.example": "Звонить только до 15:00 по Москве.",
}
NOTES = (
    ("Nordlicht Shop", "greta", "Updates only on Tuesdays before nine: their warehouse starts at ten."),
    ("Nordlicht Shop", "viktor", "The support contract is renewed in March. Clara decides, Accounts sign."),
    ("Автодеталь Юг", "pavel", "Свой системный администратор, Иван Руденко: с ним можно говорить о сервере прямо."),
)
VIEWS = (
    ("anna", Audience.PRIVATE, "", "My payments", "assignee=me&tag=payments"),
    ("greta", Audience.EVERYBODY, "", "Urgent, nobody on it", "priority=high&priority=urgent&assignee=none"),
    ("greta", Audience.TEAM, "Shops", "Shops: customers wait", "team=shops&is=unanswered"),
)
INVITED = ("Nordlicht Shop", "clara@shop.example", "Lena Brandt", "lena@shop.example")
NIGHT = datetime(2000, 1, 1, 7, tzinfo=UTC).timetz()


@dataclass(frozen=True, slots=True)
class Desk:
    """The demo's tickets by their subjects, its people, and the moment that is now."""

    tickets: dict[str, Ticket]
    town: Town
    now: datetime

    def staff(self, local: str) -> User:
        return self.town.people[f"{local}@helpdesk.example"]

    def entry(self, ticket: Ticket, at: datetime, verb: str, by: User, **facts: Any) -> Entry:
        """A line of the journal about the ticket."""
        kind = ContentType.objects.get_for_model(Ticket).pk
        return (at, by.pk, verb, kind, ticket.pk, json.dumps(facts), "command", "")

    def lately(self, ticket: Ticket) -> datetime:
        """A while after somebody last said something there, and before now."""
        return ticket.active_at + min(timedelta(minutes=20), (self.now - ticket.active_at) / 2)


def live(tickets: dict[str, Ticket], *, town: Town) -> list[Entry]:
    """Write all of it; the lines that the journal is to have of it."""
    desk = Desk(tickets, town, timezone.now())
    _keep_views(desk)
    _say_about_customers(desk)
    _invite(desk)
    return [*_merge(desk), *_link(desk), *_watch(desk), *_put_aside(desk), *_rate(desk), *_rewrite(desk)]


def copy_entries(entries: list[Entry]) -> None:
    """By COPY: the journal's own moment is always now, and these happened earlier."""
    with connection.cursor() as cursor, cursor.copy(f"COPY journal_entry ({ENTRY_COLUMNS}) FROM STDIN") as copy:
        for row in entries:
            copy.write_row(row)


def _merge(desk: Desk) -> Iterator[Entry]:
    source, target = (desk.tickets[subject] for subject in MERGED)
    by, at = desk.staff("maya"), max(desk.lately(source), desk.lately(target))
    Merge.objects.create(source=source, target=target, source_status=source.status, merged_by=by, merged_at=at)
    source.merged_into = target
    source.save(update_fields=["merged_into"])
    yield desk.entry(source, at, "ticket_merged", by, after=target.number)
    yield desk.entry(target, at, "ticket_merged_here", by, before=source.number)


def _link(desk: Desk) -> Iterator[Entry]:
    by = desk.staff("greta")
    for source, kind, target in LINKS:
        one, other = desk.tickets[source], desk.tickets[target]
        at = max(desk.lately(one), desk.lately(other))
        TicketLink.objects.create(source=one, target=other, kind=kind, made_by=by, made_at=at)
        yield desk.entry(one, at, "ticket_linked", by, kind=kind, after=other.number)
        yield desk.entry(other, at, "ticket_linked_here", by, kind=kind, before=one.number)


def _watch(desk: Desk) -> Iterator[Entry]:
    for subject, people in WATCHED.items():
        ticket = desk.tickets[subject]
        for person in map(desk.staff, people):
            Watcher.objects.create(ticket=ticket, user=person)
            yield desk.entry(ticket, desk.lately(ticket), "watching_begun", person)


def _put_aside(desk: Desk) -> Iterator[Entry]:
    """Until seven in the morning of Monday week."""
    monday = desk.now.date() + timedelta(days=14 - desk.now.weekday())
    until = datetime.combine(monday, NIGHT)
    for ticket in (desk.tickets[subject] for subject in ASLEEP):
        by = desk.staff("viktor") if ticket.assignee is None else ticket.assignee
        ticket.snoozed_until = until
        ticket.save(update_fields=["snoozed_until"])
        yield desk.entry(ticket, desk.lately(ticket), "snoozed", by, until=until.isoformat())


def _rate(desk: Desk) -> Iterator[Entry]:
    """What some said; the others were asked, so that no letter goes out to made-up people."""
    for subject, (score, words) in RATED.items():
        ticket = desk.tickets[subject]
        assert ticket.resolved_at is not None, subject
        at = ticket.resolved_at + min(timedelta(hours=5), (desk.now - ticket.resolved_at) / 2)
        survey = Survey.objects.create(
            ticket=ticket,
            resolved_at=ticket.resolved_at,
            score=score,
            words=words,
            rated_at=at,
            rated_by=ticket.requester,
        )
        ticket.rating = score
        ticket.save(update_fields=["rating"])
        yield desk.entry(ticket, at, "rated", ticket.requester, survey=survey.pk, before=None, after=score)
    Survey.objects.bulk_create(
        [
            Survey(ticket=each, resolved_at=each.resolved_at, asked_at=each.resolved_at)
            for each in desk.tickets.values()
            if each.resolved_at is not None and each.rating is None
        ]
    )


def _rewrite(desk: Desk) -> Iterator[Entry]:
    """A note that said something else at first, and an answer that Anna has only begun."""
    ticket, words = BEGUN
    KeptDraft.objects.create(ticket=desk.tickets[ticket], author=desk.staff("anna"), kind=Writing.REPLY, text=words)
    subject, text = REWRITTEN
    note = Message.objects.select_related("author").get(ticket=desk.tickets[subject], kind="note")
    assert note.author is not None, "staff write notes"
    at = note.created_at + timedelta(minutes=8)
    EarlierWords.objects.create(
        message=note, version=note.version, text=text, html=markdown_to_html(text), written_by=note.author, until=at
    )
    note.version, note.edited_at, note.edited_by = note.version + 1, at, note.author
    note.save(update_fields=["version", "edited_at", "edited_by"])
    yield desk.entry(note.ticket, at, "note_edited", note.author, message=note.pk)


def _keep_views(desk: Desk) -> None:
    for owner, audience, team, name, criteria in VIEWS:
        SavedView.objects.create(
            owner=desk.staff(owner),
            audience=audience,
            team=desk.town.teams[team] if team else None,
            name=name,
            criteria=criteria,
        )


def _say_about_customers(desk: Desk) -> None:
    for email, words in IMPORTANT.items():
        person = desk.town.people[email]
        person.notes = words
        person.save(update_fields=["notes"])
    named = {each.name: each for each in Organisation.objects.filter(name__in=[name for name, _by, _text in NOTES])}
    for days, (name, by, text) in zip((40, 12, 3), NOTES, strict=True):
        at = desk.now - timedelta(days=days)
        Note.objects.create(organisation=named[name], author=desk.staff(by), text=text, created_at=at)


def _invite(desk: Desk) -> None:
    """Nobody has the link of it: it can only be sent again, or taken back."""
    organisation, by, name, address = INVITED
    Invitation.objects.create(
        organisation=Organisation.objects.get(name=organisation),
        address=address,
        name=name,
        invited_by=desk.town.people[by],
        digest="demo",
        created_at=desk.now - timedelta(hours=3),
        expires_at=desk.now + timedelta(days=7),
    )
