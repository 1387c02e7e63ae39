"""Writing the demo's tickets as the actions would have left them, but dated and in bulk; nothing of it is sent."""

import json
from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from random import Random

from django.contrib.contenttypes.models import ContentType
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.core.deferring import writing_together
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from helpdesk.operations.demo.chatting import chat
from helpdesk.operations.demo.living import Entry, copy_entries, live
from helpdesk.operations.demo.pictures import files_of
from helpdesk.operations.demo.settling import Town
from helpdesk.operations.demo.stories import Said, Story
from helpdesk.operations.demo.vaulting import fill_vault
from tickets.actions.describing import description
from tickets.actions.files import store_files
from tickets.actions.indexing import index
from tickets.enums import Approval, Channel, MessageKind, Status
from tickets.mail.enums import HeldBecause
from tickets.mail.models import KnownId, MailThread
from tickets.mail.tokens import new_message_id
from tickets.models import Message, Participant, Ticket
from tickets.rendering import markdown_to_html, snippet_of

DOMAIN = "helpdesk.example"
STRANGER = ("Agency Blau", "hello@agency.example")
VERBS = {MessageKind.INBOUND: "received", MessageKind.REPLY: "replied", MessageKind.NOTE: "noted"}
KINDS = {
    "customer": MessageKind.INBOUND,
    "stranger": MessageKind.INBOUND,
    "agent": MessageKind.REPLY,
    "note": MessageKind.NOTE,
}
QUICKEST, SLOWEST = timedelta(minutes=6), timedelta(minutes=100)
FIRST_SPEAKS = 0.5
"""How often the first of a team answers before anybody is drawn: who looks round as Anna has something to do."""
MORNING, NOON = 7, 12
"""Conversations of earlier days begin in these hours (UTC), so that nobody answers at night."""


@dataclass(slots=True)
class Telling:
    """One story on its way into the tables."""

    story: Story
    requester: User
    agent: User
    times: list[datetime]
    ticket: Ticket = field(init=False)
    messages: list[Message] = field(default_factory=list)


def tell(stories: Iterable[Story], *, town: Town, stranger: User) -> list[Ticket]:
    """All of them, the oldest with the lowest number."""
    chance, now = Random(20481), timezone.now()  # noqa: S311 - the same demo every time
    tellings = [_plan(story, town, chance, now) for story in stories]
    for telling in tellings:
        telling.ticket = _ticket(telling, town)
    tickets = Ticket.objects.bulk_create([telling.ticket for telling in tellings])
    numbers = dict(Ticket.objects.filter(pk__in=[ticket.pk for ticket in tickets]).values_list("pk", "number"))
    for telling in tellings:
        telling.ticket.number = numbers[telling.ticket.pk]
        telling.messages = _messages(telling, stranger, chance)
    Message.objects.bulk_create([message for telling in tellings for message in telling.messages])
    _write_beside(tellings, town)
    return tickets


def _plan(story: Story, town: Town, chance: Random, now: datetime) -> Telling:
    """Who answers, and when each thing is said: some while apart, all of it before now."""
    members = town.members[story.team]
    requester = town.people[story.requester]
    speaks = [member for member in members if member.language == requester.language] or members
    start = now - timedelta(days=story.days)
    if story.days > 1:
        start = start.replace(hour=chance.randint(MORNING, NOON), minute=chance.randint(0, 59))
    gaps = [chance.uniform(QUICKEST.total_seconds(), SLOWEST.total_seconds()) for _said in story.said[1:]]
    room = (now - start).total_seconds() * 0.9
    scale = min(1.0, room / sum(gaps)) if gaps else 1.0
    times = [start]
    for gap in gaps:
        times.append(times[-1] + timedelta(seconds=gap * scale))
    speaker = speaks[0] if chance.random() < FIRST_SPEAKS else chance.choice(speaks)
    return Telling(story, requester, speaker, times)


def _ticket(telling: Telling, town: Town) -> Ticket:
    story, times = telling.story, telling.times
    public = [(said, at) for said, at in zip(story.said, times, strict=True) if said.who in ("customer", "agent")]
    replied = [at for said, at in public if said.who == "agent"]
    last_said, last = public[-1]
    about = description(by=telling.requester, category=story.category, said=story.fields)
    is_finished = story.status in (Status.RESOLVED, Status.CLOSED)
    ended = min(last + timedelta(minutes=45), timezone.now()) if is_finished else None
    return Ticket(
        subject=story.subject,
        status=story.status,
        priority=story.priority,
        channel=story.channel,
        requester=telling.requester,
        organisation_id=telling.requester.organisation_id,
        team=town.teams[story.team],
        assignee=telling.agent if story.has_assignee else None,
        category_id=about.category,
        fields=about.values,
        tags=story.tags,
        snippet=snippet_of(last_said.text),
        awaits_approval=sum(said.who == "stranger" for said in story.said),
        created_at=times[0],
        active_at=ended or last,
        first_response_at=replied[0] if replied else None,
        resolved_at=ended,
        closed_at=ended if story.status == Status.CLOSED else None,
    )


def _messages(telling: Telling, stranger: User, chance: Random) -> list[Message]:
    return [
        _message(telling, said, at, index, stranger, chance)
        for index, (said, at) in enumerate(zip(telling.story.said, telling.times, strict=True))
    ]


