"""What hooks are to be told, written with what happened."""

import pytest
from django.db import transaction

from helpdesk.accounts.actions import details
from helpdesk.webhooks import listening
from helpdesk.webhooks.actions.happening import happened
from helpdesk.webhooks.models import Event, Hook
from tests.factories import OrganisationFactory, StaffFactory, TeamFactory, TicketFactory, UserFactory
from tests.statements import count_of
from tickets.actions import conversation, opening
from tickets.actions.status import change_status


@pytest.fixture
def anna(db):
    return StaffFactory(name="Anna")


def kinds():
    return list(Event.objects.order_by("pk").values_list("kind", flat=True))


def test_what_happens_on_a_ticket_is_written_for_each_hook_that_wants_it(hook_to, anna):
    hook_to("https://crm.example/in", with_notes=True)
    hook_to("https://chat.example/in", events=["ticket.changed"])
    clara = UserFactory()

    ticket = opening.file_request(by=clara, subject="Shop is down", text="Since noon.")
    change_status(ticket=ticket, by=anna, status="open")
    conversation.reply(ticket=ticket, by=anna, text="We look.")
    conversation.note(ticket=ticket, by=anna, text="Disk full")

    assert kinds() == [
        "ticket.created", "message.created", "ticket.changed", "ticket.changed", "message.created", "message.created",
    ]  # fmt: skip
    assert set(Event.objects.values_list("thread", flat=True)) == {f"ticket {ticket.pk}"}


def test_note_when_the_hook_does_not_ask_for_notes_is_not_written(hook_to, anna):
    hook_to("https://crm.example/in")

    conversation.note(ticket=TicketFactory(), by=anna, text="Disk full")

    assert kinds() == []


def test_hook_of_a_team_is_told_of_its_tickets_alone(hook_to, anna):
    shops, hosting = TeamFactory(), TeamFactory()
    hook_to("https://crm.example/in", team=shops)

    for team in (shops, hosting, None):
        change_status(ticket=TicketFactory(team=team), by=anna, status="resolved")

    assert Event.objects.count() == 1


def test_hook_that_is_switched_off_is_told_nothing(hook_to, anna):
    hook = hook_to("https://crm.example/in")
    Hook.objects.filter(pk=hook.pk).update(is_active=False)

    assert [each.pk for each in listening.listeners()] == [hook.pk]
    change_status(ticket=TicketFactory(), by=anna, status="resolved")

    assert kinds() == []


def test_customers_written_down_and_changed_are_told(hook_to, ada):
    hook_to("https://crm.example/in")
    said = details.Details("Clara", OrganisationFactory(), "customer", "", "", "")

    clara = details.add_person(details=said, email="clara@shop.example", phone="", by=ada)
    point = details.add_contact(person=clara, kind="phone", value="+49 30 1234567", by=ada)
    details.remove_contact(point=point, by=ada)

    assert kinds() == ["customer.created", "customer.changed", "customer.changed"]


def test_nothing_is_to_be_told_of_what_was_undone(hook_to, anna):
    hook_to("https://crm.example/in")
    ticket = TicketFactory()

    with transaction.atomic():
        change_status(ticket=ticket, by=anna, status="resolved")
        transaction.set_rollback(True)

    assert kinds() == []


def test_copy_of_hooks_is_read_anew_when_it_is_old(hook_to, monkeypatch):
    listening.begin_anew()
    hook = hook_to("https://crm.example/in")
    Hook.objects.filter(pk=hook.pk).update(with_notes=True)

    before = [each.with_notes for each in listening.listeners()]
    monkeypatch.setattr(listening, "FRESH_SECONDS", 0)

    assert (before, [each.with_notes for each in listening.listeners()]) == ([False], [True])


def test_telling_takes_no_statement_where_nobody_wants_to_know(db):
    count, statements = count_of(lambda: happened("ticket.changed", thread="t", facts={}))

    assert count == 0, statements


def test_facts_hold_keys_and_no_words(hook_to):
    hook_to("https://crm.example/in")

    opening.file_request(by=UserFactory(), subject="c4n4ry", text="c4n4ry")

    assert "c4n4ry" not in str(list(Event.objects.values()))


def test_telling_costs_as_many_statements_with_one_hook_as_with_three(hook_to, anna):
    def change(status):
        ticket = TicketFactory()
        return count_of(lambda: change_status(ticket=ticket, by=anna, status=status))

    hook_to("https://a.example/")
    change("open")
    one, _ = change("resolved")
    hook_to("https://b.example/")
    hook_to("https://c.example/")
    three, statements = change("resolved")

    assert one == three, statements
