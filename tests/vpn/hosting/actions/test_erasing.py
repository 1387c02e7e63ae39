"""Whoever is erased is named nowhere in the vault; the reveals stay."""

from helpdesk.core.erasing import Erased
from tests.vpn.hosting.makers import an_entry, put
from vpn.hosting.actions.erasing import forget
from vpn.hosting.actions.reveals import reveal
from vpn.hosting.models import Entry, Reveal, Secret


def test_names_go_and_what_happened_stays(shop, pavel, anna, clara):
    entry = an_entry(shop, pavel, name="Laptop of Clara Weiss", notes="Ask Clara Weiss")
    secret = put(entry, pavel)
    reveal(secret=secret, by=anna, reason="Clara Weiss asked for it")

    forget(Erased(person=clara.pk, pseudonym="Erased person 7", addresses=(), names=("Clara Weiss",)))

    assert (Entry.objects.get().name, Entry.objects.get().notes) == ("Laptop of Erased person 7", "Ask Erased person 7")
    assert Reveal.objects.get().reason == "Erased person 7 asked for it"
    assert Secret.objects.get().value != ""
