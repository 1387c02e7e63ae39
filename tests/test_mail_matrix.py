"""Every rule by which mail leaves × everybody it might reach: who gets what, literally.

The worst is assumed: everybody is entered as a watcher, everybody wants every kind of news, everybody of the staff is
called in the note, and rights are taken away between an event and its mail. What counts is what would be sent: a row in
the outbox whose letter is still written. A new purpose or kind of news needs a line, or the first test fails.
"""

from datetime import timedelta

import pytest
from django.utils import timezone

from helpdesk.accounts.actions import erasing, invitations, links
from helpdesk.accounts.enums import MailTopic, Role
from helpdesk.accounts.models import Grant, Team
from helpdesk.core.errors import Refused
from helpdesk.notifications.actions import addresses
from helpdesk.notifications.enums import Purpose
from helpdesk.notifications.models import Delivery, Gateway, Notice, PersonChoice
from helpdesk.notifications.registries import composers
from helpdesk.notifications.security import tell_of_change
from helpdesk.operations.actions.alerts import open_alert
from helpdesk.operations.models import Threshold
from helpdesk.operations.watching import telling
from tests.broken_keys import device, key
from tests.factories import (
    GrantFactory,
    MailboxFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tickets.actions.assignment import assign
from tickets.actions.conversation import answer, forward, note, reply
from tickets.actions.news import spread_news
from tickets.actions.opening import file_request
from tickets.actions.recipients import Recipient
from tickets.actions.rewriting import delete_note
from tickets.actions.status import change_status
from tickets.enums import News, Status
from tickets.mail.actions.acknowledging import acknowledge
from tickets.mail.actions.surveying import ask_all_due
from tickets.mail.actions.undelivered import FAILED, tell
from tickets.mail.models import MailThread
from tickets.models import Message, Ticket, Watcher
from vpn.actions import linking

SEES = "ada boris lena marta oleg pavel sonya"
"""Staff who may see the ticket: every role, and the contractor who was granted its queue."""

# fmt: off
RULES = {
    # What watchers hear of; customers and contractors without the queue never do, whoever entered them
    "news:opened":    SEES + " anna mia",  # Mia is told of it as a colleague's request
    "news:received":  SEES + " anna",
    "news:replied":   SEES,
    "news:noted":     SEES,
    "news:changed":   SEES,
    "news:mentioned": SEES,
    # What customers hear of
    "reply":           "clara paul",
    "note":            "",
    "acknowledgement": "clara",
    "survey":          "clara",
    "forward":         "printer",
    "request of a colleague": "mia",
    # What one person hears of
    "answer came back": "anna",
    "invitation":      "new",
    "sign_in_link":    "clara",
    "security":        "clara",
    "alert":           "ada",
    "code":            "",
    "vpn key":         "anna",
}
# fmt: on
OF_PURPOSES = {
    Purpose.REPLY: "reply",
    Purpose.FORWARD: "forward",
    Purpose.ACKNOWLEDGEMENT: "acknowledgement",
    Purpose.NOTICE: "news:received",
    Purpose.INVITATION: "invitation",
    Purpose.SURVEY: "survey",
    Purpose.SIGN_IN_LINK: "sign_in_link",
    Purpose.SECURITY: "security",
    Purpose.ALERT: "alert",
    Purpose.CODE: "code",
    Purpose.VPN_KEY: "vpn key",
}
"""Which line shows a purpose."""


def _staff():
    """One of each role; olga was granted another queue, omar's grant is about to end, ivan has left."""
    roles = {
        "anna": Role.AGENT,
        "boris": Role.AGENT,
        "lena": Role.LINE_LEAD,
        "pavel": Role.PROJECT_MANAGER,
        "sonya": Role.SALES,
        "marta": Role.ACCOUNTANT,
        "ada": Role.ADMINISTRATOR,
        "oleg": Role.CONTRACTOR,
        "olga": Role.CONTRACTOR,
        "omar": Role.CONTRACTOR,
        "ivan": Role.AGENT,
    }
    return {name: StaffFactory(name=name, email=f"{name}@helpdesk.example", role=role) for name, role in roles.items()}


def _customers():
    """Clara asks; Mia manages her organisation, Carl works there; Paul of another takes part; Sergei is a stranger."""
    shop, other = OrganisationFactory(name="Shop"), OrganisationFactory(name="Other")
    belonging = {
        "clara": (shop, Role.CUSTOMER),
        "carl": (shop, Role.CUSTOMER),
        "mia": (shop, Role.CUSTOMER_MANAGER),
        "paul": (other, Role.CUSTOMER),
        "sergei": (other, Role.CUSTOMER_MANAGER),
    }
    return {
        name: UserFactory(
            name=name,
            email=f"{name}@shop.example",
            organisation=organisation,
            role=role,
            mail_topics=list(MailTopic.values),
        )
        for name, (organisation, role) in belonging.items()
    }


@pytest.fixture
def people(db):
    return _staff() | _customers()


@pytest.fixture
def ticket(people):
    """Clara's, in the queue of a team of line 1, with everybody entered as a watcher."""
    team = TeamFactory(name="Shops")
    mailbox = MailboxFactory(acknowledge=True, asks_rating=True, is_default=True)
    ticket = TicketFactory(requester=people["clara"], team=team, assignee=people["anna"])
    MailThread.objects.create(ticket=ticket, mailbox=mailbox)
    MessageFactory(ticket=ticket)
    ParticipantFactory(ticket=ticket, user=people["paul"])
    for name, queue in (("oleg", team), ("olga", TeamFactory()), ("omar", team)):
        GrantFactory(contractor=people[name], team=queue)
    for person in people.values():
        Watcher.objects.create(ticket=ticket, user=person)
    return ticket


def _called(ticket, people):
    handles = " ".join(f"@{name}" for name, person in people.items() if not person.is_customer)
    note(ticket=ticket, by=people["anna"], text=f"{handles} look")


def _acknowledged(ticket, people):
    mailbox = MailThread.objects.get(ticket=ticket).mailbox
    message = MessageFactory(ticket=ticket, author=people["clara"], from_address="clara@shop.example")
    acknowledge(message=message, mailbox=mailbox, may_acknowledge=True, received_at=timezone.now())


def _resolved_yesterday(ticket, people):
    long_ago = timezone.now() - timedelta(days=1)
    Ticket.objects.filter(pk=ticket.pk).update(status=Status.RESOLVED, resolved_at=long_ago, first_response_at=long_ago)
    ask_all_due()


def _came_back(ticket, people):
    reply(ticket=ticket, by=people["anna"], text="Try it")
    spread_news()
    gone = list(Delivery.objects.filter(purpose=Purpose.REPLY))
    Delivery.objects.update(state="failed", finished_at=timezone.now())
    tell(deliveries=gone, verb=FAILED)


def _vpn_key(person):
    linking.tell(key=key(device=device(owner=person)), by=None, is_notice=False)


def _alarm():
    limit = Threshold.objects.create(family="disk", measure="level", limit=85, ends_at=80)
    open_alert(threshold=limit, series="disk:data", value=91)
    telling.tell()


def _address_said(ticket, people):
    pager = Gateway.objects.create(name="Pager", url="json://localhost/{to}", address_label="Number")
    addresses.say(person=people["anna"], by=people["anna"], gateway=pager, value="42")


def _opened(ticket, people):
    ticket.team.members.set(people.values())
    for person in people.values():
        PersonChoice.objects.create(person=person, wanted={"queued": ["email"]})
    file_request(by=people["clara"], subject="Basket", text="Is empty", team=ticket.team)


HAPPENS = {
    "news:opened": _opened,
    "code": _address_said,
    "news:received": lambda ticket, people: answer(ticket=ticket, by=people["clara"], text="Still broken"),
    "news:replied": lambda ticket, people: reply(ticket=ticket, by=people["anna"], text="Try it"),
    "news:noted": lambda ticket, people: note(ticket=ticket, by=people["anna"], text="Odd"),
    "news:changed": lambda ticket, people: change_status(ticket=ticket, by=people["anna"], status=Status.WAITING),
    "news:mentioned": _called,
    "reply": lambda ticket, people: reply(ticket=ticket, by=people["anna"], text="Try it"),
    "note": lambda ticket, people: note(ticket=ticket, by=people["anna"], text="For us alone"),
    "acknowledgement": _acknowledged,
    "survey": _resolved_yesterday,
    "forward": lambda ticket, people: forward(
        ticket=ticket, by=people["anna"], text="Look", to=[Recipient("", "printer@makers.example")]
    ),
    "request of a colleague": lambda ticket, people: file_request(
        by=people["clara"], subject="Basket", text="Is empty"
    ),
    "answer came back": _came_back,
    "invitation": lambda ticket, people: invitations.invite(
        by=people["mia"], address="new@shop.example", name="", is_manager=False, from_address="::1"
    ),
    "sign_in_link": lambda ticket, people: links.ask(
        address="clara@shop.example", next_path="", from_address="::1", language="en"
    ),
    "security": lambda ticket, people: tell_of_change(user=people["clara"], title="Passkey added"),
    "alert": lambda ticket, people: _alarm(),
    "vpn key": lambda ticket, people: _vpn_key(people["anna"]),
}
STAFF_HEARS = {rule for rule in RULES if rule.startswith("news:")} | {"answer came back", "request of a colleague"}
"""These are notices; of the others, what goes to staff's watchers besides is not looked at."""


def sent(rule):
    """The names of those to whom a letter would be written now."""
    rows = Delivery.objects.filter(state="queued", channel="email").select_related("person").order_by("pk")
    rows = [row for row in rows if (row.purpose == Purpose.NOTICE) == (rule in STAFF_HEARS)]
    return sorted(row.recipient.partition("@")[0] for row in rows if _is_written(row))


def _is_written(row):
    try:
        composers[row.purpose]([row])
    except Refused:
        return False
    return True


def test_every_purpose_and_every_kind_of_news_has_its_line():
    assert set(OF_PURPOSES) == set(Purpose)
    assert set(OF_PURPOSES.values()) <= set(RULES)
    assert {f"news:{kind}" for kind in News} == {rule for rule in RULES if rule.startswith("news:")}
    assert set(HAPPENS) == set(RULES)


@pytest.mark.parametrize("rule", RULES)
def test_mail_goes_to_those_of_the_table_and_to_nobody_else(people, ticket, rule):
    HAPPENS[rule](ticket, people)
    spread_news()
    Grant.objects.filter(contractor=people["omar"]).delete()
    people["ivan"].is_active = False
    people["ivan"].save()

    assert sent(rule) == sorted(RULES[rule].split())


@pytest.mark.parametrize("rule", [rule for rule in RULES if rule.startswith("news:")])
def test_news_of_a_ticket_that_left_the_queue_before_the_mail_went_tell_no_contractor(people, ticket, rule):
    HAPPENS[rule](ticket, people)
    spread_news()
    Ticket.objects.update(team=Team.objects.create(name="Elsewhere"))
    people["ivan"].is_active = False
    people["ivan"].save()

    assert sent(rule) == sorted(set(RULES[rule].split()) - {"oleg"})


@pytest.mark.parametrize("rule", [rule for rule, reached in RULES.items() if "clara" in reached.split()])
def test_person_who_was_erased_before_the_mail_went_gets_none(people, ticket, rule):
    HAPPENS[rule](ticket, people)
    spread_news()
    erasing.erase(erasure=erasing.ask(person=people["clara"], by=people["clara"]))

    assert "clara" not in sent(rule)
    assert not Delivery.objects.filter(state="queued", recipient="clara@shop.example").exists()


OF_PEOPLE = ("invitation", "sign_in_link", "security", "alert", "code", "vpn key")
OF_A_TICKET = [rule for rule in RULES if rule not in OF_PEOPLE]


@pytest.mark.parametrize("rule", OF_A_TICKET)
def test_ticket_that_was_deleted_before_the_mail_went_is_mailed_to_nobody(people, ticket, rule):
    HAPPENS[rule](ticket, people)
    spread_news()
    waited = Delivery.objects.filter(state="queued").exists()
    Ticket.objects.all().delete()

    assert waited or not RULES[rule]
    assert sent(rule) == []


@pytest.mark.parametrize("rule", ["reply", "acknowledgement", "forward"])
def test_message_that_was_deleted_before_the_mail_went_is_mailed_to_nobody(people, ticket, rule):
    HAPPENS[rule](ticket, people)
    Message.objects.all().delete()

    assert sent(rule) == []
    assert Delivery.objects.filter(state="queued").exists()


@pytest.mark.parametrize("spread", [True, False], ids=["queued", "news"])
@pytest.mark.parametrize("rule", ["news:noted", "news:mentioned", "note"])
def test_note_that_was_deleted_before_the_mail_went_is_mailed_to_nobody(people, ticket, rule, spread):
    HAPPENS[rule](ticket, people)
    if spread:
        spread_news()
    delete_note(message=Message.objects.latest("pk"), by=people["anna"])
    spread_news()

    assert sent(rule) == sent("news:noted") == []
    assert Delivery.objects.filter(state="queued").exists() is spread
    assert not Notice.objects.exists()


def test_digest_goes_out_without_the_note_that_was_deleted_and_says_the_others(people, ticket):
    for text in ("Odd one", "Even one"):
        note(ticket=ticket, by=people["anna"], text=text)
    spread_news()
    delete_note(message=Message.objects.get(text="Odd one"), by=people["anna"])

    letters = [composers[row.purpose]([row]).content for row in Delivery.objects.filter(state="queued")]
    assert len(letters) == len([*SEES.split(), "omar", "ivan"])  # of whom nothing was taken yet
    assert all(b"Even one" in letter and b"Odd one" not in letter for letter in letters)


def test_assignment_lets_a_contractor_hear_of_that_ticket_alone(people, ticket):
    other = TicketFactory(requester=people["clara"], assignee=people["anna"])
    Watcher.objects.create(ticket=other, user=people["olga"])
    assign(ticket=ticket, by=people["ada"], assignee=people["boris"])
    Ticket.objects.filter(pk=ticket.pk).update(assignee=people["olga"])

    for each in (ticket, other):
        note(ticket=each, by=people["boris"], text="Odd")
    spread_news()

    rows = Delivery.objects.filter(state="queued", recipient="olga@helpdesk.example")
    assert [row.subject_id for row in rows if _is_written(row)] == [ticket.pk]
