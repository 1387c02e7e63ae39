"""What the outbox and the notices say of something whose words were masked."""

from collections.abc import Collection
from datetime import datetime
from typing import Any

from django.contrib.contenttypes.models import ContentType
from django.db.models import Model, Q

from helpdesk.core.masking import Mask
from helpdesk.notifications.models import Delivery, Notice


def mask_told(mask: Mask, *, about: dict[type[Model], Collection[int]], since: datetime) -> None:
    """In the caller's transaction: the words are taken out of notices about these things and of what went out, or is
    to go out, about them, or to somebody who was told of them."""
    these = Q(pk__in=[])
    for model, keys in about.items():
        these |= Q(subject_type=ContentType.objects.get_for_model(model), subject_id__in=keys)
    people = set()
    for notice in Notice.objects.filter(these).select_for_update(no_key=True).order_by("pk"):
        people.add(notice.person_id)
        title, text = mask.of_cut(notice.title)[:200], mask.of_cut(notice.text)[:2000]
        if (title, text) != (notice.title, notice.text):
            Notice.objects.filter(pk=notice.pk).update(title=title, text=text)
    gathered = Q(person__in=people, created_at__gte=since)
    for row in Delivery.objects.filter(these | gathered).exclude(content={}).order_by("pk"):
        if (content := _cut(mask, row.content)) != row.content:
            Delivery.objects.filter(pk=row.pk).update(content=content)


def _cut(mask: Mask, value: Any) -> Any:
    if isinstance(value, str):
        return mask.of_cut(value)
    if isinstance(value, list):
        return [_cut(mask, each) for each in value]
    return {key: _cut(mask, each) for key, each in value.items()} if isinstance(value, dict) else value
