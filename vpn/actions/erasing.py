"""What the room of keys knows of a person who is erased."""

from django.db.models import Model, Q

from helpdesk.accounts.models import User
from helpdesk.core.erasing import Erased, rewriting
from helpdesk.journal.models import Entry
from vpn.actions import leaving
from vpn.models import Device, DownloadLink, Ending, Key, KeyRequest, Session
from vpn.names import skeleton_of


def forget(erased: Erased) -> None:
    """In the caller's transaction. Their keys are revoked first, by the names that servers know; then devices and keys
    are called by a number, for a name on a certificate is mostly the person's. Serials and what happened stay; what
    they wrote, and from where they came, goes. A session that still has to be ended keeps its name."""
    leaving.end_all_of(person=User.objects.get(pk=erased.person))
    for device in Device.objects.select_for_update(of=("self",)).filter(owner=erased.person).order_by("pk"):
        _rename(device)
    wishes = KeyRequest.objects.filter(person=erased.person)
    with rewriting(Entry):
        for wish in wishes.order_by("pk"):
            _take_out(wish, {"reason": "", "device": ""})
    wishes.update(reason="", answer="", device_name="")
    mentioned = Q()
    for word in erased.words:
        mentioned |= Q(reason__icontains=word) | Q(answer__icontains=word)
    for wish in KeyRequest.objects.filter(mentioned).order_by("pk") if mentioned else ():
        wish.reason, wish.answer = erased.out_of(wish.reason)[:1000], erased.out_of(wish.answer)[:500]
        wish.save(update_fields=["reason", "answer"])


def _rename(device: Device) -> None:
    name = f"erased-{device.pk}"
    keys = list(Key.objects.filter(device=device).order_by("pk").values_list("pk", flat=True))
    Session.objects.filter(key__in=keys, ended_at__isnull=False).update(name=name, real="")
    Ending.objects.filter(key__in=keys, done_at__isnull=False).update(name=name)
    DownloadLink.objects.filter(key__in=keys).update(address=None, user_agent="")
    Key.objects.filter(pk__in=keys).update(common_name=name, certificate_pem="")
    device.login, device.name, device.common_name, device.skeleton = "erased", name, name, skeleton_of(name)
    device.save(update_fields=["login", "name", "common_name", "skeleton"])
    with rewriting(Entry):
        for key in keys:
            _take_out(Key(pk=key), {"key": name, "browser": "", "address": ""})


def _take_out(thing: Model, instead: dict[str, str]) -> None:
    """These facts out of the journal's lines about a thing."""
    for line in Entry.objects.about(thing):
        facts = {word: instead.get(word, value) for word, value in line.facts.items()}
        Entry.objects.filter(pk=line.pk).update(facts=facts)
