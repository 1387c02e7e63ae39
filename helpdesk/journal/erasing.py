"""The one door through which the journal changes: a person who was erased becomes their pseudonym in it, and what was
masked where it was said is masked here."""

from collections.abc import Collection
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q, TextField
from django.db.models.functions import Cast

from helpdesk.core.erasing import Erased, rewriting
from helpdesk.core.masking import Mask
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


def forget_values(erased: Erased, *, kind: type[Model], keys: Collection[int], values: Collection[str]) -> None:
    """In the caller's transaction: in the facts about these things, what is exactly one of these values becomes the
    pseudonym."""
    if not values:
        return
    about = Entry.objects.filter(subject_type=ContentType.objects.get_for_model(kind), subject_id__in=keys)
    with rewriting(Entry):
        for entry in about.order_by("pk"):
            facts = _without(entry.facts, values, erased.pseudonym)
            if facts != entry.facts:
                Entry.objects.filter(pk=entry.pk).update(facts=facts)


def mask_values(mask: Mask, *, kind: type[Model], keys: Collection[int]) -> None:
    """In the caller's transaction: the words are taken out of the facts about these things."""
    about = Entry.objects.filter(subject_type=ContentType.objects.get_for_model(kind), subject_id__in=keys)
    facts = {entry.pk: (entry.facts, mask.of_value(entry.facts)) for entry in about.order_by("pk")}
    changed = {key: after for key, (before, after) in facts.items() if before != after}
    if changed:
        with rewriting(Entry):
            for key, after in changed.items():
                Entry.objects.filter(pk=key).update(facts=after)


def _without(value: Any, values: Collection[str], pseudonym: str) -> Any:
    if isinstance(value, dict):
        return {key: _without(each, values, pseudonym) for key, each in value.items()}
    if isinstance(value, list):
        return [_without(each, values, pseudonym) for each in value]
    return pseudonym if isinstance(value, str) and value in values else value
