"""What a reader finds is what they may see: by the index alone, and by the last word of the source."""

import pytest
from django.utils import timezone

from helpdesk.accounts.backends import Backend
from helpdesk.accounts.enums import Role
from helpdesk.search.engines import engine
from helpdesk.search.finding import ask
from tests.factories import (
    GrantFactory,
    MessageFactory,
    OrganisationFactory,
    ParticipantFactory,
    StaffFactory,
    TeamFactory,
    TicketFactory,
    UserFactory,
)
from tests.finding import found_under, indexed
from tests.peers.searchd import ENGINES, chosen_engine, searchd, started_searchd  # noqa: F401 - fixtures
from tickets.actions import assignment, participation
from tickets.enums import Approval, MessageKind
from tickets.models import Message
from tickets.queries.documents import MESSAGES

pytestmark = pytest.mark.django_db


@pytest.fixture
def town():
    """People of every role, and tickets among them with messages of every kind."""
    shop, other = OrganisationFactory(), OrganisationFactory()
    shops, office = TeamFactory(), TeamFactory()
    people = {
        "agent": StaffFactory(),
        "accountant": StaffFactory(role=Role.ACCOUNTANT),
        "administrator": StaffFactory(role=Role.ADMINISTRATOR),
        "contractor": StaffFactory(role=Role.CONTRACTOR),
        "idle": StaffFactory(role=Role.CONTRACTOR),
        "clara": UserFactory(organisation=shop),
        "jonas": UserFactory(organisation=shop),
        "manager": UserFactory(organisation=shop, role=Role.CUSTOMER_MANAGER),
        "lonely": UserFactory(role=Role.CUSTOMER_MANAGER),
        "sergei": UserFactory(organisation=other),
    }
    GrantFactory(contractor=people["contractor"], team=shops)
    facts = [
        {"requester": people["clara"], "organisation": shop, "team": shops},
        {"requester": people["jonas"], "organisation": shop, "team": office},
        {"requester": people["sergei"], "organisation": other, "team": None},
        {"requester": people["sergei"], "team": office, "assignee": people["contractor"]},
        {"requester": people["lonely"], "team": office, "assignee": people["idle"]},
    ]
    tickets = [TicketFactory(**each) for each in facts]
    ParticipantFactory(ticket=tickets[2], user=people["clara"])
    ParticipantFactory(ticket=tickets[1], user=people["sergei"], is_active=False)
    for ticket in tickets:
        asker = ticket.requester
        indexed(
            MessageFactory(ticket=ticket, author=asker, text="basket"),
            MessageFactory(ticket=ticket, author=people["agent"], kind=MessageKind.REPLY, text="basket"),
            MessageFactory(ticket=ticket, author=people["agent"], kind=MessageKind.NOTE, text="basket"),
            MessageFactory(ticket=ticket, author=people["sergei"], approval=Approval.PENDING, text="basket"),
            MessageFactory(ticket=ticket, author=people["jonas"], approval=Approval.REFUSED, text="basket"),
            MessageFactory(ticket=ticket, author=people["jonas"], approval=Approval.APPROVED, text="basket"),
        )
    return people


@pytest.fixture
def both(request):
    chosen_engine(request)


ROLES = ["agent", "accountant", "administrator", "contractor", "idle", "clara", "jonas", "manager", "lonely", "sergei"]


def marked(reader):
    """What the index alone gives to this reader."""
    question = ask(MESSAGES, reader=reader, words="basket").question
    return {hit.key for hit in engine().matches(question, before=None, limit=100)}


@pytest.mark.parametrize("name", ROLES)
def test_index_gives_each_reader_just_what_they_may_see(town, name):
    seen = set(Message.objects.visible_to(town[name]).values_list("pk", flat=True))

    assert seen
    assert marked(town[name]) == seen
    assert marked(Backend().get_user(town[name].pk)) == seen


@pytest.mark.searchd
@pytest.mark.xdist_group("searchd")
def test_index_on_a_server_of_its_own_gives_each_of_them_the_same(searchd, town):  # noqa: F811
    seen = {name: set(Message.objects.visible_to(town[name]).values_list("pk", flat=True)) for name in ROLES}

    assert {name: marked(town[name]) for name in ROLES} == seen


@pytest.mark.parametrize("name", ROLES)
def test_reader_finds_the_tickets_they_may_see(town, name):
    seen = set(Message.objects.visible_to(town[name]).values_list("ticket", flat=True))

    assert set(found_under("basket", reader=town[name])) == seen


def test_somebody_who_may_enter_nothing_finds_nothing(town):
    town["clara"].capabilities_then = frozenset()

    assert marked(town["clara"]) == set()


def test_last_word_is_what_may_be_seen_now_not_what_the_index_says(town):
    Message.objects.filter(text="basket").update(kind=MessageKind.NOTE)

    assert found_under("basket", reader=town["clara"]) == []


@pytest.mark.parametrize("both", ENGINES, indirect=True)
def test_ticket_of_another_team_is_found_by_whom_it_went_to(both, town):
    ticket = TicketFactory(team=None)
    indexed(MessageFactory(ticket=ticket, text="zebra"))
    contractor = town["contractor"]
    assert found_under("zebra", reader=contractor) == []

    assignment.hand_to_team(ticket=ticket, by=town["agent"], team=contractor.grants.get().team)
    engine().settle()

    assert found_under("zebra", reader=contractor) == [ticket.pk]
    assert marked_of("zebra", contractor) == 1


def marked_of(words, reader):
    question = ask(MESSAGES, reader=reader, words=words).question
    return len(engine().matches(question, before=None, limit=100))


def test_message_that_was_let_in_is_found_by_the_customer(town):
    ticket = TicketFactory(requester=town["clara"])
    held = MessageFactory(ticket=ticket, author=town["sergei"], text="zebra", approval=Approval.PENDING)
    ticket.awaits_approval = 1
    ticket.save(update_fields=["awaits_approval"])
    indexed(held)
    assert found_under("zebra", reader=town["clara"]) == []

    participation.approve(message=held, by=town["agent"])
    engine().settle()

    assert found_under("zebra", reader=town["clara"]) == [ticket.pk]


def test_answer_that_may_be_taken_back_is_not_found_by_the_customer_yet(town):
    later = timezone.now() + timezone.timedelta(seconds=30)
    reply = MessageFactory(
        ticket=TicketFactory(requester=town["clara"]),
        author=town["agent"],
        kind="reply",
        text="zebra",
        held_until=later,
    )
    indexed(reply)

    assert found_under("zebra", reader=town["clara"]) == []
    assert found_under("zebra") == [reply.ticket_id]
