"""Whoever is erased is named nowhere in the vault; the reveals stay, and so does a login that is used."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.utils import timezone

from helpdesk.core.erasing import Erased
from tests.vpn.hosting.makers import an_entry, put
from vpn.hosting.actions.entries import take_out
from vpn.hosting.actions.erasing import forget
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import Entry, EntryDoor, Reveal, Secret, TemporaryAccess

ADDRESS = "clara@shop.example"


@pytest.fixture
def entry(shop, pavel):
    return an_entry(shop, pavel, name="Laptop of Clara Weiss", notes="Ask Clara Weiss", login=ADDRESS)


@pytest.fixture
def door(entry, pavel):
    return EntryDoor.objects.create(
        entry=entry,
        secret=put(entry, pavel),
        connector="plesk",
        address="https://panel.example:8443",
        login=ADDRESS,
        created_by=pavel,
    )


def forget_clara(clara):
    forget(Erased(person=clara.pk, pseudonym="Erased person 7", addresses=(ADDRESS,), names=("Clara Weiss",)))


def logins_of(entry):
    events = apps.get_model("hosting", "EntryEvent").objects.filter(pgh_obj_id=entry.pk)
    return set(events.values_list("login", flat=True))


def test_names_go_and_what_happened_stays(entry, pavel, anna, clara):
    reveal(secret=put(entry, pavel), by=anna, reason="Clara Weiss asked for it")

    forget_clara(clara)

    assert (Entry.objects.get().name, Entry.objects.get().notes) == ("Laptop of Erased person 7", "Ask Erased person 7")
    assert Reveal.objects.get().reason == "Erased person 7 asked for it"
    assert Secret.objects.get().value != ""


def test_reason_of_a_temporary_access_names_them_no_more(door, anna, clara):
    until = timezone.now() + timedelta(hours=1)
    TemporaryAccess.objects.create(
        entry=door.entry,
        door=door,
        for_whom=anna,
        asked_by=anna,
        name="hdanna12345678",
        until=until,
        reason="Clara Weiss wants it",
    )

    forget_clara(clara)

    assert TemporaryAccess.objects.get().reason == "Erased person 7 wants it"


def test_login_that_is_used_stays_and_goes_out_of_the_histories(entry, door, clara):
    forget_clara(clara)

    assert (Entry.objects.get().login, EntryDoor.objects.get().login) == (ADDRESS, ADDRESS)
    assert logins_of(entry) == {"Erased person 7"}


def test_login_of_what_is_no_longer_used_goes(entry, door, pavel, clara):
    EntryDoor.objects.update(removed_at=timezone.now())
    take_out(entry=entry, by=pavel)

    forget_clara(clara)

    assert (Entry.objects.get().login, EntryDoor.objects.get().login) == ("Erased person 7", "Erased person 7")
