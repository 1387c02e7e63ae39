"""What hooks are to be told, written with what happened."""

import pytest
from django.db import transaction

from helpdesk.accounts import telling
from helpdesk.accounts.actions import details, leaving, membership, personal, roles
from helpdesk.accounts.actions.merging import merge_people
from helpdesk.accounts.actions.people import mark_bounced
from helpdesk.webhooks import listening, people
from helpdesk.webhooks.actions.happening import happened
from helpdesk.webhooks.models import Event, Hook
from helpdesk.webhooks.registries import kinds as registered
from tests.browsers import browser_of
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


def test_organisations_written_down_and_changed_are_told_whoever_does_it(hook_to, ada):
    hook = hook_to("https://crm.example/in")

    shop = details.add_organisation(details=details.OrganisationDetails("Shop", [], ""), by=ada)
    details.change_organisation(organisation=shop, details=details.OrganisationDetails("Shops", [], ""), by=ada)
    page = f"/admin/accounts/organisation/{shop.pk}/change/"
    browser_of(ada).post(page, {"name": "Shops", "domains": "shop.example", "notes": ""})

    assert kinds() == ["organisation.created", "organisation.changed", "organisation.changed"]
    told = registered[kinds()[0]].read(hook.owner, Event.objects.first().facts)
    assert (told["organisation"]["name"], told["organisation"]["domains"]) == ("Shops", ["shop.example"])


def leave(clara, mia, ada):
    leaving.deactivate(person=clara, by=ada, reason="Sold the shop.")


CHANGES = {
    "her role alone": lambda clara, mia, ada: membership.change_manager(person=clara, by=mia, is_manager=True),
    "her own name": lambda clara, mia, ada: personal.change(person=clara, chosen=personal_of(name="Klara"), by=clara),
    "that she left her company": lambda clara, mia, ada: membership.remove(person=clara, by=mia),
    "that she is switched off": leave,
    "that she was merged": lambda clara, mia, ada: merge_people(survivor=clara, merged=UserFactory(), by=ada),
    "that mail to her comes back": lambda clara, mia, ada: mark_bounced(address=clara.email, reason="550"),
}


def personal_of(name):
    return personal.Personal(name=name, language="", time_zone="", theme="system", signature="")


@pytest.mark.parametrize("what", CHANGES)
def test_what_else_changes_of_a_customer_is_told(hook_to, ada, what):
    hook_to("https://crm.example/in")
    shop = OrganisationFactory()
    clara = UserFactory(organisation=shop)
    mia = UserFactory(organisation=shop, role="customer_manager")

    CHANGES[what](clara, mia, ada)

    assert Event.objects.filter(kind="customer.changed", facts__customer=clara.pk).exists()


def test_colours_of_a_customer_and_what_staff_does_with_themselves_are_told_nobody(hook_to, ada, anna):
    hook_to("https://crm.example/in")
    clara = UserFactory()

    personal.choose_theme(person=clara, theme="dark", by=clara)
    roles.change_role(person=anna, role="line_lead", by=ada)

    assert kinds() == []


NOTHING_TO_HOOKS = {
    *("signed_in", "signed_in_by_link", "sign_in_link_used", "sign_in_link_asked_for", "sign_in_refused", "let_in"),
    *("tries_told", "session_ended", "sessions_ended", "browser_trusted", "browsers_distrusted", "alarm_raised"),
    *("authenticator_set_up", "authenticator_removed", "passkey_added", "passkey_renamed", "passkey_removed"),
    *("recovery_codes_made", "recovery_code_used", "second_factors_reset", "password_changed", "access_ended"),
    *("token_issued", "token_refused", "token_used_from", "token_revoked", "seeing_began", "seeing_ended"),
    *("colleague_invited", "grants_changed", "rule_changed", "team_added"),  # of staff
    *("customer_note_written", "customer_note_edited"),  # for staff alone
    *("address_book_exported", "people_import_begun", "people_import_confirmed"),  # each person has a line
    *("person_invited", "invitation_resent", "invitation_revoked", "invitation_accepted"),  # nobody yet
    *("erasure_asked", "erasure_taken_back"),  # only a wish
    *("organisation_added", "organisation_changed"),  # of organisations, with kinds of their own
}
"""Lines about people after which a customer is what they were."""


def test_every_line_about_people_is_told_to_hooks_or_is_nothing_to_them():
    assert set(telling.VERBS) == people.ADDING | people.CHANGING | NOTHING_TO_HOOKS
    assert NOTHING_TO_HOOKS.isdisjoint(people.ADDING | people.CHANGING)


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
