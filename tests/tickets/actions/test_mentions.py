"""Colleagues whom a note calls: who is told, who is not, and once."""

import pytest

from helpdesk.accounts.enums import Role
from helpdesk.journal.models import Entry
from helpdesk.notifications.models import Delivery, PersonChoice
from helpdesk.notifications.notices import compose_notice
from helpdesk.notifications.registries import Withdrawn
from tests.factories import GrantFactory, StaffFactory, TeamFactory, TicketFactory
from tests.statements import count_of
from tickets.actions.conversation import forward, note, reply
from tickets.actions.news import spread_news
from tickets.actions.recipients import Recipient
from tickets.actions.rewriting import edit_note
from tickets.actions.watching import watch
from tickets.models import PieceOfNews, Ticket, Watcher
from tickets.queries.colleagues import offered, sees, staff_with_handles


@pytest.fixture
def boris(db):
    return StaffFactory(name="Boris", email="boris@helpdesk.example")


@pytest.fixture
def oleg(db):
    return StaffFactory(name="Oleg", email="oleg@contractor.example", role=Role.CONTRACTOR)


def told():
    """Who got a notice, and what it says; the news are spread."""
    spread_news()
    return [(row.recipient, row.content["text"]) for row in Delivery.objects.filter(purpose="notice").order_by("pk")]


def watchers(ticket):
    return [watcher.user for watcher in Watcher.objects.filter(ticket=ticket).order_by("pk")]


def test_note_that_calls_a_colleague_tells_them_and_they_watch(anna, boris, ticket):
    message = note(ticket=ticket, by=anna, text="@boris, look")

    assert message.html == '<p><span data-mention="">@Boris</span>, look</p>\n'
    assert told() == [("boris@helpdesk.example", "Anna Orlova mentioned you in a note:\n@boris, look")]
    assert watchers(ticket) == [boris]
    lines = [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket).order_by("pk")]
    assert lines == [
        ("noted", {"message": message.pk, "mentioned": [boris.pk]}),
        ("watcher_added", {"person": boris.pk}),
    ]


def test_watcher_who_is_called_is_told_once_and_whatever_they_chose(anna, boris, ticket):
    watch(ticket=ticket, by=boris, person=boris)
    note(ticket=ticket, by=anna, text="@boris and @boris@helpdesk.example")
    PersonChoice.objects.create(person=boris, wanted={each: [] for each in ("received", "replied", "noted")})
    note(ticket=ticket, by=anna, text="@boris again")

    assert [text.split(":")[0] for _address, text in told()] == ["Anna Orlova mentioned you in a note"]
    assert watchers(ticket) == [boris]


def test_same_form_twice_tells_once(anna, boris, ticket):
    for _ in range(2):
        note(ticket=ticket, by=anna, text="@boris", idempotency_key="k")

    assert PieceOfNews.objects.filter(kind="mentioned").count() == 1


def test_note_written_anew_tells_only_those_it_calls_for_the_first_time(anna, boris, ticket):
    masha = StaffFactory(name="Masha", email="masha@helpdesk.example")
    message = note(ticket=ticket, by=anna, text="@boris")
    edit_note(message=message, by=anna, text="nobody", version=0)
    edit_note(message=message, by=anna, text="@boris and @masha", version=1)

    assert [address for address, _text in told()] == ["boris@helpdesk.example", "masha@helpdesk.example"]
    message.refresh_from_db()
    assert message.flags == {"mentioned": sorted([boris.pk, masha.pk])}
    edits = Entry.objects.filter(verb="note_edited").order_by("pk")
    assert [entry.facts.get("mentioned") for entry in edits] == [None, [masha.pk]]


def test_whoever_may_not_see_the_ticket_is_not_told_and_the_note_says_so(anna, oleg, ticket):
    gone = StaffFactory(name="Gone", email="gone@helpdesk.example", is_active=False)
    message = note(ticket=ticket, by=anna, text="@oleg @gone @clara")

    assert message.flags == {"not_told": ["Oleg"]}
    assert message.html == "<p>@oleg @gone @clara</p>\n"
    assert (told(), watchers(ticket), gone.is_active) == ([], [], False)


