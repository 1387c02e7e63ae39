"""Whoever is erased leaves nothing with the directories."""

from django.utils import timezone

from helpdesk.accounts.directory.models import DirectoryPerson, SyncRun
from helpdesk.accounts.signals import person_erased
from helpdesk.core.erasing import Erased
from tests.factories import DirectoryFactory, UserFactory


def test_erased_person_is_nobodys_entry_and_in_no_report(db):
    clara, corp = UserFactory(email="clara@shop.example"), DirectoryFactory()
    DirectoryPerson.objects.create(directory=corp, user=clara, uid="1", dn="uid=clara")
    text = (
        "The address clara@shop.example belongs to an account that is here already: an administrator may link the two."
    )
    run = SyncRun.objects.create(
        directory=corp, state="done", ended_at=timezone.now(), lines=[{"deed": "skipped", "who": "x", "text": text}]
    )
    erased = Erased(person=clara.pk, pseudonym="Person 7", addresses=("clara@shop.example",), names=())

    person_erased.send(sender=None, erased=erased)

    run.refresh_from_db()
    assert not DirectoryPerson.objects.exists()
    assert run.lines[0]["text"] == text.replace("clara@shop.example", "Person 7")
