"""What a customer put into the vault goes to whoever they turn out to be, and back."""

import pytest

from helpdesk.accounts.actions.merging import merge_people, undo_merger
from tests.factories import UserFactory
from tests.vpn.hosting.makers import put
from vpn.hosting.actions.merging import count
from vpn.hosting.actions.places import NewPlace, hand_over
from vpn.hosting.models import Entry, Secret


@pytest.fixture
def twin(shop):
    return UserFactory(name="C. Brandt", email="carl@gmail.example", organisation=shop)


def printer_of(person):
    return hand_over(place=NewPlace("other", "Printer"), kind="password", label="admin", value="x", by=person)


def whose():
    return (Entry.objects.get().created_by, Secret.objects.get().changed_by)


def test_merged_person_gives_what_they_put_in_and_gets_it_back(carl, twin, lena):
    printer = printer_of(twin)
    assert list(Entry.objects.visible_to(carl)) == []

    merger = merge_people(survivor=carl, merged=twin, by=lena)
    assert list(Entry.objects.visible_to(carl)) == [printer]
    assert whose() == (carl, carl)

    undo_merger(merger=merger, by=lena)
    assert list(Entry.objects.visible_to(carl)) == []
    assert whose() == (twin, twin)


def test_what_came_since_and_what_others_changed_stay_where_they_are(carl, twin, lena, pavel):
    printer = printer_of(twin)
    merger = merge_people(survivor=carl, merged=twin, by=lena)
    own = printer_of(carl)
    put(printer, pavel, label="admin", value="newer")

    undo_merger(merger=merger, by=lena)

    assert list(Entry.objects.visible_to(carl)) == [own]
    assert Secret.objects.get(entry=printer).changed_by == pavel
    assert list(Entry.objects.visible_to(twin)) == [printer]


def test_card_that_asks_says_how_much_there_is(twin, carl):
    printer_of(twin)

    assert (count(twin), count(carl)) == (2, 0)
