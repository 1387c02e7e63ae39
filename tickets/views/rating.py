"""Rating by the link of a letter, without signing in."""

from functools import partial

from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods

from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther, render
from helpdesk.core.retrying import retrying
from tickets.actions.rating import is_open_to_rating, rate, survey_by
from tickets.forms.rating import RatingForm
from tickets.models import Survey


@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def rating(request: HttpRequest, token: str) -> HttpResponse:
    """A GET shows the form, with the link's answer chosen, and keeps nothing: mail scanners open every link. The POST
    rates in the requester's name. 410 when the request is open again or was solved too long ago."""
    survey = survey_by(token)
    if survey is None:
        raise Http404
    if survey.ticket.resolved_at != survey.resolved_at or not is_open_to_rating(survey.ticket):
        return _page(request, survey, RatingForm(), is_over=True, status=410)
    if request.method != "POST":
        return _page(request, survey, RatingForm.of(survey, chosen=request.GET.get("score", "")))
    form = RatingForm(request.POST)
    if form.is_valid():
        said = form.cleaned_data
        by = survey.ticket.requester
        try:
            retrying(partial(rate, ticket=survey.ticket, by=by, score=said["score"], words=said["words"]))
            return SeeOther(f"{request.path}?thanks")
        except Refused as refusal:
            form.add_error(None, str(refusal))
    return _page(request, survey, form, status=422)


def _page(
    request: HttpRequest, survey: Survey, form: RatingForm, *, is_over: bool = False, status: int = 200
) -> HttpResponse:
    """The link is as good as a signature: the page sends no address of its own anywhere (see the sign-in link)."""
    context = {
        "form": form,
        "number": survey.ticket.number,
        "topic": survey.ticket.subject,
        "is_over": is_over,
        "is_thanked": "thanks" in request.GET,
    }
    response = render(request, "tickets/rating.html", context, status=status)
    response["Referrer-Policy"] = "strict-origin"
    return response
