"""Which queues are open to a contractor, and until when."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import Grant, Team, User
from helpdesk.accounts.signals import access_changed
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.actions import record

Queues = Mapping[Team, datetime | None]
"""The teams whose queues are open, and when that ends by itself."""


@transaction.atomic
def change_grants(*, person: User, queues: Queues, by: User) -> User:
    """Exactly these queues are open to the person from now on; what is no longer among them ends at once, also on pages
    that are open (`access_changed`). Writes `grants_changed` with what was and is.

    Raises NotAllowed; Refused for whoever sees every queue, or none, by their role, and for an end that has passed.
    """
    ensure(by.can(Capability.CONFIGURE))
    person = User.objects.select_for_update(of=("self",)).get(pk=person.pk)
    before = _told(person)
    kept = {grant.team_id: grant for grant in Grant.objects.filter(contractor=person)}
    for team, until in queues.items():
        grant = kept.pop(team.pk, None)
        if grant is not None and grant.until == until:
            continue
        _ensure_sensible(person, until)
        if grant is None:
            Grant.objects.create(contractor=person, team=team, until=until, granted_by=by)
        else:
            Grant.objects.filter(pk=grant.pk).update(until=until, granted_by=by)
    for grant in kept.values():
        Grant.objects.filter(pk=grant.pk).update(until=timezone.now())  # the history has when it ended
        grant.delete()
    after = _told(person)
    if after != before:
        ends = {str(team): until.isoformat() for team, until in after.items() if until is not None}
        facts = {"until": ends} if ends else {}
        record(verb="grants_changed", subject=person, by=by, before=list(before), after=list(after), **facts)
        access_changed.send(sender=User, user=person)
    return person


def _ensure_sensible(person: User, until: datetime | None) -> None:
    if person.is_customer or person.can(Capability.SEE_ALL_TICKETS):
        raise Refused(_("Queues are opened to those who don't see every ticket by their role: contractors."))
    if until is not None and until <= timezone.now():
        raise Refused(_("This moment has passed: choose a later one, or take the queue off the list."))


def _told(person: User) -> dict[int, datetime | None]:
    """The keys of the teams, each with its end."""
    return dict(Grant.objects.live().filter(contractor=person).order_by("team", "pk").values_list("team", "until"))
