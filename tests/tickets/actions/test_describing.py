"""What a ticket is about: who may say it, what is written down, what keeps it from being resolved."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.categories import hosting
from tests.factories import CategoryFactory, CustomFieldFactory, TeamFactory, TicketFactory
from tickets.actions.conversation import reply
from tickets.actions.describing import describe, mark
from tickets.actions.opening import file_request, open_for_customer
from tickets.actions.status import change_status, close
from tickets.enums import Status
from tickets.fields import FieldErrors
from tickets.models import Category, CustomField, Ticket


def lines(ticket):
    return [(entry.verb, entry.facts) for entry in Entry.objects.about(ticket)]


def test_description_is_written_down_before_and_after_by_field(anna, ticket):
    hosting()
    describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example", "pages": "3"})

    described = describe(ticket=ticket, by=anna, category="hosting", said={"domain": "b.example", "pages": ""})

    described.refresh_from_db()
    assert described.fields == {"domain": "b.example"}
    assert lines(ticket) == [
        ("category_changed", {"before": None, "after": "hosting", "hidden": []}),
        ("fields_changed", {"before": {"domain": None, "pages": None}, "after": {"domain": "a.example", "pages": 3}}),
        (
            "fields_changed",
            {"before": {"domain": "a.example", "pages": 3}, "after": {"domain": "b.example", "pages": None}},
        ),
    ]


def test_same_description_again_changes_and_records_nothing(anna, ticket):
    hosting()
    describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example"})

    describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example"})

    assert len(lines(ticket)) == 2


def test_another_category_keeps_what_it_does_not_ask_and_tells_it(anna, ticket):
    hosting()
    other = CategoryFactory(key="mail")
    CustomField.objects.get(key="domain").categories.add(other)
    describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example", "pages": 3})

    moved = describe(ticket=ticket, by=anna, category="mail", said={})

    assert (moved.category, moved.fields) == (other, {"domain": "a.example", "pages": 3})
    assert lines(ticket)[-1] == ("category_changed", {"before": "hosting", "after": "mail", "hidden": ["pages"]})


def test_category_that_is_switched_off_stays_where_it_is_and_is_given_to_no_other(anna, ticket):
    hosting()
    describe(ticket=ticket, by=anna, category="hosting", said={})
    category = Category.objects.get(key="hosting")
    category.is_active = False
    category.save()

    kept = describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example"})

    assert kept.fields == {"domain": "a.example"}
    with pytest.raises(Refused, match="There is no category “hosting”"):
        describe(ticket=TicketFactory(), by=anna, category="hosting", said={})


@pytest.mark.parametrize("who", ["accountant", "clara"])
def test_who_does_not_work_tickets_describes_none(request, ticket, who):
    hosting()

    with pytest.raises(NotAllowed):
        describe(ticket=ticket, by=request.getfixturevalue(who), category="hosting", said={})

    ticket.refresh_from_db()
    assert ticket.category is None


def test_description_of_what_somebody_changed_meanwhile_is_refused(anna, ticket):
    hosting()
    seen = mark(ticket)
    describe(ticket=ticket, by=anna, category="hosting", said={"domain": "a.example"}, seen=seen)

    with pytest.raises(Refused, match="changed category or fields meanwhile"):
        describe(ticket=ticket, by=anna, category="hosting", said={"domain": "b.example"}, seen=seen)

    assert Ticket.objects.get().fields == {"domain": "a.example"}


@pytest.mark.parametrize("status", [Status.RESOLVED, Status.CLOSED])
def test_ticket_with_an_empty_field_that_resolving_needs_stays_open(anna, ticket, status):
    hosting()
    describe(ticket=ticket, by=anna, category="hosting", said={})

    with pytest.raises(Refused, match="Fill in first, then resolve: Root cause"):
        change_status(ticket=ticket, by=anna, status=status)
    with pytest.raises(Refused, match="Root cause"):
        reply(ticket=ticket, by=anna, text="Done.", then=status)
    assert not ticket.messages.exists()

    describe(ticket=ticket, by=anna, category="hosting", said={"cause": "Disk full"})
    assert change_status(ticket=ticket, by=anna, status=status).status == status


def test_customer_closes_their_request_whatever_staff_should_fill_in(anna, clara, ticket):
    hosting()
    describe(ticket=ticket, by=anna, category="hosting", said={})

    assert close(ticket=ticket, by=clara).status == Status.RESOLVED


def test_request_is_filed_with_its_values_in_the_queue_of_its_category(clara):
    shops = TeamFactory(name="Shops")
    hosting(team=shops)

    filed = file_request(
        by=clara,
        subject="Down",
        text="It is down.",
        team=TeamFactory(),
        category="hosting",
        fields={"domain": "a.example"},
    )

    assert (filed.team, filed.category.key, filed.fields) == (shops, "hosting", {"domain": "a.example"})
    [(verb, facts)] = lines(filed)
    assert (verb, facts["category"], facts["fields"]) == ("ticket_opened", "hosting", {"domain": "a.example"})


@pytest.mark.parametrize(("is_for_customers", "is_active"), [(False, True), (True, False)])
def test_customer_files_nothing_in_a_category_that_is_not_offered(clara, is_for_customers, is_active):
    hosting(is_for_customers=is_for_customers, is_active=is_active)

    with pytest.raises(Refused, match="There is no category “hosting”"):
        file_request(by=clara, subject="A", text="B", category="hosting", fields={"domain": "a.example"})


def test_values_without_a_category_are_refused(clara):
    with pytest.raises(FieldErrors, match="There is no such field"):
        file_request(by=clara, subject="A", text="B", fields={"domain": "a.example"})


def test_staff_may_leave_out_what_customers_must_say(anna, clara):
    shops = TeamFactory(name="Shops")
    hosting(team=shops)

    opened = open_for_customer(requester=clara, by=anna, subject="A", text="B", category="hosting")
    elsewhere = open_for_customer(
        requester=clara, by=anna, subject="A", text="B", category="hosting", team=TeamFactory(name="Line 2")
    )

    assert (opened.team, opened.fields) == (shops, {})
    assert elsewhere.team.name == "Line 2"


def test_field_of_no_category_of_the_ticket_can_not_be_said(anna, ticket):
    hosting()
    CustomFieldFactory(key="budget", categories=[CategoryFactory()])

    with pytest.raises(FieldErrors):
        describe(ticket=ticket, by=anna, category="hosting", said={"budget": "5"})
