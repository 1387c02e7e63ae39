"""Who was not let in, and why: few lines however many try, and a word to whom they tried to be."""

import hashlib
from datetime import timedelta

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.db.models import F
from django.utils import timezone

from helpdesk.accounts.actions import attempts, browsers
from helpdesk.accounts.devices import device_facts
from helpdesk.accounts.enums import Door
from helpdesk.accounts.models import Refusal, User
from helpdesk.accounts.signals import tries_counted
from helpdesk.journal.actions import record
from helpdesk.journal.models import Entry

KEPT = timedelta(days=2)
TOLD_AFTER = 5
TOLD_EVERY = timedelta(days=1)


@transaction.atomic
def refuse(*, person: User | None, reason: str, address: str, agent: str) -> None:
    """Somebody at the IP address was not let in as `person` (None: what they typed is nobody's, and is not kept).

    `reason` is one of `password`, `limit`, `inactive`, `code`, `passkey`, `proof`. The journal has a line for the
    first, second, fourth, eighth... of the same within an hour, with their number.
    """
    count = _count(f"{person.pk if person else ''}|{attempts.network_of(address)}|{reason}")
    if count & (count - 1):
        return
    subject = person or ContentType.objects.get_for_model(User)
    record(verb="sign_in_refused", subject=subject, by=None, reason=reason, count=count, device=device_facts(agent))
    if person is not None and reason in ("password", "limit"):
        _warn(person)


def forget_older() -> None:
    """Counts of days gone by, and browsers that nobody used for a year."""
    Refusal.objects.filter(at__lt=timezone.now() - KEPT).delete()
    browsers.forget_older()


def _count(about: str) -> int:
    hour = timezone.now().strftime("%Y-%m-%dT%H")
    key = hashlib.sha256(f"{about}|{hour}".encode()).hexdigest()
    row, _is_new = Refusal.objects.get_or_create(key=key)
    Refusal.objects.filter(pk=row.pk).update(count=F("count") + 1)
    return int(Refusal.objects.values_list("count", flat=True).get(pk=row.pk))


def _warn(person: User) -> None:
    """Tell the person, once a day at most, that others try to be them; not of what their own browser did."""
    networks = attempts.tries_about(door=Door.PASSWORD, about=person.email or "")
    if len(networks) < TOLD_AFTER:
        return
    User.objects.select_for_update(of=("self",)).get(pk=person.pk)  # two at once tell once
    since = timezone.now() - TOLD_EVERY
    if Entry.objects.about(person).filter(verb="tries_told", at__gt=since).exists():
        return
    record(verb="tries_told", subject=person, by=None, count=len(networks))
    tries_counted.send(sender=User, user=person, count=len(networks), networks=sorted(set(networks))[:5])
