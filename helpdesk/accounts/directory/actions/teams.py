"""The teams that a directory fills: memberships, for contractors queues that are granted."""

from helpdesk.accounts.directory.planning import Change, Rules, teams_of_directory
from helpdesk.accounts.enums import Role
from helpdesk.accounts.models import Grant, Team
from helpdesk.journal.actions import record


def enrol(changes: list[Change]) -> None:
    """In the caller's transaction: people who have just been added, all in two statements."""
    members, grants = [], []
    through = Team.members.through
    for change in changes:
        for team in sorted(change.teams):
            if change.role == Role.CONTRACTOR:
                grants.append(Grant(contractor=change.whom, team_id=team))
            else:
                members.append(through(user_id=change.whom.pk, team_id=team))
    through.objects.bulk_create(members)
    Grant.objects.bulk_create(grants)


def settle(change: Change, rules: Rules) -> None:
    """In the caller's transaction: the teams that the directory fills, or filled, become those of the change; others
    stay as they are. Writes `directory_teams_changed`."""
    user, person = change.whom, change.known
    managed, wanted = teams_of_directory(person, rules), sorted(change.teams)
    if person.given_teams != wanted:
        person.given_teams = wanted
        person.save(update_fields=["given_teams"])
    by_grant = change.role == Role.CONTRACTOR
    memberships = Team.members.through.objects.filter(user_id=user.pk, team__in=managed)
    grants = Grant.objects.filter(contractor=user, team__in=managed)
    before = sorted({*memberships.values_list("team_id", flat=True), *grants.live().values_list("team_id", flat=True)})
    if before == wanted and bool(grants.live()) == (by_grant and bool(wanted)):
        return
    memberships.exclude(team__in=[] if by_grant else wanted).delete()
    grants.exclude(team__in=wanted if by_grant else []).delete()
    if by_grant:
        grants.filter(until__isnull=False).update(until=None)
        Grant.objects.bulk_create([Grant(contractor=user, team_id=team) for team in wanted], ignore_conflicts=True)
    else:
        through = Team.members.through
        rows = [through(user_id=user.pk, team_id=team) for team in wanted]
        through.objects.bulk_create(rows, ignore_conflicts=True)
    if before != wanted:
        record(verb="directory_teams_changed", subject=user, by=None, before=before, after=wanted)
