"""What a customer sets for themselves."""

from functools import partial
from typing import Any

from django.http import HttpResponse
from django.utils.translation import gettext_lazy as _
from django.views.decorators.http import require_http_methods, require_POST

from helpdesk.accounts.actions.personal import choose_mail
from helpdesk.accounts.enums import MailTopic
from helpdesk.accounts.models import User
from helpdesk.accounts.permissions import manages_people
from helpdesk.accounts.requests import CustomerRequest
from helpdesk.core.decorators import customer_required
from helpdesk.core.errors import Refused
from helpdesk.core.http import SeeOther
from helpdesk.core.retrying import retrying
from tickets.views.cabinet.frame import frame
from tickets.views.personal import personal_page

HELP = {
    MailTopic.OWN: _("Without it you read the answers here."),
    MailTopic.ORGANISATION: _("A short note for each request that a colleague files."),
}


@customer_required
@require_http_methods(["GET", "HEAD", "POST"])
def me(request: CustomerRequest) -> HttpResponse:
    """Name, language, time zone and colours, and what mail they want."""
    return personal_page(request, "tickets/cabinet/me.html", partial(_frame, request))


@customer_required
@require_POST
def mail_choices(request: CustomerRequest) -> HttpResponse:
    """Every topic that was ticked, and no other."""
    person = request.user
    try:
        retrying(partial(choose_mail, person=person, topics=request.POST.getlist("topic"), by=person))
    except Refused as refusal:
        return HttpResponse(str(refusal), status=422, content_type="text/plain; charset=utf-8")
    return SeeOther("/cabinet/me/?mail#mail")


def _frame(request: CustomerRequest) -> dict[str, Any]:
    return {**frame(request.user), "topics": _topics(request.user), "is_mail_saved": "mail" in request.GET}


def _topics(person: User) -> list[dict[str, Any]]:
    """What this person may choose: news of the company are its managers'."""
    topics = [topic for topic in MailTopic if topic != MailTopic.ORGANISATION or manages_people(person)]
    return [
        {
            "id": f"topic_{topic.value}",
            "value": topic.value,
            "label": topic.label,
            "help": str(HELP.get(topic, "")),
            "checked": topic in person.mail_topics,
        }
        for topic in topics
    ]