def _message(telling: Telling, said: Said, at: datetime, index: int, stranger: User, chance: Random) -> Message:
    kind, ticket = KINDS[said.who], telling.ticket
    author = {"customer": telling.requester, "stranger": stranger}.get(said.who, telling.agent)
    is_mail = kind == MessageKind.INBOUND and ticket.channel == Channel.MAIL
    message_id = f"{chance.getrandbits(64):016x}@{telling.story.requester.partition('@')[2]}" if is_mail else ""
    if kind == MessageKind.REPLY:
        message_id = new_message_id(number=ticket.number, domain=DOMAIN)
    return Message(
        ticket=ticket,
        kind=kind,
        channel=_channel(kind, ticket, index),
        author=author,
        from_name=author.name,
        from_address=author.email or "",
        sent_to=[{"name": telling.requester.name, "address": telling.requester.email}]
        if kind == MessageKind.REPLY
        else [],
        subject=ticket.subject,
        text=said.text,
        html="" if is_mail else markdown_to_html(said.text),
        message_id=message_id,
        thread_signal=("new" if index == 0 else "known_reference") if is_mail else "",
        thread_confidence=60 if said.who == "stranger" else 100,
        approval=Approval.PENDING if said.who == "stranger" else Approval.NONE,
        flags={"held_because": HeldBecause.STRANGER.value} if said.who == "stranger" else {},
        created_at=at,
        written_at=at,
    )


def _channel(kind: MessageKind, ticket: Ticket, index: int) -> str:
    if kind != MessageKind.INBOUND:
        return Channel.DESK
    return Channel.MAIL if ticket.channel == Channel.PHONE and index else str(ticket.channel)


def _write_beside(tellings: list[Telling], town: Town) -> None:
    """What stands beside tickets and messages: files, search, journal, outbox, the mail's own marks."""
    with writing_together():
        for telling in tellings:
            for message, said in zip(telling.messages, telling.story.said, strict=True):
                files = store_files(message=message, files=files_of(said.files), by=message.author)
                index(message=message, ticket=telling.ticket, files=files)
    MailThread.objects.bulk_create(
        [MailThread(ticket=each.ticket, mailbox=town.mailboxes[each.story.team]) for each in tellings]
    )
    messages = [message for telling in tellings for message in telling.messages]
    KnownId.objects.bulk_create(
        [KnownId(value=each.message_id, ticket=each.ticket, message=each) for each in messages if each.message_id]
    )
    Delivery.objects.bulk_create(_deliveries(tellings, town))
    by_subject = {each.story.subject: each.ticket for each in tellings}
    lived = live(by_subject, town=town)
    chat(by_subject, town=town)
    fill_vault(by_subject, town=town)
    copy_entries(sorted([*_entries(tellings), *lived], key=lambda entry: entry[0]))
    clara, jonas = town.people["clara@shop.example"], town.people["jonas@shop.example"]
    shared = [each.ticket for each in tellings if each.requester == clara][-1:]
    Participant.objects.bulk_create([Participant(ticket=ticket, user=jonas) for ticket in shared])


def _deliveries(tellings: list[Telling], town: Town) -> list[Delivery]:
    """Every answer arrived: written as sent, so that nothing is left to be sent."""
    content_type = ContentType.objects.get_for_model(Message)
    return [
        Delivery(
            purpose=Purpose.REPLY,
            recipient=telling.requester.email or "",
            person=telling.requester,
            subject_type=content_type,
            subject_id=message.pk,
            conversation=telling.ticket.number,
            route=f"mailbox:{town.mailboxes[telling.story.team].pk}",
            message_id=message.message_id,
            state=DeliveryState.SENT,
            attempts=1,
            created_at=message.created_at,
            due_at=message.created_at,
            trying_since=message.created_at,
            finished_at=message.created_at + timedelta(seconds=2),
        )
        for telling in tellings
        for message in telling.messages
        if message.kind == MessageKind.REPLY
    ]


def _entries(tellings: list[Telling]) -> Iterable[Entry]:
    kind = ContentType.objects.get_for_model(Ticket).pk

    def entry(telling: Telling, at: datetime, verb: str, by: int | None, **facts: object) -> Entry:
        return (at, by, verb, kind, telling.ticket.pk, json.dumps(facts), "command", "")

    for telling in tellings:
        ticket, first = telling.ticket, telling.messages[0]
        by = telling.agent.pk if ticket.channel == Channel.PHONE else None
        yield entry(
            telling, first.created_at, "ticket_opened", by, channel=ticket.channel, requester=ticket.requester_id
        )
        if ticket.assignee_id:
            at = first.created_at + timedelta(minutes=2)
            yield entry(telling, at, "assigned", ticket.assignee_id, before=None, after=ticket.assignee_id)
        for message in telling.messages[1:]:
            verb = "message_held" if message.approval else VERBS[MessageKind(message.kind)]
            yield entry(telling, message.created_at, verb, message.author_id, message=message.pk)
        if ticket.resolved_at:
            yield entry(
                telling, ticket.resolved_at, "status_changed", telling.agent.pk, before="waiting", after=ticket.status
            )
