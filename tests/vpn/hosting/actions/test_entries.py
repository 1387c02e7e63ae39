"""Entries come, change and go; what happened stays known."""

import pytest

from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.meanwhile import ChangedMeanwhile
from helpdesk.journal.models import Entry as Line
from tests.vpn.hosting.makers import an_entry, details, granted, put
from vpn.hosting.actions.dropping import make_link
from vpn.hosting.actions.entries import ask_for_removal, change_entry, mark_of_entry, take_out
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import DropLink, Entry, Grant, Reveal, Secret


def test_entry_when_added_then_in_the_journal(server, shop, pavel):
    line = Line.objects.about(server).get()

    assert (line.verb, line.actor, line.facts) == (
        "vault_entry_added",
        pavel,
        {"name": "Web server", "organisation": shop.pk},
    )


@pytest.mark.parametrize("who", ["anna", "oleg", "clara"])
def test_entry_is_added_and_changed_by_keepers_alone(request, shop, server, who):
    person = request.getfixturevalue(who)

    with pytest.raises(NotAllowed):
        an_entry(shop, person)
    with pytest.raises(NotAllowed):
        change_entry(entry=server, details=details("Mine"), by=person)
    with pytest.raises(NotAllowed):
        take_out(entry=server, by=person)


@pytest.mark.parametrize("said", [{"name": " "}, {"url": "javascript:alert(1)"}, {"host": "x" * 256}])
def test_entry_that_makes_no_sense_is_refused(shop, pavel, said):
    with pytest.raises(Refused):
        an_entry(shop, pavel, **said)


def test_entry_when_changed_then_the_journal_has_what_was_but_no_notes(server, pavel):
    change_entry(entry=server, details=details(host="web2.shop.example", notes="The password is sesam"), by=pavel)

    line = Line.objects.about(server).get(verb="vault_entry_changed")
    assert line.facts == {
        "before": {"host": "web1.shop.example"},
        "after": {"host": "web2.shop.example"},
        "changed": ["host", "notes"],
    }


def test_entry_that_changed_meanwhile_is_told(server, pavel, lena):
    seen = mark_of_entry(server)
    change_entry(entry=server, details=details(host="web2.shop.example"), by=lena)

    with pytest.raises(ChangedMeanwhile):
        change_entry(entry=server, details=details(host="web3.shop.example"), by=pavel, seen=seen)


def test_entry_when_taken_out_then_wiped_and_closed_and_its_history_stays(server, root, pavel, anna, oleg):
    reveal(secret=root, by=anna, reason="The shop is down")
    granted(server, oleg, pavel)
    make_link(organisation=server.organisation, asked="root", by=anna, entry=server)

    take_out(entry=server, by=pavel)

    assert Secret.objects.get().value == ""
    assert Reveal.objects.for_list().get().secret.label == "root"
    assert (Grant.objects.live().count(), DropLink.objects.good().count()) == (0, 0)
    assert Entry.objects.visible_to(anna).get() == server
    assert Entry.objects.visible_to(oleg).count() == 0
    with pytest.raises(Refused):
        put(server, pavel)


def test_customer_asks_for_removal_and_the_keepers_see_it(server, clara, anna):
    ask_for_removal(entry=server, by=clara)
    ask_for_removal(entry=server, by=clara)

    assert Entry.objects.get().removal_asked_by == clara
    assert Line.objects.about(server).filter(verb="vault_removal_asked").count() == 1
    with pytest.raises(NotAllowed):
        ask_for_removal(entry=server, by=anna)


def test_stranger_asks_for_the_removal_of_nothing(server, sergei):
    with pytest.raises(Refused):
        ask_for_removal(entry=server, by=sergei)


def test_entries_are_seen_by_those_who_may(server, shop, pavel, anna, oleg, clara, sergei):
    other = an_entry(shop, pavel, name="Panel")
    granted(other, oleg, pavel)

    seen = {
        person: sorted(Entry.objects.visible_to(person).values_list("name", flat=True))
        for person in (pavel, anna, oleg, clara, sergei)
    }

    both = ["Panel", "Web server"]
    assert seen == {pavel: both, anna: both, oleg: ["Panel"], clara: both, sergei: []}


@pytest.mark.parametrize(
    ("words", "found"),
    [("WEB1", 1), ("deploy server", 1), ("shop.example deploy", 1), ("100%", 0), ("_", 0), ("sesam", 0)],
)
def test_words_find_entries_by_what_they_are_never_by_a_secret(server, root, words, found):
    assert Entry.objects.all().with_words(words).count() == found