def test_who_loses_the_right_before_the_notice_goes_out_is_not_told(anna, oleg, clara):
    grant = GrantFactory(contractor=oleg)
    ticket = TicketFactory(requester=clara, team=grant.team)
    note(ticket=ticket, by=anna, text="@oleg")
    spread_news()
    grant.delete()

    with pytest.raises(Withdrawn):
        compose_notice(list(Delivery.objects.filter(purpose="notice")))


def test_contractor_calls_whom_they_know_and_learns_of_nobody_else(anna, boris, oleg, clara):
    ticket = TicketFactory(requester=clara, team=GrantFactory(contractor=oleg).team)
    StaffFactory(name="Stranger", email="stranger@contractor.example", role=Role.CONTRACTOR)
    note(ticket=ticket, by=anna, text="Please look")

    message = note(ticket=ticket, by=oleg, text="@anna @boris @stranger")

    assert message.html == '<p><span data-mention="">@Anna Orlova</span> @boris @stranger</p>\n'
    assert message.flags == {"mentioned": [anna.pk]}
    assert [person.name for person in offered("", ticket=ticket, by=oleg)] == ["Anna Orlova"]


def test_handle_that_two_share_is_the_whole_address(anna, oleg, boris, ticket):
    other = StaffFactory(name="Boris II", email="boris@other.example")

    message = note(ticket=ticket, by=anna, text="@boris and @boris@other.example")

    assert message.flags == {"mentioned": [other.pk], "unclear": ["boris"]}
    handles = [person.handle for person in offered("boris", ticket=ticket, by=anna)]
    assert handles == ["boris@helpdesk.example", "boris@other.example"]


@pytest.mark.parametrize(
    "text",
    ["> @boris said", "`@boris`", "```\n@boris\n```", "[@boris](https://a.example)", "write to x@boris", "me/@boris"],
)
def test_quote_code_link_and_address_call_nobody(anna, boris, ticket, text):
    message = note(ticket=ticket, by=anna, text=text)

    assert (message.flags, "data-mention" in message.html, told()) == ({}, False, [])


def test_writer_who_calls_themselves_is_not_told(anna, ticket):
    note(ticket=ticket, by=anna, text="@anna does it")

    assert (told(), watchers(ticket)) == ([], [])


def test_what_leaves_the_house_calls_nobody(anna, boris, ticket):
    answer = reply(ticket=ticket, by=anna, text="@boris")
    passed_on = forward(ticket=ticket, by=anna, to=[Recipient("", "x@y.example")], text="@boris")

    assert [each.html for each in (answer, passed_on)] == ["<p>@boris</p>\n"] * 2
    assert not PieceOfNews.objects.filter(kind="mentioned").exists()


def test_name_with_markup_stays_a_name(anna, ticket):
    StaffFactory(name='<img src=x onerror="alert(1)">', email="evil_one.x@helpdesk.example")

    message = note(ticket=ticket, by=anna, text="**@Evil_one.x.**")

    assert '<span data-mention="">@&lt;img src=x' in message.html
    assert "<img" not in message.html


def test_accountant_calls_and_adds_no_watcher(accountant, boris, ticket):
    note(ticket=ticket, by=accountant, text="@boris")

    assert ([address for address, _text in told()], watchers(ticket)) == (["boris@helpdesk.example"], [])


def test_twenty_mentions_cost_no_more_statements_to_find_than_one(anna, boris, ticket):
    one = count_of(lambda: note(ticket=ticket, by=anna, text="@nobody"))
    twenty = count_of(lambda: note(ticket=ticket, by=anna, text=" ".join(f"@nobody{each}" for each in range(20))))

    assert one[0] == twenty[0]


def test_who_sees_a_ticket_is_the_same_asked_from_either_side(anna, oleg, clara, db):
    team = TeamFactory()
    GrantFactory(team=team)
    staff = [StaffFactory(role=role) for role in Role.values] + [oleg, anna]
    tickets = [
        TicketFactory(requester=clara, team=team),
        TicketFactory(requester=clara),
        TicketFactory(requester=clara, assignee=oleg),
    ]

    for ticket in tickets:
        by_ticket = set(staff_with_handles().filter(sees(ticket)))
        by_person = {
            person for person in staff_with_handles() if Ticket.objects.visible_to(person).filter(pk=ticket.pk).exists()
        }
        assert by_ticket == by_person
    assert len(staff) > len(by_ticket)
