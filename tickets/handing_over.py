"""What somebody who leaves has in their hands in this room, for the page on which they leave."""

from collections.abc import Iterator, Sequence
from typing import IO, Any

from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from helpdesk.accounts.models import User
from helpdesk.accounts.registries import HandOver, handovers
from helpdesk.core.spreadsheets import MEDIA_TYPES, csv_lines
from helpdesk.work.models import Job
from helpdesk.work.registries import Kind, Tell, kinds
from tickets.actions.handing_over import KIND, hand_over_some, hand_over_tickets, left_by
from tickets.enums import Audience
from tickets.models import KeptDraft, SavedView, Template, Ticket


def register() -> None:
    """Called once when the program starts."""
    handovers.register("tickets", _tickets(gettext_lazy("Open tickets that are assigned to them"), left_by, gives=True))
    handovers.register("watched", _tickets(gettext_lazy("Open tickets they watch"), _watched))
    handovers.register("locked", _tickets(gettext_lazy("Tickets they have to themselves"), _locked))
    handovers.register("drafts", _tickets(gettext_lazy("Tickets on which they have drafts"), _with_drafts))
    handovers.register("planned", _tickets(gettext_lazy("Tickets on which messages are to go out later"), _with_plans))
    handovers.register("views", _kept(gettext_lazy("Views they share"), SavedView, "desk:saved_view"))
    handovers.register("templates", _kept(gettext_lazy("Templates they share"), Template, "desk:template"))
    kinds.register(KIND, Kind(gettext_lazy("Tickets handed over"), "handed-over.csv", MEDIA_TYPES["csv"], hand_over))


def hand_over(job: Job, out: IO[bytes], tell: Tell) -> None:
    """Long work: give all of it, a few hundred at a time; the file has each ticket, and why one stayed. Run again it
    goes on with what is left. Raises NotAllowed, Refused."""
    for line in csv_lines(_rows(job, tell)):
        out.write(line)


def _rows(job: Job, tell: Tell) -> Iterator[Sequence[object]]:
    person = User.objects.get(pk=job.asked["person"])
    successor = User.objects.get(pk=job.asked["successor"])
    total, done, after = left_by(person).count(), 0, 0
    tell(0, total)
    yield [_("Ticket"), _("What became of it")]
    while (some := hand_over_some(person=person, successor=successor, by=job.owner, after=after)).numbers:
        yield from ([number, some.refused.get(number, _("handed over"))] for number in some.numbers)
        done, after = done + len(some.numbers), some.numbers[-1]
        tell(min(done, total), total)


def _give(person: User, successor: User, by: User) -> tuple[str, str]:
    made = hand_over_tickets(person=person, successor=successor, by=by)
    if isinstance(made, Job):
        return _("The tickets are being handed over."), reverse("desk:work", args=[made.pk])
    if not made.numbers:
        return _("There is nothing to hand over any more."), ""
    facts = {"done": len(made.numbers) - len(made.refused), "refused": len(made.refused), "name": successor}
    if made.refused:
        return _("Handed over to %(name)s: %(done)s. Left where they are: %(refused)s.") % facts, ""
    return _("Handed over to %(name)s: %(done)s.") % facts, ""


def _tickets(label: Any, find: Any, *, gives: bool = False) -> HandOver:
    def few(person: User, most: int) -> list[tuple[str, str]]:
        found = find(person).order_by("-number")[:most]
        return [(f"#{each.number} {each.subject}", reverse("desk:ticket", args=[each.number])) for each in found]

    return HandOver(label, lambda person: find(person).count(), few, _give if gives else None)


def _kept(label: Any, model: Any, url_name: str) -> HandOver:
    def find(person: User) -> QuerySet[Any]:
        found: QuerySet[Any] = (
            model.objects.filter(owner=person).exclude(audience=Audience.PRIVATE).order_by("name", "pk")
        )
        return found

    def few(person: User, most: int) -> list[tuple[str, str]]:
        return [(each.name, reverse(url_name, args=[each.pk])) for each in find(person)[:most]]

    return HandOver(label, lambda person: find(person).count(), few)


def _watched(person: User) -> "QuerySet[Ticket]":
    return Ticket.objects.unfinished().filter(watchers__user=person)


def _locked(person: User) -> "QuerySet[Ticket]":
    return Ticket.objects.filter(locked_by=person)


def _with_drafts(person: User) -> "QuerySet[Ticket]":
    drafts = KeptDraft.objects.filter(author=person, send_at__isnull=True)
    return Ticket.objects.filter(pk__in=drafts.order_by().values("ticket"))


def _with_plans(person: User) -> "QuerySet[Ticket]":
    plans = KeptDraft.objects.filter(author=person, send_at__isnull=False)
    return Ticket.objects.filter(pk__in=plans.order_by().values("ticket"))
