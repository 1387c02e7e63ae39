"""Seeing as somebody else: for administrators, with a reason, for a while, and without changing anything."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.actions.leaving import LONGEST_REASON
from helpdesk.accounts.models import Seeing, User
from helpdesk.accounts.permissions import can_see_as
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record

LONGEST = timedelta(minutes=30)
SESSION_KEY = "seeing"
"""Of an administrator's session: the key of what is under way."""


@transaction.atomic
def begin(*, person: User, by: User, reason: str) -> Seeing:
    """From now on, for at most LONGEST, the administrator's browser shows what the person sees; one who sees as
    somebody already ends that. Writes `seeing_began` with the reason, about the person.

    Raises NotAllowed for whoever is no administrator, and about an administrator or somebody who may do what `by` may
    not; Refused without a reason.
    """
    by = User.objects.select_for_update(of=("self",), no_key=True).get(pk=by.pk)
    ensure(can_see_as(by, person), _("Nobody sees as an administrator, or as somebody who may do more than they may."))
    if not reason.strip():
        raise Refused(_("Say what for: the journal keeps it."))
    for earlier in Seeing.objects.under_way().filter(administrator=by):
        _end(earlier, by)
    now = timezone.now()
    begun = Seeing.objects.create(
        administrator=by, person=person, reason=reason.strip()[:LONGEST_REASON], began_at=now, until=now + LONGEST
    )
    record(verb="seeing_began", subject=person, by=by, reason=begun.reason, until=begun.until.isoformat())
    return begun


@transaction.atomic
def end(*, seeing: Seeing, by: User) -> None:
    """The administrator is themselves again. Ended already is ended. Writes `seeing_ended`. Raises NotAllowed."""
    seeing = Seeing.objects.select_for_update(of=("self",)).select_related("person").get(pk=seeing.pk)
    ensure(seeing.administrator_id == by.pk)
    if seeing.ended_at is None:
        _end(seeing, by)


def _end(seeing: Seeing, by: User) -> None:
    seeing.ended_at = timezone.now()
    seeing.save(update_fields=["ended_at"])
    record(verb="seeing_ended", subject=seeing.person, by=by)
