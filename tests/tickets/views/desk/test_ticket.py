"""One ticket's page."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.enums import ContactKind
from helpdesk.accounts.models import ContactPoint
from helpdesk.journal.actions import record
from helpdesk.notifications.enums import DeliveryState, Purpose
from helpdesk.notifications.models import Delivery
from tests.factories import MessageFactory, ParticipantFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.htmx import tree
from tests.statements import count_of
from tickets.actions.files import NewFile, store_files
from tickets.enums import Approval, MessageKind, Priority, Status
from tickets.models import Attachment, Ticket

STATEMENTS = 14


def url_of(ticket):
    return f"/desk/tickets/{ticket.number}/"


def page(browser, ticket, **parameters):
    response = browser.get(url_of(ticket), parameters)
    assert response.status_code == 200
    return tree(response.content.decode())


def words(elements):
    return [" ".join(each.text_content().split()) for each in elements]


def filled(ticket, number):
    """`number` of everything that a ticket page can hold."""
    for _ in range(number):
        message = MessageFactory(ticket=ticket, author=UserFactory())
        reply = MessageFactory(ticket=ticket, author=StaffFactory(), kind=MessageKind.REPLY)
        store_files(message=message, files=[NewFile("a.txt", b"a", "text/plain")], by=None)
        record(verb="assigned", subject=ticket, by=StaffFactory(), before=StaffFactory().pk, after=StaffFactory().pk)
        record(verb="team_changed", subject=ticket, by=StaffFactory(), before=TeamFactory().pk, after=TeamFactory().pk)
        Delivery.objects.create(purpose=Purpose.REPLY, recipient="a@b.example", subject=reply)
        ParticipantFactory(ticket=ticket)
        TicketFactory(requester=ticket.requester)
        TicketFactory(requester=ticket.requester, follow_up_of=ticket)
        ContactPoint.objects.create(user=ticket.requester, kind=ContactKind.PHONE, value=f"+{_}")
        StaffFactory()


@pytest.mark.parametrize("number", [1, 3])
def test_ticket_with_more_of_everything_runs_the_same_statements(desk, number):
    ticket = TicketFactory(assignee=StaffFactory(), team=TeamFactory(), follow_up_of=TicketFactory())
    filled(ticket, number)
    desk.get(url_of(ticket))

    count, statements = count_of(lambda: desk.get(url_of(ticket)))

    assert count == STATEMENTS, statements


def test_ticket_for_a_contractor_runs_at_most_fifteen_statements(browse, oleg):
    ticket = TicketFactory(team=oleg.grants.get().team, follow_up_of=TicketFactory())
    filled(ticket, 2)
    browser = browse(oleg)
    browser.get(url_of(ticket))

    count, statements = count_of(lambda: browser.get(url_of(ticket)))

    assert count <= 15, statements


def test_ticket_with_twenty_messages_is_at_most_sixty_kilobytes(desk):
    ticket = TicketFactory()
    for number in range(20):
        kind = MessageKind.REPLY if number % 2 else MessageKind.INBOUND
        MessageFactory(ticket=ticket, kind=kind, text="Words. " * 40, html="", thread_signal="signed_reference")

    response = desk.get(url_of(ticket))

    assert len(response.content) <= 60_000


def test_ticket_shows_messages_in_order_of_arrival_with_events_between(desk, anna):
    ticket = TicketFactory(status=Status.OPEN)
    now = timezone.now()
    MessageFactory(ticket=ticket, text="First", html="", created_at=now - timedelta(hours=3))
    record(verb="priority_changed", subject=ticket, by=anna, before=Priority.NORMAL, after=Priority.URGENT)
    MessageFactory(ticket=ticket, text="Second", html="", created_at=now + timedelta(hours=1), kind=MessageKind.REPLY)
    MessageFactory(ticket=ticket, text="Third", html="", created_at=now - timedelta(hours=9), kind=MessageKind.NOTE)

    items = page(desk, ticket).xpath("//*[@id='timeline']/*[self::article or self::p]")

    assert [each.get("class").split()[-1] for each in items] == [
        "message-inbound",
        "event",
        "message-reply",
        "message-note",
    ]
    assert [each.find_class("prose")[0].text_content() for each in items if each.tag == "article"] == [
        "First",
        "Second",
        "Third",
    ]


@pytest.mark.parametrize(
    ("verb", "facts", "sentence"),
    [
        ("assigned", {"before": None, "after": "anna"}, "assigned the ticket to Anna Orlova"),
        ("assigned", {"before": "anna", "after": "timur"}, "passed the ticket from Anna Orlova to Timur"),
        ("assigned", {"before": "anna", "after": None}, "took the ticket from Anna Orlova: nobody has it now"),
        ("team_changed", {"before": None, "after": "line"}, "gave the ticket to Line 2"),
        (
            "team_changed",
            {"before": "line", "after": None, "unassigned": "anna"},
            "took the ticket out of every team’s queue; Anna Orlova no longer has it",
        ),
        ("status_changed", {"before": "open", "after": "on_hold"}, "changed the status from Open to On hold"),
        ("priority_changed", {"before": 2, "after": 4}, "changed the priority from Normal to Urgent"),
        ("tags_changed", {"before": ["a"], "after": ["b", "c"]}, "added the tags b, c and removed a"),
        ("replied", {"before": "open", "after": "resolved"}, "changed the status from Open to Resolved"),
        ("received", {"before": "resolved", "after": "open"}, "reopened the ticket by this"),
        ("ticket_opened", {"channel": "phone", "requester": "anna"}, "wrote this down for Anna Orlova"),
        ("participant_added", {"person": "anna"}, "added Anna Orlova to the conversation"),
        ("participant_removed", {"person": "anna"}, "removed Anna Orlova from the conversation"),
        ("message_approved", {"person": "anna"}, "let Anna Orlova into the conversation"),
        ("message_refused", {}, "refused a message"),
        ("message_moved", {"before": 7, "after": 8}, "moved a message here from 7"),
        ("message_moved_away", {"after": 8}, "moved a message to 8"),
        ("message_moved_back", {"before": 8, "after": 7}, "moved a message back here from 8"),
        ("something_new", {}, "something new"),
    ],
)
def test_event_reads_as_a_sentence(desk, anna, verb, facts, sentence):
    known = {"anna": anna.pk, "timur": StaffFactory(name="Timur").pk, "line": TeamFactory(name="Line 2").pk}
    ticket = TicketFactory()
    named = {key: known.get(value, value) if isinstance(value, str) else value for key, value in facts.items()}
    record(verb=verb, subject=ticket, by=anna, **named)

    events = words(page(desk, ticket).find_class("event"))

    assert len(events) == 1
    assert events[0].startswith(f"Anna Orlova {sentence} · ")


@pytest.mark.parametrize(
    ("verb", "facts"),
    [
        ("replied", {"before": "open", "after": "waiting"}),
        ("received", {"before": "waiting", "after": "open"}),
        ("noted", {}),
        ("ticket_opened", {"channel": "mail"}),
    ],
)
def test_event_that_a_message_says_already_is_not_shown(desk, anna, verb, facts):
    ticket = TicketFactory()
    record(verb=verb, subject=ticket, by=anna, **facts)

    assert page(desk, ticket).find_class("event") == []


def test_text_is_shown_whole_with_quotes_folded(desk):
    text = "My own words\n> quoted\n> more\nAnd the end"
    start, end = text.index("> quoted"), text.index("And the end")
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, text=text, html="", folds=[[start, end]])

    body = page(desk, ticket).find_class("message-body")[0]

    assert words(body.find_class("prose")) == ["My own words", "> quoted > more", "And the end"]
    assert words(body.xpath(".//details/summary")) == ["quoted text, 2 lines"]


def test_web_addresses_in_text_are_links_that_tell_nothing(desk):
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, text="See https://shop.example/a?b=1&c=<2>.", html="")

    links = page(desk, ticket).xpath("//div[contains(@class,'prose')]//a")

    assert [(link.get("href"), link.get("rel"), link.text) for link in links] == [
        ("https://shop.example/a?b=1&c=", "noopener noreferrer nofollow", "https://shop.example/a?b=1&c=")
    ]


def test_embedded_pictures_come_from_our_own_address_and_are_not_listed_again(desk):
    ticket = TicketFactory()
    message = MessageFactory(ticket=ticket, html='<p><img src="cid:logo%40x" alt="Logo"><img src="cid:gone"></p>')
    png = b"\x89PNG\r\n\x1a\n"
    store_files(
        message=message,
        files=[
            NewFile("logo.png", png, "image/png", content_id="logo@x", is_inline=True),
            NewFile("log.txt", b"log", "text/plain"),
        ],
        by=None,
    )

    document = page(desk, ticket)

    picture = Attachment.objects.get(filename="logo.png")
    assert document.xpath("//div[@class='prose']//img/@src") == [f"/files/{picture.pk}/?inline"]
    assert words(document.xpath("//div[@class='files']/a")) == ["log.txt 3 B"]


def test_pictures_from_afar_are_blocked_and_offered(desk):
    ticket = TicketFactory()
    message = MessageFactory(
        ticket=ticket, html='<p><img data-remote-src="https://spy.example/x.png"></p>', has_remote_pictures=True
    )

    document = page(desk, ticket)

    assert document.xpath("//article//img/@src") == []
    assert document.xpath("//a[text()='show pictures']/@href") == [f"/desk/messages/{message.pk}/original/?pictures=1"]


@pytest.mark.parametrize(
    ("state", "reason", "look", "text"),
    [
        (DeliveryState.QUEUED, "", "delivery-queued", "On its way to clara@shop.example"),
        (
            DeliveryState.QUEUED,
            "no connection to 127.0.0.1:25: refused",
            "delivery-queued",
            "Not sent to clara@shop.example yet: the mail server can't be reached; it is tried again by itself",
        ),
        (DeliveryState.SENT, "", "delivery-sent", "Sent to clara@shop.example"),
        (
            DeliveryState.FAILED,
            "550 no such user",
            "delivery-failed",
            "Not delivered to clara@shop.example: 550 no such user",
        ),
        (DeliveryState.BOUNCED, "full", "delivery-bounced", "Came back from clara@shop.example: full"),
        (DeliveryState.UNKNOWN, "", "delivery-unknown", "Not known whether it reached clara@shop.example"),
        (DeliveryState.HELD, "budget", "delivery-held", "Held back for clara@shop.example: budget"),
        (DeliveryState.CANCELLED, "", "delivery-cancelled", "Not sent to clara@shop.example: given up"),
    ],
)
def test_reply_shows_what_became_of_it_for_each_recipient(desk, state, reason, look, text):
    ticket = TicketFactory()
    message = MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=StaffFactory())
    Delivery.objects.create(
        purpose=Purpose.REPLY, recipient="clara@shop.example", subject=message, state=state, reason=reason
    )

    shown = page(desk, ticket).find_class("delivery")

    assert words(shown) == [text]
    assert look in shown[0].get("class")


def test_reply_that_waits_says_until_when_and_folds_why(desk):
    ticket = TicketFactory()
    message = MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=StaffFactory())
    due_at = timezone.localtime() + timedelta(days=3)
    Delivery.objects.create(
        purpose=Purpose.REPLY,
        recipient="clara@shop.example",
        subject=message,
        reason="451 4.7.1 greylisted",
        status_code="4.7.1",
        due_at=due_at,
    )

    [said] = page(desk, ticket).find_class("delivery-why")

    assert words(said.findall("summary")) == [
        "Not sent to clara@shop.example yet: the mail server does not take it now; "
        f"trying again at {due_at.day} {due_at:%b %H:%M}"
    ]
    assert said.text_content().strip().endswith("451 4.7.1 greylisted")


def test_reply_that_went_out_says_when(desk):
    ticket = TicketFactory()
    message = MessageFactory(ticket=ticket, kind=MessageKind.REPLY, author=StaffFactory())
    Delivery.objects.create(
        purpose=Purpose.REPLY,
        recipient="clara@shop.example",
        subject=message,
        state=DeliveryState.SENT,
        finished_at=timezone.now() - timedelta(days=400),
    )

    [said] = words(page(desk, ticket).find_class("delivery"))

    assert re.fullmatch(r"Sent to clara@shop\.example · \d+ \w+ \d{4} \d\d:\d\d", said)


def test_message_says_why_it_is_here_and_how_sure_that_is(desk):
    ticket = TicketFactory()
    MessageFactory(ticket=ticket, thread_signal="some_signal", thread_confidence=60)

    assert words(page(desk, ticket).find_class("why")) == ["here because some signal, 60 %"]


def test_message_shows_what_its_flags_say(desk):
    ticket = TicketFactory()
    MessageFactory(
        ticket=ticket,
        flags={
            "auth": {"spf": "pass", "dkim": "fail", "dmarc": "none"},
            "same_id_other_body": True,
            "staff_address_unverified": True,
            "several_from": True,
        },
    )

    document = page(desk, ticket)

    assert words(document.find_class("proof")) == ["SPF pass", "DKIM fail", "DMARC none"]
    assert len(document.xpath("//article//div[contains(@class,'notice-warn')]")) == 3


def test_held_message_asks_for_a_decision(desk, sergei):
    ticket = TicketFactory(awaits_approval=1)
    message = MessageFactory(ticket=ticket, author=sergei, approval=Approval.PENDING)

    document = page(desk, ticket)

    assert document.xpath("//form[@action=$url]//button/@value", url=f"/desk/messages/{message.pk}/approval/") == [
        "let_in",
        "refuse",
    ]


def test_long_conversation_is_paged_and_nothing_of_it_lost(desk, monkeypatch):
    monkeypatch.setattr("tickets.views.desk.conversation.MESSAGES", 2)
    ticket = TicketFactory()
    messages = [MessageFactory(ticket=ticket) for _ in range(5)]

    pages = [page(desk, ticket)]
    while links := pages[-1].xpath("//a[text()='Show earlier messages']/@href"):
        pages.append(tree(desk.get(url_of(ticket) + links[0]).content.decode()))

    ids = [[int(each[1:]) for each in document.xpath("//article/@id")] for document in pages]
    expected = [message.pk for message in messages]
    assert ids == [expected[3:], expected[1:3], expected[:1]]


def test_side_shows_the_customer_and_where_mail_comes_back(desk, clara):
    clara.contact_points.update(bounced_at=timezone.now(), bounce_reason="no such mailbox")
    ticket = TicketFactory(requester=clara)

    document = page(desk, ticket)

    side = document.get_element_by_id("side")
    assert "Nordlicht Shop" in side.text_content()
    assert words(side.find_class("notice")) == ["Mail to clara@nordlicht.example comes back: no such mailbox"]


def test_side_shows_at_most_five_other_tickets_and_only_visible_ones(browse, oleg, clara):
    team = oleg.grants.get().team
    ticket = TicketFactory(requester=clara, team=team)
    TicketFactory(requester=clara, subject="Secret")
    for number in range(7):
        TicketFactory(requester=clara, subject=f"Seen {number}", team=team)

    document = page(browse(oleg), ticket)

    assert len(document.xpath("//aside//a[contains(text(),'Seen')]")) == 5
    assert "Secret" not in document.text_content()


def test_ticket_followed_up_is_linked_both_ways(desk):
    old = TicketFactory(subject="Old one", status=Status.CLOSED)
    new = TicketFactory(subject="New one", follow_up_of=old)

    assert f"followed up by {new.number} New one" in " ".join(
        page(desk, old).get_element_by_id("side").text_content().split()
    )
    assert f"follows up {old.number} Old one" in " ".join(
        page(desk, new).get_element_by_id("side").text_content().split()
    )


@pytest.mark.parametrize(("kind", "action"), [("reply", "replies"), ("note", "notes"), ("forward", "forwards")])
def test_composer_is_of_the_kind_that_the_url_asks_for(desk, kind, action):
    ticket = TicketFactory()

    form = page(desk, ticket, compose=kind).get_element_by_id("composer")

    assert form.get("action") == f"{url_of(ticket)}{action}/"


def test_composer_of_an_unknown_kind_is_a_reply(desk):
    ticket = TicketFactory()

    form = page(desk, ticket, compose='"><script>').get_element_by_id("composer")

    assert form.get("action") == f"{url_of(ticket)}replies/"


def test_ticket_for_who_does_not_work_tickets_offers_a_note_and_to_watch_and_nothing_else(browse, accountant):
    ticket = TicketFactory()

    document = page(browse(accountant), ticket, compose="reply")

    actions = set(document.xpath("//main//form/@action"))
    assert actions == {f"{url_of(ticket)}{word}/" for word in ("notes", "watchers", "order", "pdf")}


def test_ticket_of_a_queue_not_granted_is_unknown_to_a_contractor(browse, oleg):
    ticket = TicketFactory(team=TeamFactory())

    assert browse(oleg).get(url_of(ticket)).status_code == 404


def test_ticket_at_the_desk_is_closed_to_customers_even_their_own(browse, clara):
    ticket = TicketFactory(requester=clara)

    assert browse(clara).get(url_of(ticket)).status_code == 403


@pytest.mark.parametrize("number", ["0", "999999999", "9" * 30, "9" * 5000])
def test_ticket_that_does_not_exist_is_not_found(desk, number):
    assert desk.get(f"/desk/tickets/{number}/").status_code == 404


@pytest.mark.parametrize("before", ["x", "-1", "9" * 40, "1' or 1=1", "\0"])
def test_ticket_paged_back_to_nonsense_shows_the_latest(desk, before):
    ticket = TicketFactory()
    message = MessageFactory(ticket=ticket)

    document = page(desk, ticket, before=before)

    assert document.xpath("//article/@id") == [f"m{message.pk}"]


def test_ticket_takes_no_post(desk):
    assert desk.post(url_of(TicketFactory())).status_code == 405


def test_reading_the_ticket_changes_nothing(desk):
    ticket = TicketFactory(status=Status.NEW)
    MessageFactory(ticket=ticket)
    before = Ticket.objects.values().get(pk=ticket.pk)

    page(desk, ticket)

    assert Ticket.objects.values().get(pk=ticket.pk) == before
