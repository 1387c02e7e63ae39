"""What somebody who leaves knows of the vault."""

from datetime import datetime

from django.db.models import BooleanField, Case, Exists, F, Max, OuterRef, Q, Subquery, When
from django.db.models.functions import Greatest

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import User
from vpn.hosting.enums import RevealKind
from vpn.hosting.models import CheckOff, Grant, Reveal, Secret
from vpn.hosting.models.entry import SecretQuerySet

MOST = 500


def known_secrets(person: User) -> SecretQuerySet:
    """The secrets that the person has revealed (`revealed_at`), put in themselves (`is_theirs`), or that a grant opened
    to them (`was_open`), since they were last changed or checked off; those that were seen first. No value is read.

    Whoever sees the whole vault by their role could have revealed every secret: what they did reveal is known, since
    nothing is seen in another way.
    """
    seen = Reveal.objects.filter(secret=OuterRef("pk"), by=person).exclude(kind=RevealKind.USED).order_by()
    last_seen = Subquery(seen.values("secret").annotate(last=Max("at")).values("last"))
    checked = CheckOff.objects.filter(secret=OuterRef("pk"), person=person).order_by()
    last_checked = Subquery(checked.values("secret").annotate(last=Max("at")).values("last"))
    grants = Grant.objects.filter(entry=OuterRef("entry"), user=person).order_by()
    found = Secret.objects.kept().without_values().annotate(revealed_at=last_seen, checked_at=last_checked)
    found = found.annotate(since=Greatest(F("changed_at"), F("checked_at")))
    open_since = Q(ended_at__isnull=True, until__gt=OuterRef("since")) | Q(ended_at__gt=OuterRef("since"))
    is_theirs = Q(changed_by=person) & (Q(checked_at__isnull=True) | Q(checked_at__lt=F("changed_at")))
    found = found.annotate(
        was_open=Exists(grants.filter(open_since)),
        is_theirs=Case(When(is_theirs, then=True), default=False, output_field=BooleanField()),
    )
    found = found.filter(Q(revealed_at__gte=F("since")) | Q(was_open=True) | Q(is_theirs=True))
    found = found.select_related("entry__organisation")
    return found.order_by(F("revealed_at").desc(nulls_last=True), "pk")


def sees_everything(person: User) -> bool:
    """Whether they see the whole vault by their role."""
    return person.can(Capability.ENTER_DESK) and person.can(Capability.SEE_VAULT)


def last_seen_by(person: User) -> datetime | None:
    """When they revealed anything last."""
    found = Reveal.objects.filter(by=person).exclude(kind=RevealKind.USED)
    return found.aggregate(last=Max("at"))["last"]
