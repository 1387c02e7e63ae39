"""What somebody has read of their notices."""

from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import models, transaction
from django.utils import timezone

from helpdesk.accounts.models import User
from helpdesk.notifications.live.own import tell_bell
from helpdesk.notifications.models import Notice

KEPT = timedelta(days=60)


@transaction.atomic
def read(*, notice: Notice, by: User) -> None:
    """Whoever it is for has read it, and whatever else they were told of the same thing."""
    same = Notice.objects.of(by).unread().filter(subject_type=notice.subject_type_id, subject_id=notice.subject_id)
    same.order_by().update(read_at=timezone.now())
    tell_bell([by.pk])


@transaction.atomic
def read_about(*, subject: models.Model, by: User) -> None:
    """They have seen the thing itself, and so whatever they were told of it."""
    kind = ContentType.objects.get_for_model(subject)
    told = Notice.objects.of(by).unread().filter(subject_type=kind, subject_id=subject.pk)
    if told.order_by().update(read_at=timezone.now()):
        tell_bell([by.pk])


@transaction.atomic
def read_all(*, by: User, until: int) -> None:
    """They have read everything up to the notice with the key `until`, the newest that they saw."""
    Notice.objects.of(by).unread().filter(pk__lte=until).order_by().update(read_at=timezone.now())
    tell_bell([by.pk])


@transaction.atomic
def forget_old() -> None:
    """What is older than `KEPT` is of no use to anybody; what is in the journal stays there."""
    Notice.objects.filter(happened_at__lt=timezone.now() - KEPT).delete()
