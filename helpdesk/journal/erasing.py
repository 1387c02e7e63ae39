"""The one door through which the journal changes: a person who was erased becomes their pseudonym in it."""

from django.db.models import Q, TextField
from django.db.models.functions import Cast

from helpdesk.core.erasing import Erased, rewriting
from helpdesk.journal.models import Entry


def pseudonymise(erased: Erased) -> int:
    """In the caller's transaction: names and addresses in the facts become the pseudonym, the network addresses of
    what the person did go. Who, what, when and which thing stay as they are. Returns how many lines changed."""
    mentions = Q()
    for word in erased.words:
        mentions |= Q(words__icontains=word)
    found = (
        Entry.objects.annotate(words=Cast("facts", TextField())).filter(mentions) if mentions else Entry.objects.none()
    )
    with rewriting(Entry):
        lines = list(found.order_by("pk"))
        for entry in lines:
            Entry.objects.filter(pk=entry.pk).update(facts=erased.out_of_value(entry.facts))
        Entry.objects.filter(actor_id=erased.person, address__isnull=False).update(address=None)
    return len(lines)
