"""The chat, its rooms, and saying something."""

from collections.abc import Callable
from functools import partial
from typing import Any

from django.core.exceptions import PermissionDenied
from django.http import HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from helpdesk.accounts.models import Team, User
from helpdesk.accounts.requests import StaffRequest
from helpdesk.chat import screens
from helpdesk.chat.actions import talking
from helpdesk.chat.forms import LineForm
from helpdesk.chat.models import Line
from helpdesk.chat.people import people_for
from helpdesk.chat.views.finding import found
from helpdesk.chat.views.page import beside, frame, room_url, show
from helpdesk.chat.views.place import Place, load_room, place_in, place_of, place_with
from helpdesk.core.decorators import staff_required
from helpdesk.core.errors import NotAllowed, Refused
from helpdesk.core.http import SeeOther, render, wants_fragment
from helpdesk.core.retrying import retrying
from helpdesk.core.uploads import read_uploads

MOST_PEOPLE = 60


@staff_required
@require_safe
def chat(request: StaffRequest) -> HttpResponse:
    """All rooms, and whom one may write to; with `q` people so called, and lines of every room in which it stands."""
    words = _words(request)
    people = people_for(request.user)
    called = people.with_words(words) if words else people
    context = {
        "words": words,
        "people": [_person(each) for each in called.order_by("name", "pk")[:MOST_PEOPLE]],
        **found(request, words),
        **beside(request.user),
        **frame(request),
    }
    return render(request, "chat/chat.html", context)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def room(request: StaffRequest, pk: int) -> HttpResponse:
    """A room: its latest lines, those `before` a line, or round one (`at`); with `q` those in which it stands. Posted,
    something is said."""
    there = load_room(request, pk)
    place = place_of(there, request.user)
    if request.method == "POST":
        return _say(request, place, partial(talking.say, room=there))
    if words := _words(request):
        context = {"place": place, "words": words, **found(request, words, room=there)}
        context |= beside(request.user, current=place.url) | frame(request)
        return render(request, "chat/found.html", context)
    return show(request, place)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def with_person(request: StaffRequest, pk: int) -> HttpResponse:
    """Talking with somebody, whether there is a room already or not."""
    place = place_with(request, pk)
    if request.method == "POST":
        return _say(request, place, partial(talking.say_to, person=place.person))
    return show(request, place)


@staff_required
@require_http_methods(["GET", "HEAD", "POST"])
def of_team(request: StaffRequest, pk: int) -> HttpResponse:
    """The same in a team."""
    place = place_in(request, pk)
    team: Team = place.team
    if request.method == "POST":
        return _say(request, place, partial(talking.say_in, team=team))
    return show(request, place)


def _say(request: StaffRequest, place: Place, say: Callable[..., Line]) -> HttpResponse:
    """Say it; to htmx the lines as they are now, to others a 303 back. A refusal is 422 and keeps what was typed."""
    form = LineForm(request.POST, request.FILES)
    is_answer = wants_fragment(request) and place.room is not None
    if form.is_valid():
        said = form.cleaned_data
        try:
            files = read_uploads(said["attachments"])
            words: dict[str, Any] = {"text": said["body"], "token": said["key"], "uploads": form.uploads}
            line = retrying(lambda: say(by=request.user, files=files, **words))
        except NotAllowed as refusal:
            raise PermissionDenied(str(refusal)) from refusal
        except Refused as refusal:
            form.add_error(None, str(refusal))
        else:
            return _said(request, place, line, is_answer=is_answer)
    return show(request, place, form=form, status=422, is_answer=is_answer)


def _said(request: StaffRequest, place: Place, line: Line, *, is_answer: bool) -> HttpResponse:
    screens.tell_writing(room=line.room, by=request.user, is_writing=False)
    if is_answer:
        return show(request, place_of(load_room(request, line.room_id), request.user), is_answer=True)
    if wants_fragment(request):
        return HttpResponse(status=204, headers={"HX-Redirect": room_url(line.room)})
    return SeeOther(room_url(line.room))


def _words(request: StaffRequest) -> str:
    return " ".join(request.GET.get("q", "").replace("\0", " ").split())[:200]


def _person(person: User) -> dict[str, str]:
    address = person.email or ""
    return {"name": str(person), "key": address, "url": reverse("chat:with_person", args=[person.pk])}
