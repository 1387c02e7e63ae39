"""The ticket page as a whole: what it reads, and how a write on it is answered."""

from collections.abc import Callable
from typing import Any

from django.http import HttpResponse
from django.shortcuts import get_object_or_404
from django.urls import reverse
from django.utils.translation import gettext as _

from helpdesk.accounts.capabilities import Capability
from helpdesk.accounts.models import ContactPoint, Team, User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import render, see_other, wants_fragment
from helpdesk.core.retrying import retrying
from tickets.enums import Priority, Status
from tickets.forms.composer import AFTER_REPLY, COMPOSERS, ComposerForm
from tickets.forms.criteria import PRIORITY_WORDS, person_word
from tickets.models import Message, Participant, Ticket
from tickets.permissions import can_note, can_work
from tickets.queries import follow_ups, other_tickets, teams_for
from tickets.views.desk.conversation import Conversation, Seen, conversation
from tickets.views.desk.frame import frame
from tickets.views.desk.messages import spoken

OTHERS = 5


def load(request: StaffRequest, number: int) -> Ticket:
    """The ticket, if this person may know of it; else 404."""
    return get_object_or_404(Ticket.objects.visible_to(request.user).for_page(), number=number)


def load_message(request: StaffRequest, pk: int) -> Message:
    """The message with its ticket, if this person may know of it; else 404."""
    found = Message.objects.visible_to(request.user).select_related("ticket", "author")
    return get_object_or_404(found, pk=pk)


def show(
    request: StaffRequest,
    ticket: Ticket,
    *,
    form: ComposerForm | None = None,
    refusal: str = "",
    before: int = 0,
    status: int = 200,
) -> HttpResponse:
    """The page; a refused composer keeps its text, a refusal of anything else is said on top."""
    context = _context(request, ticket, form=form, before=before) | {"refusal": refusal}
    return render(request, "tickets/desk/ticket.html", context, status=status)


def act(
    request: StaffRequest,
    ticket: Ticket,
    action: Callable[[], object],
    *,
    form: ComposerForm | None = None,
    changed: Message | None = None,
    moves: bool = False,
) -> HttpResponse:
    """Do one thing to the ticket and answer: htmx gets what changed, others a 303 back to the page.

    One that loses a race or its connection is done again from its start, a few times. A refusal is 422 and keeps what
    was typed; what the person may not do is 403. `changed` is a message that looks
    otherwise afterwards; with `moves` the conversation itself is another one, and the page is loaded anew.
    """
    try:
        retrying(action)
    except NotAllowed as refusal:
        return refuse(request, ticket, str(refusal), form=form, status=403)
    except Refused as refusal:
        return refuse(request, ticket, str(refusal), form=form)
    seen = Seen.read(request.POST.get("seen", ""))
    if not wants_fragment(request) or seen is None or moves:
        return see_other(request, reverse("desk:ticket", args=[ticket.number]))
    current = Ticket.objects.visible_to(request.user).for_page().filter(pk=ticket.pk).first()
    if current is None:
        return see_other(request, reverse("desk:tickets"))
    return _changes(request, current, seen=seen, kind=form.kind if form else "", changed=changed)


def refuse(
    request: StaffRequest, ticket: Ticket, text: str, *, form: ComposerForm | None = None, status: int = 422
) -> HttpResponse:
    """Say why not. To htmx: the composer with its text, or the side with the sentence on top."""
    if form is not None and text:
        form.add_error(None, text)
    if not wants_fragment(request):
        return show(request, ticket, form=form, refusal="" if form else text, status=status)
    context = _context(request, ticket, form=form) | {"refusal": text}
    part = "_composer.html" if form is not None else "_side.html"
    # A refusal that htmx is to show has to be 422; the rights themselves were asked by the action.
    return render(request, f"tickets/desk/{part}", context, status=422)


def _changes(request: StaffRequest, ticket: Ticket, *, seen: Seen, kind: str, changed: Message | None) -> HttpResponse:
    context = _context(request, ticket, form=COMPOSERS[kind]() if kind else None, after=seen)
    context |= {"refusal": "", "composed": kind, "changed": None}
    if changed is not None:
        fresh = Message.objects.for_conversation().get(pk=changed.pk)
        context["changed"] = spoken(fresh, [])
    return render(request, "tickets/desk/_changes.html", context)


