"""What people want to be told, and by which ways."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import time

from django.db import transaction
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import NotAllowed, Refused, ensure
from helpdesk.journal.actions import record
from helpdesk.notifications.enums import Rhythm
from helpdesk.notifications.models import PersonChoice, TeamChoice
from helpdesk.notifications.models.choices import MORNING
from helpdesk.notifications.permissions import can_choose_for_teams
from helpdesk.notifications.registries import occasions

Wanted = Mapping[str, Sequence[str]]


@dataclass(frozen=True, slots=True)
class Chosen:
    """`wanted` names occasions with another set of channels than is usual for the person, and no others."""

    wanted: Wanted = field(default_factory=dict)
    quiet_from: time | None = None
    quiet_until: time | None = None
    quiet_weekends: bool = False
    rhythm: str = Rhythm.AT_ONCE
    digest_hour: int = MORNING


@transaction.atomic
def choose(*, person: User, by: User, chosen: Chosen) -> PersonChoice:
    """Keep what somebody chose for themselves; one line in the journal where that is another choice.

    Raises NotAllowed for anybody but the person; Refused for quiet hours that are none, or for what there is not."""
    if by.pk != person.pk or not by.is_active:
        raise NotAllowed(_("Everybody chooses these for themselves."))
    if (chosen.quiet_from is None) != (chosen.quiet_until is None):
        raise Refused(_("Quiet hours need both: when they begin and when they end."))
    if chosen.quiet_from is not None and chosen.quiet_from == chosen.quiet_until:
        raise Refused(_("Quiet hours must end at another time than they begin."))
    if chosen.rhythm not in Rhythm.values or not 0 <= chosen.digest_hour <= 23:
        raise Refused(_("There is no such choice. Choose from the list."))
    values = {
        "wanted": _sound(chosen.wanted),
        "quiet_from": chosen.quiet_from,
        "quiet_until": chosen.quiet_until,
        "quiet_weekends": chosen.quiet_weekends,
        "rhythm": chosen.rhythm,
        "digest_hour": chosen.digest_hour,
    }
    PersonChoice.objects.get_or_create(person=person)
    choice = PersonChoice.objects.select_for_update(of=("self",)).get(person=person)
    changed = [name for name, value in values.items() if getattr(choice, name) != value]
    if changed:
        for name in changed:
            setattr(choice, name, values[name])
        choice.save(update_fields=changed)
        record(verb="notices_chosen", subject=person, by=by, changed=changed)
    return choice


@transaction.atomic
def choose_for_team(*, team: Team, by: User, wanted: Wanted) -> TeamChoice:
    """What members of the team are told as long as they choose nothing else. Raises NotAllowed, Refused."""
    ensure(can_choose_for_teams(by))
    sound = _sound(wanted)
    TeamChoice.objects.get_or_create(team=team)
    choice = TeamChoice.objects.select_for_update(of=("self",)).get(team=team)
    if choice.wanted != sound:
        before, choice.wanted = choice.wanted, sound
        choice.save(update_fields=["wanted"])
        record(verb="team_notices_chosen", subject=team, by=by, before=sorted(before), after=sorted(sound))
    return choice


def _sound(wanted: Wanted) -> dict[str, list[str]]:
    if any(name not in occasions for name in wanted):
        raise Refused(_("There is no such choice. Choose from the list."))
    return {name: sorted(set(channels)) for name, channels in sorted(wanted.items())}
