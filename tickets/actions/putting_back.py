"""Undoing a change of many tickets: those that nobody has changed since are put back exactly, the others named."""

from collections import defaultdict
from collections.abc import Collection, Iterable
from typing import TYPE_CHECKING, Any

from django.contrib.contenttypes.models import ContentType
from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from helpdesk.accounts.models import Team, User
from helpdesk.core.errors import Refused, ensure
from helpdesk.journal.models import Entry
from tickets.actions.assignment import ensure_takes_queue, ensure_takes_tickets
from tickets.actions.changing import Facts
from tickets.actions.together import columns_of, locked_of, write_lines
from tickets.models import BulkChange, Ticket
from tickets.permissions import can_undo, ensure_can_work

if TYPE_CHECKING:
    from collections.abc import Mapping

TELLING = ("assigned", "team_changed", "status_changed", "priority_changed", "tags_changed")
"""The journal's words for changes that a bulk change may write."""


@transaction.atomic
def undo(*, change: BulkChange, by: "User") -> BulkChange:
    """Put the tickets back as they were before the change. Those stay as they are, and stand in `left`, which somebody
    changed since, by whatever means, or which `by` may no longer change. Done once; the second time changes nothing.

    Locks the tickets, then the change. Writes the journal of each ticket. Raises NotAllowed, Refused."""
    tickets = {ticket.pk: ticket for ticket in locked_of(by).filter(pk__in=[line["pk"] for line in change.done])}
    change = BulkChange.objects.select_for_update(of=("self",)).get(pk=change.pk)
    ensure(can_undo(by, change))
    if change.undone_at is not None:
        return change
    if not change.can_be_undone:
        raise Refused(_("It is too long ago to be undone: change the tickets one by one."))
    untouched, named = _untouched(change, tickets), _Named(change.done)
    back: list[tuple[Ticket, Facts]] = []
    for line in change.done:
        ticket = tickets.get(line["pk"])
        try:
            back.append((_put_back(ticket, line, by, untouched, named), _facts(line)))
        except Refused as refusal:
            change.left.append([line["number"], str(refusal)])
    write_lines(back, by=by, change=change, columns=list(change.done[0]["before"]), is_undone=True)
    change.undone_at = timezone.now()
    change.save(update_fields=["undone_at", "left"])
    return change


def _put_back(
    ticket: Ticket | None, line: dict[str, Any], by: "User", untouched: Collection[int], named: "_Named"
) -> Ticket:
    """The ticket as it was before, in memory. Raises Refused before it has changed anything."""
    if ticket is None:
        raise Refused(_("You no longer see this ticket."))
    ensure_can_work(by, ticket)
    if ticket.pk not in untouched or columns_of(ticket, line["after"]) != line["after"]:
        raise Refused(_("Somebody has changed it since."))
    named.ensure_they_take_it(line)
    for name, value in line["before"].items():
        field: Any = Ticket._meta.get_field(name)
        setattr(ticket, field.attname, field.to_python(value))
    return ticket


class _Named:
    """The people and teams to whom tickets would go back, as they are now."""

    def __init__(self, lines: Iterable[dict[str, Any]]) -> None:
        before = [line["before"] for line in lines]
        people = {each[name] for each in before for name in ("assignee", "locked_by") if each.get(name)}
        self._people = User.objects.in_bulk(people)
        self._teams = Team.objects.in_bulk({each["team"] for each in before if each.get("team")})

    def ensure_they_take_it(self, line: dict[str, Any]) -> None:
        """Raises Refused when the person works no tickets any more, the team is switched off, or one is gone."""
        before, after = line["before"], line["after"]
        if (person := before.get("assignee")) and person != after["assignee"]:
            ensure_takes_tickets(self._of(self._people, person))
        if holder := before.get("locked_by"):
            self._of(self._people, holder)
        if (team := before.get("team")) and team != after["team"]:
            ensure_takes_queue(self._of(self._teams, team))

    @staticmethod
    def _of(known: "Mapping[int, Any]", key: int) -> Any:
        if key not in known:
            raise Refused(_("Whoever had it before is no longer here."))
        return known[key]


def _untouched(change: BulkChange, tickets: Iterable[int]) -> set[int]:
    """The tickets about which the journal's last line of this kind is the change's own, and no later one is by somebody
    else: who sets a priority and then a status can undo either."""
    lines = Entry.objects.filter(
        subject_type=ContentType.objects.get_for_model(Ticket), subject_id__in=list(tickets), verb__in=TELLING
    )
    last: dict[int, list[Entry]] = defaultdict(list)
    for entry in lines.order_by("subject_id", "verb", "-pk").distinct("subject_id", "verb"):
        last[entry.subject_id].append(entry)
    return {ticket for ticket, entries in last.items() if _is_untouched(change, entries)}


def _is_untouched(change: BulkChange, entries: list[Entry]) -> bool:
    own = next((each for each in entries if each.verb == change.verb), None)
    if own is None or own.facts.get("together") != change.pk:
        return False
    return all(each.pk <= own.pk or each.actor_id == change.by_id for each in entries)


def _facts(line: dict[str, Any]) -> Facts:
    """What the journal says of the way back."""
    facts = {"before": line["facts"]["after"], "after": line["facts"]["before"]}
    return facts | ({"assigned": line["facts"]["unassigned"]} if "unassigned" in line["facts"] else {})
