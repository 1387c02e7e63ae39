"""One line: who did what to which thing, from where."""

import pytest
from django.db import transaction

from helpdesk.accounts.models import User
from helpdesk.core.context import acting_from
from helpdesk.core.deferring import writing_together
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry
from tests.factories import OrganisationFactory, StaffFactory, UserFactory
from tests.statements import count_of

pytestmark = pytest.mark.django_db


def test_line_holds_everything_that_is_asked_about_later():
    anna, clara = StaffFactory(name="Anna"), UserFactory(name="Clara")

    with acting_from("web", address="192.0.2.1", request_id="one"):
        record(verb="bounce_cleared", subject=clara, by=anna, address="clara@shop.example", before=[1, None])

    entry = Entry.objects.get()
    assert (entry.verb, entry.actor, entry.subject_type.model_class(), entry.subject_id) == (
        "bounce_cleared",
        anna,
        User,
        clara.pk,
    )
    assert entry.facts == {"address": "clara@shop.example", "before": [1, None]}
    assert (entry.door, entry.address, entry.request_id) == ("web", "192.0.2.1", "one")
    assert str(entry) == f"bounce_cleared #{clara.pk}"


def test_line_of_the_program_itself_has_no_actor_and_the_door_of_a_command():
    record(verb="address_bounced", subject=UserFactory(), by=None)

    entry = Entry.objects.get()
    assert (entry.actor_id, entry.door, entry.address, entry.request_id, entry.facts) == (None, "command", None, "", {})


def test_lines_about_a_thing_are_its_own_in_the_order_they_happened():
    clara, other = UserFactory(), UserFactory()
    organisation = OrganisationFactory(pk=clara.pk)
    for verb, thing in (("first", clara), ("other", other), ("of_a_namesake", organisation), ("second", clara)):
        record(verb=verb, subject=thing, by=None)

    assert [entry.verb for entry in Entry.objects.about(clara)] == ["first", "second"]
    assert [entry.verb for entry in Entry.objects.about(organisation)] == ["of_a_namesake"]


def test_line_is_gone_with_the_transaction_that_wrote_it():
    def fail():
        with transaction.atomic():
            record(verb="ticket_closed", subject=UserFactory(), by=None)
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        fail()

    assert not Entry.objects.exists()


def test_lines_of_a_block_are_one_statement_and_keep_the_origin_each_was_told_from():
    clara = UserFactory()
    record(verb="before", subject=clara, by=None)

    def several():
        with writing_together():
            for turn in range(3):
                with acting_from("mail", request_id=f"raw-mail-{turn}"):
                    record(verb="received", subject=clara, by=clara)

    statements, ran = count_of(several)

    assert statements == 1, ran
    assert [entry.request_id for entry in Entry.objects.filter(verb="received").order_by("pk")] == [
        "raw-mail-0",
        "raw-mail-1",
        "raw-mail-2",
    ]


def test_line_stays_when_the_person_it_speaks_of_is_gone():
    gone = UserFactory()
    record(verb="seen", subject=gone, by=gone)
    key = gone.pk

    User.objects.filter(pk=key).delete()

    entry = Entry.objects.get()
    assert (entry.actor_id, entry.subject_id) == (key, key)


def test_fact_that_is_no_json_is_an_error_at_once():
    with pytest.raises(TypeError):
        record(verb="seen", subject=UserFactory(), by=None, person=object())
