"""By which ways somebody wants to be told of what, and when."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, time
from zoneinfo import ZoneInfo

from django.conf import settings

from helpdesk.accounts.models import Team, User
from helpdesk.notifications.clocks import next_full_hour, next_showing
from helpdesk.notifications.enums import Channel, Rhythm
from helpdesk.notifications.models import Address, Browser, PersonChoice, TeamChoice
from helpdesk.notifications.registries import occasions

Wanted = Mapping[str, Collection[str]]
SATURDAY = 5


@dataclass(frozen=True, slots=True)
class Wishes:
    """Of one person. `reached` are the channels by which anything can reach them; `teams` what their teams want."""

    person: User
    reached: frozenset[str]
    choice: PersonChoice
    teams: Sequence[Wanted] = field(default=())

    def channels(self, occasion: str) -> frozenset[str]:
        """By which they are told of it: what they chose, else what one of their teams did, else what is usual."""
        chosen = self.choice.wanted.get(occasion)
        return self._among(self.usual(occasion) if chosen is None else chosen)

    def usual(self, occasion: str) -> frozenset[str]:
        """The same without their own choice."""
        said = [each[occasion] for each in self.teams if occasion in each]
        wanted = {channel for each in said for channel in each} if said else occasions[occasion].channels
        return self._among(wanted)

    def due(self, channel: str, now: datetime) -> datetime:
        """When something that happens now may go out: letters in their rhythm, nothing in quiet hours, by the clock of
        the person. A moment of UTC."""
        at = now.astimezone(UTC)
        at = self._next_letter(at) if channel == Channel.EMAIL else at
        return self._after_quiet(at)

    def _among(self, wanted: Iterable[str]) -> frozenset[str]:
        """Of the channels that reach them those that are wanted; `gateway` alone means every gateway."""
        known = set(wanted)
        return frozenset(each for each in self.reached if each in known or each.partition(":")[0] in known)

    def _next_letter(self, now: datetime) -> datetime:
        zone = zone_of(self.person)
        if self.choice.rhythm == Rhythm.HOURLY:
            return next_full_hour(now, zone)
        if self.choice.rhythm == Rhythm.DAILY:
            return next_showing(time(self.choice.digest_hour), after=now, zone=zone, once_a_day=True)
        return now

    def _after_quiet(self, at: datetime) -> datetime:
        """The first moment from then on that is not quiet; a whole weekend may pass."""
        for _step in range(8):
            later = self._end_of_quiet(at)
            if later is None:
                return at
            at = later
        return at

    def _end_of_quiet(self, at: datetime) -> datetime | None:
        zone = zone_of(self.person)
        local = at.astimezone(zone)
        if self.choice.quiet_weekends and local.weekday() >= SATURDAY:
            return next_showing(time(), after=at, zone=zone)
        hours = self.choice.quiet_hours
        if hours is None or not _within(hours, local.time()):
            return None
        return next_showing(hours[1], after=at, zone=zone)


def _within(hours: tuple[time, time], now: time) -> bool:
    begin, end = hours
    return begin <= now < end if begin < end else now >= begin or now < end


def zone_of(person: User) -> ZoneInfo:
    return ZoneInfo(person.time_zone or settings.TIME_ZONE)


def wishes_of(people: Collection[User]) -> dict[int, Wishes]:
    """By the keys of the people; a constant number of statements."""
    keys = {person.pk for person in people}
    own = {choice.person_id: choice for choice in PersonChoice.objects.filter(person__in=keys).order_by("pk")}
    pushed = set(Browser.objects.filter(person__in=keys).order_by("pk").values_list("person", flat=True))
    proven = Address.objects.filter(person__in=keys, proven_at__isnull=False, gateway__is_active=True)
    messengers: dict[int, set[str]] = {}
    for key, gateway in proven.order_by("pk").values_list("person", "gateway"):
        messengers.setdefault(key, set()).add(f"{Channel.GATEWAY}:{gateway}")
    teams = _of_teams(keys)
    found = {}
    for person in people:
        reached = {str(Channel.DESK), *messengers.get(person.pk, ())}
        reached |= {str(Channel.EMAIL)} if person.email else set()
        reached |= {str(Channel.PUSH)} if person.pk in pushed else set()
        choice = own.get(person.pk) or PersonChoice(person=person)
        found[person.pk] = Wishes(person, frozenset(reached), choice, teams.get(person.pk, ()))
    return found


def _of_teams(keys: Collection[int]) -> dict[int, list[Wanted]]:
    members = Team.members.through.objects.filter(
        user__in=keys, team__is_active=True, team__notice_choice__isnull=False
    )
    pairs = list(members.order_by("pk").values_list("user", "team"))
    wanted = dict(TeamChoice.objects.filter(team__in={team for _, team in pairs}).values_list("team", "wanted"))
    found: dict[int, list[Wanted]] = {}
    for person, team in pairs:
        found.setdefault(person, []).append(wanted[team])
    return found