def _context(
    request: StaffRequest,
    ticket: Ticket,
    *,
    form: ComposerForm | None = None,
    before: int = 0,
    after: Seen | None = None,
) -> dict[str, Any]:
    user = request.user
    teams = list(teams_for(user))
    said = conversation(ticket, user=user, teams=teams, before=before, after=after)
    participants = _participants(ticket)
    works = can_work(user, ticket)
    form = form or COMPOSERS["reply" if works else "note"]()
    return {
        "ticket": ticket,
        "items": said.items,
        "earlier": said.earlier,
        "is_partial": bool(before),
        "seen": said.seen,
        "can_work": works,
        "can_note": can_note(user, ticket),
        "priority_word": PRIORITY_WORDS[ticket.priority],
        **_composer(ticket, form, participants, works=works),
        **_side(ticket, user, teams, said, participants),
        **_frame(request),
    }


def _frame(request: StaffRequest) -> dict[str, Any]:
    """Nobody sees the rail of a fragment, so nobody counts for it."""
    return {} if wants_fragment(request) else frame(request.user)


def _composer(ticket: Ticket, form: ComposerForm, participants: list[Participant], *, works: bool) -> dict[str, Any]:
    page = reverse("desk:ticket", args=[ticket.number])
    labels = {"reply": (_("Reply"), "r"), "note": (_("Note"), "m"), "forward": (_("Forward"), "")}
    kinds = labels if works else {"note": labels["note"]}
    people = [ticket.requester, *(each.user for each in participants)]
    return {
        "form": form,
        "kind": form.kind,
        "compose_url": f"{page}{ {'reply': 'replies', 'note': 'notes', 'forward': 'forwards'}[form.kind] }/",
        "compose_label": labels[form.kind][0],
        "compose_errors": form.all_errors if form.is_bound else [],
        "compose_tabs": [
            {"label": label, "url": _composer_url(page, kind, form), "current": kind == form.kind, "hotkey": key}
            for kind, (label, key) in kinds.items()
        ],
        "recipients": [str(person) for person in people if person.email],
        "after_reply": AFTER_REPLY,
        "draft": f"{ticket.number}-{form.kind}",
    }


def _composer_url(page: str, kind: str, form: ComposerForm) -> str:
    """Leads into the text: the browser puts the cursor there, and does not load the page anew for what is shown."""
    return "#composer_text" if kind == form.kind else f"{page}?compose={kind}#composer_text"


def _side(
    ticket: Ticket, user: User, teams: list[Team], said: Conversation, participants: list[Participant]
) -> dict[str, Any]:
    people = {str(person.pk): str(person) for person in said.people}
    if ticket.assignee:
        people.setdefault(str(ticket.assignee.pk), str(ticket.assignee))
    queues = {str(team.pk): str(team) for team in teams if team.is_active or team.pk == ticket.team_id}
    if ticket.team:
        queues.setdefault(str(ticket.team.pk), str(ticket.team))
    others = other_tickets(ticket, user=user, most=OTHERS + 1)
    return {
        "status_choices": Status.choices,
        "priority_choices": [(PRIORITY_WORDS[each.value], each.label) for each in Priority],
        "assignee_choices": [("", _("Nobody")), *people.items()],
        "team_choices": [("", _("No team")), *queues.items()],
        "is_mine": ticket.assignee_id == user.pk,
        "tags_text": ", ".join(ticket.tags),
        "participants": participants,
        **_contacts(ticket, participants),
        "others": others[:OTHERS],
        "has_more_others": len(others) > OTHERS,
        "follow_ups": follow_ups(ticket, user=user),
        "follows": _followed(ticket, user),
        "requester_word": person_word(ticket.requester),
        "sees_customers": user.can(Capability.SEE_CUSTOMERS),
    }


def _participants(ticket: Ticket) -> list[Participant]:
    return list(Participant.objects.filter(ticket=ticket, is_active=True).select_related("user").order_by("pk"))


def _contacts(ticket: Ticket, participants: list[Participant]) -> dict[str, Any]:
    """How the requester is reached, and everybody's addresses to which mail fails, in one statement."""
    people = [ticket.requester_id, *(each.user_id for each in participants)]
    points = list(ContactPoint.objects.filter(user__in=people).order_by("pk")[:50])
    return {
        "contacts": [point for point in points if point.user_id == ticket.requester_id],
        "bounced": [point for point in points if point.bounced_at is not None],
    }


def _followed(ticket: Ticket, user: User) -> Ticket | None:
    """The ticket this one follows up; a contractor may not see it, and then is not told."""
    if ticket.follow_up_of is None or user.can(Capability.SEE_ALL_TICKETS):
        return ticket.follow_up_of
    return Ticket.objects.visible_to(user).filter(pk=ticket.follow_up_of.pk).first()
