"""What people choose for themselves."""

from dataclasses import replace

import pytest

from helpdesk.accounts.actions.personal import Personal, change, choose_theme
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.journal.models import Entry
from tests.factories import StaffFactory, UserFactory

pytestmark = pytest.mark.django_db
CHOSEN = Personal(
    name="Anna Berg", language="ru", time_zone="Europe/Berlin", theme="dark", signature="Anna, **line 1**"
)


@pytest.fixture
def anna():
    return StaffFactory(name="Anna", email="anna@helpdesk.example")


def lines(person):
    return [entry for entry in Entry.objects.about(person) if entry.verb == "personal_settings_changed"]


def test_settings_when_changed_then_they_are_kept_and_written_down(anna):
    change(person=anna, chosen=CHOSEN, by=anna)

    anna.refresh_from_db()
    [line] = lines(anna)
    kept = Personal(anna.name, anna.language, anna.time_zone, anna.theme, anna.signature)
    assert kept == CHOSEN
    assert line.actor_id == anna.pk
    assert (line.facts["before"]["name"], line.facts["after"]["name"]) == ("Anna", "Anna Berg")


def test_settings_when_sent_twice_then_the_journal_has_one_line(anna):
    change(person=anna, chosen=CHOSEN, by=anna)
    change(person=anna, chosen=CHOSEN, by=anna)

    assert len(lines(anna)) == 1


@pytest.mark.parametrize(("act", "wanted"), [(change, {"chosen": CHOSEN}), (choose_theme, {"theme": "dark"})])
def test_settings_of_somebody_else_when_changed_then_refused(anna, act, wanted):
    boris = StaffFactory(name="Boris")

    with pytest.raises(NotAllowed):
        act(person=anna, by=boris, **wanted)

    anna.refresh_from_db()
    assert (anna.name, anna.theme, lines(anna)) == ("Anna", "system", [])


def test_settings_when_the_person_is_switched_off_then_refused(anna):
    anna.is_active = False

    with pytest.raises(NotAllowed):
        change(person=anna, chosen=CHOSEN, by=anna)


@pytest.mark.parametrize(
    "wrong", [{"name": " "}, {"language": "tlh"}, {"time_zone": "Mars/Olympus"}, {"theme": "pink"}, {"theme": ""}]
)
def test_settings_that_there_are_not_when_chosen_then_refused_and_nothing_kept(anna, wrong):
    with pytest.raises(Refused):
        change(person=anna, chosen=replace(CHOSEN, **wrong), by=anna)

    anna.refresh_from_db()
    assert (anna.name, lines(anna)) == ("Anna", [])


def test_signature_when_a_customer_wants_one_then_refused():
    clara = UserFactory(name="Clara")

    with pytest.raises(NotAllowed):
        change(person=clara, chosen=CHOSEN, by=clara)

    change(person=clara, chosen=replace(CHOSEN, signature=""), by=clara)
    clara.refresh_from_db()
    assert (clara.name, clara.signature) == ("Anna Berg", "")


def test_theme_when_chosen_then_only_that_is_kept(anna):
    choose_theme(person=anna, theme="dark", by=anna)
    choose_theme(person=anna, theme="dark", by=anna)

    anna.refresh_from_db()
    [line] = lines(anna)
    assert (anna.theme, anna.name) == ("dark", "Anna")
    assert line.facts == {"before": {"theme": "system"}, "after": {"theme": "dark"}}


def test_theme_that_there_is_not_when_chosen_then_refused(anna):
    with pytest.raises(Refused):
        choose_theme(person=anna, theme="pink", by=anna)


def test_order_of_messages_when_a_customer_wants_one_then_refused():
    clara = UserFactory(name="Clara")

    with pytest.raises(NotAllowed):
        change(person=clara, chosen=replace(Personal.of(clara), newest_first=True), by=clara)


def test_settings_when_taken_as_they_are_then_nothing_changes(anna):
    change(person=anna, chosen=Personal.of(anna), by=anna)

    assert lines(anna) == []
